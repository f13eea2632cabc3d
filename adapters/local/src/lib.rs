//! Runs a polyfn app on this machine: plain HTTP on `127.0.0.1:$PORT`.
//!
//! Functions that events trigger are called by name: `POST /_polyfn/<function>` with one of
//!
//! - a CloudEvent, in any of its three HTTP modes, whose data are the function's payload;
//! - the bare payload;
//! - an event of a cloud, just as that delivers it, where its target is compiled in as well
//!   (`cargo run --features aws`).
//!
//! | trigger | bare payload |
//! |---|---|
//! | `queue`, `topic` | the body of the message; a CloudEvent's extensions are its attributes |
//! | `stream` | the body of the record |
//! | `object_created`, `object_deleted` | `{"key", "bucket", "size", "etag", "content_type", "version"}`, of which only the key is needed |
//! | `schedule` | nothing, or `{"due", "last", "next", "is_late", "job"}` |
//! | `document_changed` | `{"id", "collection", "old", "new", "changed"}` |
//! | `event` | the data |
//!
//! The answer tells the outcome: 204, or 200 with what the handler returned, or a problem
//! document. Of a batch nothing is handled where one event is no payload of the trigger's at all.
//! Nothing is delivered again. `GET /_polyfn` lists the functions. An app has no routes of its own
//! at `/_polyfn` and below here.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `PORT` | the port; 0 takes any that is free | 8080 |
//! | `POLYFN_BIND` | the IP address to listen on | 127.0.0.1 |

mod bare;
mod events;
mod listing;
mod vendor;

use std::io::{Write, stdout};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::header::ALLOW;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use polyfn_core::{
    AppService, Context, Error, Request, Response, Result, Target, TraceContext, Trigger,
};
use polyfn_server::{Drain, Listener, RunError, Signals, bind_address, block_on, port};

pub use vendor::{Decoded, Vendor};

const DEFAULT_PORT: u16 = 8080;

/// Nobody has to hear of the end first, and Ctrl-C has to feel prompt.
const DRAIN: Drain = Drain {
    lame_duck: Duration::ZERO,
    grace: Duration::from_secs(5),
};

/// Serves the app that `start` makes until Ctrl-C or SIGTERM, which also ends a `start` that
/// is under way. `vendors` read the clouds' own events.
///
/// # Errors
///
/// When the port is taken, `start` fails, or a variable's value means nothing.
pub fn run(
    start: impl Future<Output = Result<AppService>>,
    vendors: &'static [Vendor],
) -> Result<(), RunError> {
    block_on(async {
        let mut signals = Signals::watch();
        let ip = bind_address(Ipv4Addr::LOCALHOST)?;
        let port = port(DEFAULT_PORT)?;
        let listener = Listener::bind(ip, port).await?;
        let Some(service) = signals.unless(start).await else {
            return Ok(());
        };
        let service = service.map_err(RunError::App)?;
        // Nobody has to read it: a closed pipe is no reason to end.
        let _ = stdout().write_all(start_line(&service, listener.address()).as_bytes());
        let service = Arc::new(service);
        let respond = move |request: Request| respond(Arc::clone(&service), vendors, request);
        listener.serve(respond, DRAIN, signals).await;
        Ok(())
    })
}

/// Where functions are called by name.
const BY_NAME: &str = "/_polyfn";

async fn respond(
    service: Arc<AppService>,
    vendors: &'static [Vendor],
    request: Request,
) -> Response {
    let context = context(request.headers());
    let path = request.uri().path();
    let name = path
        .strip_prefix(BY_NAME)
        .map(|rest| rest.strip_prefix('/'));
    match name {
        Some(Some(name)) if !name.is_empty() => {
            let name = name.to_owned();
            events::respond(&service, vendors, context, &name, request).await
        }
        Some(_) if path.trim_end_matches('/') == BY_NAME => match *request.method() {
            Method::GET | Method::HEAD => listing::respond(&service, request.headers()),
            _ => Error::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "events are posted to /_polyfn/<function>; this is the list of functions",
            )
            .with_header(ALLOW, HeaderValue::from_static("GET, HEAD"))
            .into_reported_response(&context),
        },
        _ => service.respond(context, request).await,
    }
}

/// What is served where, for the person at the terminal.
fn start_line(service: &AppService, address: SocketAddr) -> String {
    let mut text = format!("polyfn serves on http://{address} (Ctrl-C ends it)\n");
    for function in service.functions() {
        let how = match function.trigger() {
            Trigger::Event(trigger) => format!("POST {BY_NAME}/{}  {trigger}", function.name()),
            other => other.to_string(),
        };
        text += &format!("  {:<16} {how}\n", function.name());
    }
    text
}

/// There is no platform here, so the id is our own and no deadline is known.
fn context(headers: &HeaderMap) -> Context {
    Context::new(Target::Local, Context::fresh_invocation_id())
        .with_trace(TraceContext::from_headers(headers))
}
