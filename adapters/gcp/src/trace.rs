//! Google's own trace header.

use http::HeaderMap;
use polyfn_core::TraceContext;

/// The trace of a request: `traceparent`, which the front sets as well, or else
/// [`X-Cloud-Trace-Context: TRACE_ID/SPAN_ID;o=OPTIONS`][header], whose span is decimal.
///
/// [header]: https://cloud.google.com/trace/docs/trace-context#legacy-http-header
pub(crate) fn trace_of(headers: &HeaderMap) -> Option<TraceContext> {
    TraceContext::from_headers(headers)
        .or_else(|| parse(headers.get("x-cloud-trace-context")?.to_str().ok()?))
}

fn parse(text: &str) -> Option<TraceContext> {
    let (ids, options) = text.split_once(';').unwrap_or((text, ""));
    let (trace, span) = ids.split_once('/')?;
    let sampled = options.strip_prefix("o=") == Some("1");
    TraceContext::new(
        u128::from_str_radix(trace, 16).ok()?,
        span.parse().ok()?,
        sampled,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_decimal_span_is_translated() {
        let headers = headers(&[(
            "x-cloud-trace-context",
            "105445aa7843bc8bf206b12000100000/18;o=1",
        )]);
        assert_eq!(
            trace_of(&headers).unwrap().to_string(),
            "00-105445aa7843bc8bf206b12000100000-0000000000000012-01"
        );
    }

    #[test]
    fn traceparent_goes_first() {
        let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
        let headers = headers(&[
            (
                "x-cloud-trace-context",
                "105445aa7843bc8bf206b12000100000/18;o=1",
            ),
            ("traceparent", traceparent),
        ]);
        assert_eq!(trace_of(&headers).unwrap().to_string(), traceparent);
    }

    #[test]
    fn nonsense_is_no_trace() {
        for text in ["", "/", "x/1", "1", "1/x", "0/0;o=1", ";o=1"] {
            assert_eq!(parse(text), None, "{text:?} is no trace context");
        }
    }
}
