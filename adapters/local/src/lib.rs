//! Runs a polyfn app on this machine: plain HTTP on `127.0.0.1:$PORT`.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `PORT` | the port; 0 takes any that is free | 8080 |
//! | `POLYFN_BIND` | the IP address to listen on | 127.0.0.1 |

use std::io::{Write, stdout};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http::HeaderMap;
use polyfn_core::{AppService, Context, Request, Result, Target, TraceContext};
use polyfn_server::{Drain, Listener, RunError, Signals, bind_address, block_on, port};

const DEFAULT_PORT: u16 = 8080;

/// Nobody has to hear of the end first, and Ctrl-C has to feel prompt.
const DRAIN: Drain = Drain {
    lame_duck: Duration::ZERO,
    grace: Duration::from_secs(5),
};

/// Serves the app that `start` makes until Ctrl-C or SIGTERM, which also ends a `start` that
/// is under way.
///
/// # Errors
///
/// When the port is taken, `start` fails, or a variable's value means nothing.
pub fn run(start: impl Future<Output = Result<AppService>>) -> Result<(), RunError> {
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
        let respond = move |request: Request| service.respond(context(request.headers()), request);
        listener.serve(respond, DRAIN, signals).await;
        Ok(())
    })
}

/// What is served where, for the person at the terminal.
fn start_line(service: &AppService, address: SocketAddr) -> String {
    let mut text = format!("polyfn serves on http://{address} (Ctrl-C ends it)\n");
    for function in service.functions() {
        text += &format!("  {:<16} {}\n", function.name(), function.trigger());
    }
    text
}

/// There is no platform here, so the id is our own and no deadline is known.
fn context(headers: &HeaderMap) -> Context {
    Context::new(Target::Local, Context::fresh_invocation_id())
        .with_trace(TraceContext::from_headers(headers))
}
