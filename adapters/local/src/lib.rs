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
//! at `/_polyfn` and below here; `/_polyfn/health` and `/_polyfn/warmup` are as on every server
//! ([`Probes`]), unless a function that takes events has the name.
//!
//! On SIGTERM or Ctrl-C what is in flight has five seconds to end, and
//! [`App::on_shutdown`](polyfn_core::App::on_shutdown) what is left of ten; a second one ends it at
//! once.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `PORT` | the port; 0 takes any that is free | 8080 |
//! | `POLYFN_BIND` | the IP address to listen on | 127.0.0.1 |
//! | `POLYFN_TIMEOUT` | the deadline of a request, in whole seconds, to try out what a cloud's does | none |
//! | `POLYFN_CONCURRENCY` | how many requests and events are in flight at once; beyond it 429 | no limit |
//! | `POLYFN_HEALTH` | `off` leaves health and warm-up out | `on` |

mod bare;
mod events;
mod listing;
mod respond;
mod vendor;

use std::io::{Write, stdout};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use polyfn_core::{AppService, Request, Result, Trigger};
use polyfn_server::{
    Concurrency, Drain, Listener, Probes, RunError, Signals, bind_address, block_on, parsed, port,
};

use respond::{BY_NAME, Front};

pub use vendor::{Decoded, Vendor};

const DEFAULT_PORT: u16 = 8080;

/// Nobody has to hear of the end first, and Ctrl-C has to feel prompt.
const DRAIN: Drain = Drain {
    lame_duck: Duration::ZERO,
    grace: Duration::from_secs(5),
    in_all: Duration::from_secs(10),
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
        let timeout: Option<NonZeroU64> = parsed("POLYFN_TIMEOUT", "whole seconds, at least 1")?;
        let concurrency = Concurrency::from_env()?;
        let listener = Listener::bind(ip, port).await?;
        let probes = Probes::from_env(listener.draining())?;
        let Some(service) = signals.unless(start).await else {
            return Ok(());
        };
        let service = service.map_err(RunError::App)?;
        // Nobody has to read it: a closed pipe is no reason to end.
        let _ = stdout().write_all(start_line(&service, listener.address()).as_bytes());
        let front = Arc::new(Front {
            service: service.clone(),
            vendors,
            timeout: timeout.map(|seconds| Duration::from_secs(seconds.get())),
            concurrency,
            probes,
        });
        let respond = move |request: Request| {
            let front = Arc::clone(&front);
            async move { front.respond(request).await }
        };
        let ending = listener.serve(respond, DRAIN, signals).await;
        ending.spend_on(service.shut_down()).await;
        Ok(())
    })
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
