//! Answers that wait for whoever tries the probe.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::stream;
use futures_util::stream::StreamExt;
use polyfn::prelude::*;

use crate::out;

/// The variable that names a file: the gate is open once it is there.
const FILE: &str = "POLYFN_PROBE_GATE";

const PERIOD: Duration = Duration::from_millis(10);

/// Without a gate there is nothing to wait for.
async fn opened() {
    let Some(file) = std::env::var_os(FILE).map(PathBuf::from) else {
        return;
    };
    while !file.exists() {
        tokio::time::sleep(PERIOD).await;
    }
}

/// Puts down that it waits, and answers when the gate is open.
pub(crate) async fn waiting(request: Request) -> Result<&'static str> {
    let name = request.query("as").unwrap_or_default();
    out::append(&format!("waiting {name}"))?;
    opened().await;
    Ok("went on")
}

/// Streams one piece, and another one when the gate is open.
pub(crate) async fn gated(_: Request) -> Result<impl IntoResponse> {
    out::append("gated")?;
    let first = stream::iter([Ok::<_, std::io::Error>("first ")]);
    let last = stream::once(async {
        opened().await;
        Ok("last")
    });
    let body = Body::from_stream(first.chain(last));
    Ok(([("content-type", "text/plain")], body))
}
