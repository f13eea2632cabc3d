//! What the log is told.

use std::error::Error as StdError;
use std::fmt;

use polyfn::prelude::*;

/// Logs the text at the level that the query names.
pub(crate) async fn say(request: Request) -> Result<&'static str> {
    let text = request.query("text").unwrap_or_default();
    match request.query("level").as_deref() {
        Some("error") => tracing::error!("{text}"),
        Some("warn") => tracing::warn!("{text}"),
        Some("info") => tracing::info!("{text}"),
        Some("debug") => tracing::debug!("{text}"),
        _ => return Err(Error::bad_request("?level= is none of the log's")),
    }
    Ok("said")
}

/// An error that another one has caused.
#[derive(Debug)]
struct Caused(&'static str, Option<Box<Caused>>);

impl fmt::Display for Caused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl StdError for Caused {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.1.as_deref().map(|cause| cause as _)
    }
}

pub(crate) async fn broken(_: Request) -> Result<()> {
    let cut = Caused("the cable is cut", None);
    let away = Caused("the database is away", Some(Box::new(cut)));
    Err(Caused("the order is lost", Some(Box::new(away))).into())
}
