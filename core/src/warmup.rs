//! Calls that only keep a process warm.

use serde::Deserialize;

/// Whether a payload asks a process to be ready, and for nothing else: the JSON object
/// `{"warmup": true}`, as a schedule sends it.
///
/// ```
/// use polyfn_core::is_warmup;
///
/// assert!(is_warmup(br#"{ "warmup": true }"#));
/// assert!(!is_warmup(br#"{"warmup": true, "order": 7}"#));
/// ```
pub fn is_warmup(payload: &[u8]) -> bool {
    /// What asks for it is short: an event of megabytes is not read twice.
    const LONGEST_BYTES: usize = 256;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Warmup {
        warmup: bool,
    }

    // A list may stand for a struct.
    payload.trim_ascii_start().starts_with(b"{")
        && payload.len() <= LONGEST_BYTES
        && serde_json::from_slice::<Warmup>(payload).is_ok_and(|asked| asked.warmup)
}
