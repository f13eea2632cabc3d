"""The probe's functions, on Google's Functions Framework for Python."""

import base64
import datetime
import json
import os

import flask
import functions_framework


@functions_framework.http
def probe(request):
    # The framework decodes the path; the server keeps what stood on the wire.
    path, mark, query = request.environ["RAW_URI"].partition("?")
    if path.startswith("/echo"):
        return echo(request, path, query if mark else None)
    if path == "/reply":
        return reply(request.get_json(force=True))
    raise RuntimeError("the database password is swordfish")


def echo(request, path, query):
    told = {
        "method": request.method,
        "path": path,
        "query": query,
        "headers": [[name.lower(), value] for name, value in request.headers],
        "body_base64": base64.b64encode(request.get_data()).decode(),
    }
    return flask.Response(json.dumps(told), content_type="application/json")


def reply(wish):
    body = base64.b64decode(wish.get("body_base64", ""))
    response = flask.Response(body, status=wish["status"])
    # The framework names a type by itself; the function shall.
    response.headers.clear()
    for name, value in wish.get("headers", []):
        response.headers.add(name, value)
    return response


PUBSUB = "google.cloud.pubsub.topic.v1.messagePublished"


@functions_framework.cloud_event
def event(event):
    """Tells of the event as the other side's probe does, and fails where its data ask for it."""
    attributes = dict(event.get_attributes())
    data = event.get_data()
    if attributes.get("type") == PUBSUB:
        data = base64.b64decode(data["message"].get("data", ""))
    told = {name: attributes.pop(name, None) for name in NAMES}
    del attributes["specversion"]
    # CloudEvents' own package dates an event that has no time to the present.
    if told["time"] and told["time"] > STARTED:
        told["time"] = None
    told["extensions"] = {name: in_header(value) for name, value in attributes.items()}
    told["data"] = shown(data)
    with open(os.environ["POLYFN_PROBE_OUT"], "a", encoding="utf-8") as file:
        file.write(json.dumps(told) + "\n")
    if isinstance(data, dict) and data.get("fail"):
        raise RuntimeError("the database password is swordfish")


NAMES = ("id", "source", "type", "subject", "time", "datacontenttype", "dataschema")


STARTED = datetime.datetime.now(datetime.timezone.utc).isoformat()


def in_header(value):
    return value if isinstance(value, str) else json.dumps(value)


def shown(data):
    if data is None:
        return {"text": ""}
    if isinstance(data, bytes):
        try:
            data = data.decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(data).decode()}
    if isinstance(data, str):
        return {"text": data}
    return {"json": data}
