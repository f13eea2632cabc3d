//! The functions that polyfn's conformance cases call: what a handler sees, told as JSON, and what
//! a handler can do, on demand.
//!
//! | function | route | what it does |
//! |---|---|---|
//! | `echo` | any method, `/echo/{*rest}` | tells what arrived |
//! | `reply` | any method, `/reply` | answers what its JSON request body asks for |
//! | `fail` | any method, `/fail` | returns an error with a source that must not be shown |
//! | `panic` | any method, `/panic` | panics |
//! | `sleep` | any method, `/sleep?ms=` | answers after that many milliseconds |
//! | `only-get` | GET, `/only/get` | answers `got`, with the header `x-function: get` |
//! | `one-item` | GET, `/items/one` | answers `the one` |
//! | `remove-item` | DELETE, `/items/{name}` | answers `removed` and the name |
//! | `cookie` | any method, `/cookie?name=` | answers the value of that cookie, or 404 |
//! | `large` | any method, `/large?bytes=` | answers that many `x`, in one piece |
//! | `stream` | any method, `/stream?bytes=` | streams that many `x`; with `&then=fail` it breaks off |
//!
//! Run with `cargo run -p polyfn-probe`; a probe in another language or on another SDK needs the
//! same functions.

mod echo;
mod reply;
mod sized;

use std::process::ExitCode;
use std::time::Duration;

use polyfn::prelude::*;

use crate::echo::echo;
use crate::reply::reply;
use crate::sized::{large, streamed};

/// What the log may say and a caller must never see.
const SECRET: &str = "the database password is swordfish";

async fn app() -> Result<App> {
    Ok(App::new()
        .http("echo", any("/echo/{*rest}"), echo)
        .http("reply", any("/reply"), reply)
        .http("fail", any("/fail"), fail)
        .http("panic", any("/panic"), panic)
        .http("sleep", any("/sleep"), sleep)
        .http("only-get", get("/only/get"), only_get)
        .http("one-item", get("/items/one"), one_item)
        .http("remove-item", delete("/items/{name}"), remove_item)
        .http("cookie", any("/cookie"), cookie)
        .http("large", any("/large"), large)
        .http("stream", any("/stream"), streamed))
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
    tokio::time::sleep(Duration::from_millis(ms)).await;
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
