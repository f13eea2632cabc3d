//! The body of an event: text as it is, everything else as base64.
//!
//! The rule is the load balancer's: with a `Content-Encoding` base64, else `text/*`,
//! `application/json`, `application/javascript` and `application/xml` as they are and all other
//! types base64. What each page says:
//!
//! - load balancer: that rule, in these words
//!   (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>,
//!   "Receive events from the load balancer");
//! - VPC Lattice: base64 "if the content-encoding header is present and the content type is not
//!   one of" the same four, and by the content type alone without that header
//!   (<https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html>, "Base64 encoding").
//!   Taken by the letter, text that is compressed would go as it is and be destroyed: assumed is the
//!   load balancer's rule;
//! - function URL: no more than "If the content type of the request is binary, the body is
//!   base64-encoded" (<https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>, "Request
//!   payload format"): that binary means all but those four is assumed;
//! - HTTP API: nothing
//!   (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>):
//!   assumed to do as a function URL, which has its payload format;
//! - REST API: not by this rule, see there.
//!
//! A body that *says* it is text and is not UTF-8 cannot be kept in JSON text: its invalid bytes
//! become U+FFFD.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use crate::base64;

/// A body as an event carries it: `body` and `isBase64Encoded`.
#[derive(Debug, PartialEq)]
pub(super) struct EventBody {
    pub(super) body: Value,
    pub(super) is_base64_encoded: bool,
}

impl EventBody {
    /// By content type and content coding; an empty body is `empty`.
    pub(super) fn by_content_type(headers: &HeaderMap, body: &Bytes, empty: Value) -> Self {
        if body.is_empty() {
            Self::text(empty)
        } else if is_text(headers) {
            Self::text(String::from_utf8_lossy(body).into_owned().into())
        } else {
            Self::binary(body)
        }
    }

    pub(super) fn text(body: Value) -> Self {
        Self {
            body,
            is_base64_encoded: false,
        }
    }

    pub(super) fn binary(body: &Bytes) -> Self {
        Self {
            body: base64::encode(body).into(),
            is_base64_encoded: true,
        }
    }
}

fn is_text(headers: &HeaderMap) -> bool {
    if headers.contains_key("content-encoding") {
        return false;
    }
    let Some(content_type) = headers
        .get("content-type")
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    essence.starts_with("text/")
        || [
            "application/json",
            "application/javascript",
            "application/xml",
        ]
        .contains(&essence.as_str())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn body(headers: &[(&'static str, &'static str)], bytes: &'static [u8]) -> EventBody {
        let headers = headers
            .iter()
            .map(|&(name, value)| {
                (
                    http::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        EventBody::by_content_type(&headers, &Bytes::from_static(bytes), Value::Null)
    }

    #[test]
    fn text_types_go_as_they_are() {
        for content_type in [
            "text/plain",
            "Application/JSON; charset=utf-8",
            "application/xml",
            "application/javascript",
        ] {
            assert_eq!(
                body(&[("content-type", content_type)], b"{}"),
                EventBody::text("{}".into()),
                "{content_type}"
            );
        }
    }

    #[test]
    fn everything_else_is_base64() {
        for content_type in [
            "image/png",
            "application/x-www-form-urlencoded",
            "application/problem+json",
        ] {
            assert!(
                body(&[("content-type", content_type)], b"a").is_base64_encoded,
                "{content_type}"
            );
        }
        assert!(body(&[], b"a").is_base64_encoded);
        assert!(
            body(
                &[("content-type", "text/plain"), ("content-encoding", "gzip")],
                b"a"
            )
            .is_base64_encoded
        );
    }

    #[test]
    fn text_that_is_not_utf8_is_damaged() {
        assert_eq!(
            body(&[("content-type", "text/plain")], b"a\xffb"),
            EventBody::text("a\u{fffd}b".into())
        );
    }

    #[test]
    fn no_body_is_no_base64() {
        assert_eq!(
            body(&[("content-type", "image/png")], b""),
            EventBody::text(Value::Null)
        );
    }
}
