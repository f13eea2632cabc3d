//! A string as JSON has it.

/// Writes a JSON string.
pub(crate) fn push_json(answer: &mut Vec<u8>, text: &str) {
    // Fails only where the writer does, and a vector does not.
    let written = serde_json::to_writer(answer, text);
    debug_assert!(written.is_ok(), "a string is always JSON");
}
