//! The log on standard output.

use std::str::FromStr;

use tracing_subscriber::filter::LevelFilter;

/// Writes the log to standard output, unless the program has set up its own. `RUST_LOG`
/// takes a level (`error` to `trace`, `off`); anything else means `info`.
pub fn install() {
    let wanted = std::env::var("RUST_LOG").ok();
    let level = wanted.as_deref().map(LevelFilter::from_str);
    // It fails where there is a subscriber already, and that one is to stay.
    let installed = tracing_subscriber::fmt()
        .with_max_level(
            level
                .clone()
                .and_then(Result::ok)
                .unwrap_or(LevelFilter::INFO),
        )
        .with_ansi(false)
        .try_init();
    if let (Ok(()), Some(Err(_))) = (installed, level) {
        tracing::warn!(
            RUST_LOG = wanted,
            "this log knows levels only (error, warn, info, debug, trace, off), not filters by \
             module; it is at info"
        );
    }
}
