//! The functions that polyfn's conformance cases call: what a handler sees, told as JSON, and what
//! a handler can do, on demand.
//!
//! | function | route | what it does |
//! |---|---|---|
//! | `echo` | any method, `/echo/{*rest}` | tells what arrived |
//! | `reply` | any method, `/reply` | answers what its JSON request body asks for |
//! | `fail` | any method, `/fail` | returns an error with a source that must not be shown |
//! | `panic` | any method, `/panic` | panics |
//! | `sleep` | any method, `/sleep?ms=` | writes `sleeping`, after that many milliseconds `slept`, and answers |
//! | `only-get` | GET, `/only/get` | answers `got`, with the header `x-function: get` |
//! | `one-item` | GET, `/items/one` | answers `the one` |
//! | `remove-item` | DELETE, `/items/{name}` | answers `removed` and the name |
//! | `cookie` | any method, `/cookie?name=` | answers the value of that cookie, or 404 |
//! | `large` | any method, `/large?bytes=` | answers that many `x`, in one piece |
//! | `streamed` | any method, `/stream?bytes=` | streams that many `x`; with `&then=fail` it breaks off |
//!
//! | `process` | GET, `/process` | answers `{"pid": 7, "cold_start": true}` |
//! | `exit` | any method, `/exit` | ends the process with the code 7 |
//! | `block` | any method, `/block?ms=` | holds its thread for so many milliseconds, and writes `unblocked` |
//! | `watch` | any method, `/watch` | spawns what writes `cancelled` once nobody waits any more, and does not answer |
//! | `waiting` | any method, `/waiting?as=` | writes `waiting` and that text, and answers `went on` when the [gate](#the-life-of-a-process) is open |
//! | `gated` | any method, `/gated` | writes `gated`, streams `first `, and `last` when the gate is open |
//! | `received` | any method, `/received` | writes `received` when the request's body has begun, and answers how many bytes it had |
//! | `meet` | any method, `/meet?count=` | answers `met` once so many requests are there at once, 503 after ten seconds |
//! | `say` | any method, `/say?level=&text=` | logs the text |
//! | `broken` | any method, `/broken` | fails with `the order is lost`, caused by `the database is away`, caused by `the cable is cut` |
//! | `counted` | GET, `/counted?control=&vary=` | answers how often it was called, with that `Cache-Control` and `Vary` |
//!
//! Events call these, each by its trigger:
//!
//! | function | trigger | what else it does |
//! |---|---|---|
//! | `object-created` | an object is stored in `uploads` | |
//! | `object-deleted` | an object is deleted from `uploads` | |
//! | `picture` | an object `in/….png` is stored in `pictures` | |
//! | `queue` | a message in the queue `orders` | |
//! | `topic` | a message of the topic `news` | |
//! | `bulk` | a message in the queue `bulk` | takes all messages of an invocation at once |
//! | `typed` | a message in the queue `typed` | fails where the body is no `{"id": 7, "lines": [{"sku": "a", "count": 1}]}` |
//! | `schedule` | the schedule `0 3 * * *` | |
//! | `failing-schedule` | the schedule `0 4 * * *` | fails |
//! | `stream` | a record of the stream `telemetry` | |
//! | `document` | a document of `users` is written or deleted | |
//! | `placed` | an event of the type `com.example.order.placed` | returns the data as it shows them |
//!
//! For each event that it receives, a function appends one line of JSON to the file that the
//! variable `POLYFN_PROBE_OUT` names (and does without where it names none), in one write:
//!
//! ```json
//! {"function": "queue", "id": "1", "source": "…", "type": "…", "subject": null, "time": null,
//!  "datacontenttype": null, "dataschema": null, "extensions": {"tenant": "blue"},
//!  "data": {"id": "1", "body": {"text": "{\"a\":1}", "json": {"a": 1}}, "attributes": {},
//!           "group": null, "sent": "2026-01-02T03:04:05Z"},
//!  "context": {"attempt": 1, "target": "aws", "function": "queue", "invocation_id": "…",
//!              "deadline_ms": 1767323045000, "traceparent": null}}
//! ```
//!
//! `data` is the payload: of an object `bucket`, `key`, `size`, `etag`, `content_type` and
//! `version`; of a message what stands above; of a record `body`, `partition_key`,
//! `sequence_number`, `partition`, `written` and `attributes`; of a schedule `due`, `last`, `next`,
//! `is_late` and `job`; of a document's change `collection`, `id`, `kind` (`created`, `updated`,
//! `deleted`), `old`, `new` and `changed`; of any other event its data. What is not known is null.
//! Bodies, documents and data are shown as `{"text": "…"}` if they are UTF-8, with `"json": …`
//! beside it if they are JSON, and else as `{"base64": "…"}`.
//!
//! Then it does what a body, a new document (or an old one, where there is no new one) or data ask
//! for that are a JSON object: `"sleep_ms": n` sleeps, `"fail": true` fails with a source that must
//! not be shown, `"fail_times": n` does so the first n times that this event comes (known by its
//! id), `"panic": true` panics, `"discard": true` fails in such a way that the event must
//! not come again. Of an object the key asks for it, if one of the words `fail`, `panic` and
//! `discard` is in it.
//!
//! # The life of a process
//!
//! The gate is a file: it is open once the one is there that `POLYFN_PROBE_GATE` names. These
//! variables change what the process does at each turn of its life; what it writes is a line in the
//! file of `POLYFN_PROBE_OUT`:
//!
//! | variable | value | what it does |
//! |---|---|---|
//! | `PROBE_START` | `fail`, `panic` | `app()` does so: `there is no database` |
//! | | `slow:MS` | `app()` takes so many milliseconds |
//! | `PROBE_WARMUP` | `done`, `fail` | there is a warm-up: it writes `warmed`, and fails or not |
//! | `PROBE_SHUTDOWN` | `done`, `fail`, `slow:MS` | there is work before the end: it writes `shutting down`, takes its time, and writes `shut down` or fails |
//! | `PROBE_EVENTS` | `off` | there are no functions for events |
//! | `PROBE_CACHE` | `60` | responses are kept for so many seconds |
//!
//! Run with `cargo run -p polyfn-probe`. A probe in another language or on another SDK needs the
//! same functions, writes its lines without spaces between the tokens, and has to understand two
//! kinds of variables: `POLYFN_FUNCTION`, which deploys one function alone, and
//! `POLYFN_<TRIGGER>_<NAME>`, which names a queue or bucket as it is really called
//! (`POLYFN_QUEUE_ORDERS=orders.fifo`).

mod cancelled;
mod counted;
mod echo;
mod events;
mod gate;
mod line;
mod meeting;
mod out;
mod process;
mod received;
mod reply;
mod say;
mod shown;
mod sized;
mod turn;
mod wish;

use std::process::ExitCode;
use std::time::Duration;

use polyfn::prelude::*;

use crate::cancelled::watch;
use crate::counted::counted;
use crate::echo::echo;
use crate::events::{bulk, failing, observe, placed, typed};
use crate::gate::{gated, waiting};
use crate::meeting::meet;
use crate::process::{block, exit, process};
use crate::received::received;
use crate::reply::reply;
use crate::say::{broken, say};
use crate::shown::Shown;
use crate::sized::{large, streamed};

/// What the log may say and a caller must never see.
const SECRET: &str = "the database password is swordfish";

async fn app() -> Result<App> {
    turn::start().await?;
    let app = for_requests(App::new());
    let app = match std::env::var("PROBE_EVENTS").as_deref() {
        Ok("off") => app,
        _ => for_events(app),
    };
    turn::with_hooks(counted::with_cache(app)?)
}

fn for_requests(app: App) -> App {
    app.http("echo", any("/echo/{*rest}"), echo)
        .http("reply", any("/reply"), reply)
        .http("fail", any("/fail"), fail)
        .http("panic", any("/panic"), panic)
        .http("sleep", any("/sleep"), sleep)
        .http("only-get", get("/only/get"), only_get)
        .http("one-item", get("/items/one"), one_item)
        .http("remove-item", delete("/items/{name}"), remove_item)
        .http("cookie", any("/cookie"), cookie)
        .http("large", any("/large"), large)
        .http("streamed", any("/stream"), streamed)
        .http("process", get("/process"), process)
        .http("exit", any("/exit"), exit)
        .http("block", any("/block"), block)
        .http("watch", any("/watch"), watch)
        .http("waiting", any("/waiting"), waiting)
        .http("gated", any("/gated"), gated)
        .http("received", any("/received"), received)
        .http("meet", any("/meet"), meet)
        .http("say", any("/say"), say)
        .http("broken", any("/broken"), broken)
        .http("counted", get("/counted"), counted)
}

fn for_events(app: App) -> App {
    app.on(
        "object-created",
        object_created("uploads"),
        observe::<ObjectCreated>,
    )
    .on(
        "object-deleted",
        object_deleted("uploads"),
        observe::<ObjectDeleted>,
    )
    .on(
        "picture",
        object_created("pictures").prefix("in/").suffix(".png"),
        observe::<ObjectCreated>,
    )
    .on("queue", queue("orders"), observe::<Message<Shown>>)
    .on("topic", topic("news"), observe::<Message<Shown>>)
    .on("bulk", queue("bulk"), bulk)
    .on("typed", queue("typed"), typed)
    .on("schedule", schedule("0 3 * * *"), observe::<Schedule>)
    .on("failing-schedule", schedule("0 4 * * *"), failing)
    .on("stream", stream("telemetry"), observe::<Record<Shown>>)
    .on(
        "document",
        document_changed("users"),
        observe::<DocumentChange<Shown>>,
    )
    .on("placed", event("com.example.order.placed"), placed)
}

fn main() -> ExitCode {
    polyfn::run(app)
}

async fn fail(_: Request) -> Result<()> {
    Err(std::io::Error::other(SECRET).into())
}

async fn panic(_: Request) -> Result<()> {
    panic!("{SECRET}")
}

async fn sleep(request: Request) -> Result<String> {
    let ms = number(&request, "ms")?;
    out::append("sleeping")?;
    tokio::time::sleep(Duration::from_millis(ms)).await;
    out::append("slept")?;
    Ok(format!("slept {ms} ms"))
}

async fn only_get(_: Request) -> impl IntoResponse {
    ([("x-function", "get")], "got")
}

async fn one_item(_: Request) -> &'static str {
    "the one"
}

async fn remove_item(request: Request) -> Result<String> {
    let name: String = request.param("name")?;
    Ok(format!("removed {name}"))
}

async fn cookie(request: Request) -> Result<String> {
    let name = request
        .query("name")
        .ok_or_else(|| Error::bad_request("?name= is missing"))?;
    let value = request.cookie(&name).map(str::to_owned);
    value.ok_or_else(|| Error::not_found("there is no such cookie"))
}

/// The number that the query gives for `name`.
fn number(request: &Request, name: &str) -> Result<u64> {
    let wanted = request
        .query(name)
        .ok_or_else(|| Error::bad_request(format!("?{name}= is missing")))?;
    wanted
        .parse()
        .map_err(|_| Error::bad_request(format!("?{name}= is no number")))
}

#[cfg(test)]
mod tests;
