"""The probe's functions, on Google's Functions Framework for Python."""

import base64
import json

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
