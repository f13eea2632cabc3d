//! The log on standard output.

use std::str::FromStr;

use tracing_subscriber::filter::LevelFilter;

/// Writes the log to standard output, unless the program has set up its own. `RUST_LOG`
/// takes a level (`error` to `trace`, `off`); anything else means `info`.
pub(crate) fn install() {
    let level = std::env::var("RUST_LOG")
        .ok()
        .and_then(|text| LevelFilter::from_str(&text).ok())
        .unwrap_or(LevelFilter::INFO);
    // It fails where there is a subscriber already, and that one is to stay.
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .try_init();
}
