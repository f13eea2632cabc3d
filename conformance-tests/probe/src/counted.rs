//! An answer that may be kept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::header::{CACHE_CONTROL, VARY};
use polyfn::cache;
use polyfn::prelude::*;

static CALLS: AtomicU64 = AtomicU64::new(0);

/// Keeps responses for as long as `PROBE_CACHE` says, if it says anything.
pub(crate) fn with_cache(app: App) -> Result<App> {
    let Ok(seconds) = std::env::var("PROBE_CACHE") else {
        return Ok(app);
    };
    Ok(app.layer(cache(Duration::from_secs(seconds.parse()?))))
}

/// Answers how often it was called, with the headers that the query asks for.
pub(crate) async fn counted(request: Request) -> Result<Response> {
    let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    let mut response = calls.to_string().into_response();
    for (name, asked) in [(CACHE_CONTROL, "control"), (VARY, "vary")] {
        if let Some(value) = request.query(asked) {
            response.headers_mut().insert(name, value.parse()?);
        }
    }
    Ok(response)
}
