//! The headers that belong to one connection and end with it (RFC 9110, section 7.6.1).

use http::HeaderMap;
use http::header::CONNECTION;

const NAMES: [&str; 7] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(crate) fn is_hop_by_hop(name: &str) -> bool {
    NAMES.iter().any(|hop| name.eq_ignore_ascii_case(hop))
}

/// Removes them, and those that `Connection` names.
pub(crate) fn remove(headers: &mut HeaderMap) {
    let named: Vec<String> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    for name in named.iter().map(String::as_str).chain(NAMES) {
        headers.remove(name);
    }
}
