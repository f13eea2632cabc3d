//! X-Ray's trace header.

use polyfn_core::TraceContext;

/// Translates `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
///
/// X-Ray's trace id is W3C's, with a version in front and a dash between time and the rest
/// (<https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids>).
/// `None` without a root and a parent, or where either is malformed.
pub(crate) fn trace_context(header: &str) -> Option<TraceContext> {
    let mut root = None;
    let mut parent = None;
    let mut sampled = false;
    for field in header.split(';') {
        match field.trim().split_once('=') {
            Some(("Root", value)) => root = Some(value),
            Some(("Parent", value)) => parent = Some(value),
            Some(("Sampled", value)) => sampled = value == "1",
            _ => {}
        }
    }
    let (time, unique) = root?.strip_prefix("1-")?.split_once('-')?;
    let trace_id = u128::from(hex(time, 8)?) << 96 | hex_96(unique)?;
    TraceContext::new(trace_id, hex(parent?, 16)?, sampled)
}

fn hex(digits: &str, count: usize) -> Option<u64> {
    is_hex(digits, count).then(|| u64::from_str_radix(digits, 16).ok())?
}

fn hex_96(digits: &str) -> Option<u128> {
    is_hex(digits, 24).then(|| u128::from_str_radix(digits, 16).ok())?
}

fn is_hex(digits: &str, count: usize) -> bool {
    digits.len() == count && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translates_what_lambda_sends() {
        let trace = trace_context(
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:0",
        );
        assert_eq!(
            trace.unwrap().to_string(),
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"
        );
    }

    #[test]
    fn sampled_is_no_unless_said() {
        for decision in ["", ";Sampled=0", ";Sampled=?", ";Sampled"] {
            let header = format!(
                "Root=1-5759e988-bd862e3fe1be46a994272793; Parent=53995c3f42cd8ad8{decision}"
            );
            assert!(!trace_context(&header).unwrap().is_sampled(), "{decision}");
        }
    }

    #[test]
    fn what_is_malformed_is_no_trace() {
        for header in [
            "",
            "Root",
            "Root=1-5759e988-bd862e3fe1be46a994272793",
            "Parent=53995c3f42cd8ad8",
            "Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
            "Root=1-5759e988bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
            "Root=1-+759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
            "Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8",
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=0000000000000000",
        ] {
            assert_eq!(trace_context(header), None, "{header}");
        }
    }
}
