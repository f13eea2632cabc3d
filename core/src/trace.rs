//! W3C trace context.

use std::fmt;
use std::str::FromStr;

use http::{HeaderMap, HeaderName};

/// Where an invocation stands in a distributed trace, as [W3C Trace Context] has it.
///
/// ```
/// use polyfn_core::TraceContext;
///
/// let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// let trace: TraceContext = text.parse().unwrap();
/// assert!(trace.is_sampled());
/// assert_eq!(trace.to_string(), text);
/// ```
///
/// [W3C Trace Context]: https://www.w3.org/TR/trace-context/
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    parent_id: u64,
    flags: u8,
}

const SAMPLED: u8 = 1;

static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The text is no valid `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid traceparent (00-<32 hex digits>-<16 hex digits>-<2 hex digits>)")]
pub struct InvalidTraceparent;

impl TraceContext {
    /// A trace context from its parts; `None` where an id is zero, which W3C forbids.
    pub fn new(trace_id: u128, parent_id: u64, sampled: bool) -> Option<Self> {
        (trace_id != 0 && parent_id != 0).then_some(Self {
            trace_id,
            parent_id,
            flags: if sampled { SAMPLED } else { 0 },
        })
    }

    /// The trace that a request's `traceparent` header names, if it is a valid one.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        parse(headers.get(&TRACEPARENT)?.as_bytes())
    }

    /// The id that all spans of the trace share.
    pub fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// The id of the caller's span.
    pub fn parent_id(&self) -> u64 {
        self.parent_id
    }

    /// Whether the caller records the trace.
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }
}

impl FromStr for TraceContext {
    type Err = InvalidTraceparent;

    fn from_str(text: &str) -> Result<Self, InvalidTraceparent> {
        parse(text.as_bytes()).ok_or(InvalidTraceparent)
    }
}

/// The length of version 0's text.
const LENGTH: usize = 55;

fn parse(text: &[u8]) -> Option<TraceContext> {
    // A later version may append fields; version 0 may not, and 255 is forbidden.
    let version = hex(text.get(..2)?)?;
    let more = text.get(LENGTH);
    if version == 0xff || more.is_some_and(|next| version == 0 || *next != b'-') {
        return None;
    }
    if [2, 35, 52]
        .iter()
        .any(|dash| text.get(*dash) != Some(&b'-'))
    {
        return None;
    }
    let flags = hex(text.get(53..LENGTH)?)? as u8;
    let context = TraceContext {
        trace_id: (u128::from(hex(&text[3..19])?) << 64) | u128::from(hex(&text[19..35])?),
        parent_id: hex(&text[36..52])?,
        flags,
    };
    (context.trace_id != 0 && context.parent_id != 0).then_some(context)
}

/// Up to 16 lower-case hex digits: W3C allows no others.
fn hex(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some((number << 4) | u64::from(value))
    })
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "00-{:032x}-{:016x}-{:02x}",
            self.trace_id, self.parent_id, self.flags
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_w3c_allows_is_a_trace() {
        let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        let zeros = "0".repeat(32);
        for (text, valid) in [
            (format!("00-{trace}-{parent}-01"), true),
            (format!("cc-{trace}-{parent}-01-what-comes-later"), true),
            (format!("00-{trace}-{parent}-01-more"), false),
            (format!("ff-{trace}-{parent}-01"), false),
            (format!("00-{zeros}-{parent}-01"), false),
            (format!("00-{trace}-{}-01", &zeros[..16]), false),
            (format!("00-{}-{parent}-01", trace.to_uppercase()), false),
            (format!("00-{trace}-{parent}"), false),
            (String::new(), false),
        ] {
            assert_eq!(text.parse::<TraceContext>().is_ok(), valid, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn text_and_back(trace in 1_u128.., parent in 1_u64.., sampled: bool) {
            let context = TraceContext::new(trace, parent, sampled).unwrap();
            prop_assert_eq!(context.to_string().parse(), Ok(context));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = text.parse::<TraceContext>();
        }
    }
}
