//! Standard base64, as every platform writes it.

use base64_simd::STANDARD;

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

/// `None` where the text is not valid base64.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode_to_vec(text).ok()
}
