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
//!
//! Run with `cargo run -p polyfn-probe`; a probe in another language or on another SDK needs the
//! same six.

mod echo;
mod reply;

use std::process::ExitCode;
use std::time::Duration;

use polyfn::prelude::*;

use crate::echo::echo;
use crate::reply::reply;

/// What the log may say and a caller must never see.
const SECRET: &str = "the database password is swordfish";

async fn app() -> Result<App> {
    Ok(App::new()
        .http("echo", any("/echo/{*rest}"), echo)
        .http("reply", any("/reply"), reply)
        .http("fail", any("/fail"), fail)
        .http("panic", any("/panic"), panic)
        .http("sleep", any("/sleep"), sleep)
        .http("only-get", get("/only/get"), only_get))
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
    let wanted = request
        .query("ms")
        .ok_or_else(|| Error::bad_request("?ms= is missing"))?;
    let ms = wanted
        .parse()
        .map_err(|_| Error::bad_request("?ms= is no number"))?;
    tokio::time::sleep(Duration::from_millis(ms)).await;
    Ok(format!("slept {ms} ms"))
}

async fn only_get(_: Request) -> impl IntoResponse {
    ([("x-function", "get")], "got")
}

#[cfg(test)]
mod tests;
