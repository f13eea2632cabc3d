//! What Google's front end does to a request's headers.
//!
//! `X-Forwarded-For`, `X-Forwarded-Proto` and `Forwarded` as in
//! <https://cloud.google.com/run/docs/container-contract>; the trace headers as in
//! <https://cloud.google.com/run/docs/trace>: both forms arrive, and one that the client sent is
//! the source of the other.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::hop_by_hop;

const CLIENT: &str = "127.0.0.1";
const CLOUD_TRACE: &str = "x-cloud-trace-context";
const TRACEPARENT: &str = "traceparent";
const FORWARDED_FOR: &str = "x-forwarded-for";

/// A trace, a span and whether it is sampled.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    trace: u128,
    span: u64,
    sampled: bool,
}

pub(super) fn arrive(headers: &mut HeaderMap) {
    hop_by_hop::remove(headers);
    let forwarded_for = match text(headers, FORWARDED_FOR) {
        Some(earlier) => format!("{earlier}, {CLIENT}"),
        None => CLIENT.to_owned(),
    };
    set(headers, FORWARDED_FOR, &forwarded_for);
    set(headers, "x-forwarded-proto", "https");
    set(
        headers,
        "forwarded",
        &format!("for=\"{CLIENT}\";proto=https"),
    );
    trace(headers);
}

fn trace(headers: &mut HeaderMap) {
    let traceparent = text(headers, TRACEPARENT).and_then(parse_traceparent);
    let cloud_trace = text(headers, CLOUD_TRACE).and_then(parse_cloud_trace);
    let new = || Trace {
        trace: fastrand::u128(1..),
        span: fastrand::u64(1..),
        sampled: false,
    };
    let missing_cloud_trace = cloud_trace.is_none();
    let missing_traceparent = traceparent.is_none();
    let trace = traceparent.or(cloud_trace).unwrap_or_else(new);
    if missing_traceparent {
        let value = format!(
            "00-{:032x}-{:016x}-{:02x}",
            trace.trace,
            trace.span,
            u8::from(trace.sampled)
        );
        set(headers, TRACEPARENT, &value);
    }
    if missing_cloud_trace {
        let value = format!(
            "{:032x}/{};o={}",
            trace.trace,
            trace.span,
            u8::from(trace.sampled)
        );
        set(headers, CLOUD_TRACE, &value);
    }
}

/// `00-<32 hex>-<16 hex>-<2 hex>`.
fn parse_traceparent(value: &str) -> Option<Trace> {
    let mut parts = value.split('-').skip(1);
    Some(Trace {
        trace: u128::from_str_radix(parts.next()?, 16).ok()?,
        span: u64::from_str_radix(parts.next()?, 16).ok()?,
        sampled: u8::from_str_radix(parts.next()?, 16).ok()? & 1 == 1,
    })
}

/// `<32 hex>/<decimal>;o=<0|1>`, span and options optional.
fn parse_cloud_trace(value: &str) -> Option<Trace> {
    let (ids, options) = value.split_once(';').unwrap_or((value, ""));
    let (trace, span) = ids.split_once('/').unwrap_or((ids, "1"));
    Some(Trace {
        trace: u128::from_str_radix(trace, 16).ok()?,
        span: span.parse().ok()?,
        sampled: options == "o=1",
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    // It cannot fail: the values are made here, or of a header that was text already.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(sent: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = sent
            .iter()
            .map(|&(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        arrive(&mut headers);
        headers
    }

    #[test]
    fn both_trace_headers_are_made_up() {
        let headers = arrived(&[]);
        let traceparent = parse_traceparent(text(&headers, TRACEPARENT).unwrap()).unwrap();
        assert_eq!(
            Some(traceparent),
            parse_cloud_trace(text(&headers, CLOUD_TRACE).unwrap())
        );
        assert_eq!(headers["x-forwarded-proto"], "https");
    }

    #[test]
    fn one_trace_header_is_the_source_of_the_other() {
        let headers = arrived(&[(CLOUD_TRACE, "105445aa7843bc8bf206b12000100000/1;o=1")]);
        assert_eq!(
            headers[TRACEPARENT],
            "00-105445aa7843bc8bf206b12000100000-0000000000000001-01"
        );
        let headers = arrived(&[(
            TRACEPARENT,
            "00-105445aa7843bc8bf206b12000100000-000000000000000a-00",
        )]);
        assert_eq!(
            headers[CLOUD_TRACE],
            "105445aa7843bc8bf206b12000100000/10;o=0"
        );
    }

    #[test]
    fn hop_by_hop_headers_end_here() {
        let headers = arrived(&[
            ("connection", "x-private"),
            ("x-private", "1"),
            ("te", "trailers"),
            (FORWARDED_FOR, "9.9.9.9"),
        ]);
        assert!(!headers.contains_key("x-private") && !headers.contains_key("te"));
        assert_eq!(headers[FORWARDED_FOR], "9.9.9.9, 127.0.0.1");
    }
}
