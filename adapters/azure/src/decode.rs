//! The invocation mode's HTTP trigger: the host's JSON to a request.
//!
//! The form is that of `GetRequestAsJObject` in the host's `HttpRequestExtensions.cs`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Uri};
use polyfn_core::{Body, Request};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::pairs::Pairs;

/// Why a call of the host could not be read as an HTTP request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvocationError {
    /// It is no `{"Data":{…},"Metadata":{…}}`.
    #[error("the host's call is not the JSON of an invocation: {0}")]
    Malformed(#[from] serde_json::Error),
    /// None of the data is an HTTP request.
    #[error(
        "the invocation is no HTTP request: none of its data ({names}) has a Url, a Method and \
         Headers; functions for other triggers are not supported yet"
    )]
    NotHttp {
        /// The names of what there was.
        names: String,
    },
    /// It is an HTTP request, with something in it that HTTP does not allow.
    #[error("{0}")]
    BadRequest(String),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "Data", borrow)]
    data: BTreeMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HttpTrigger<'a> {
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow)]
    method: Cow<'a, str>,
    headers: Pairs,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

/// Reads a call of the host as the HTTP request that it stands for.
///
/// ```
/// let call = br#"{"Data":{"req":{"Url":"http://example.org/api/hello?name=Ada","Method":"GET",
///     "Headers":{"Accept":["*/*"]}}},"Metadata":{}}"#;
/// let request = polyfn_azure::decode(call).unwrap();
/// assert_eq!(request.uri(), "/api/hello?name=Ada");
/// ```
///
/// # Errors
///
/// When it is no invocation, not for an HTTP trigger, or holds what HTTP does not allow.
pub fn decode(call: &[u8]) -> Result<Request, InvocationError> {
    let envelope: Envelope<'_> = serde_json::from_slice(call)?;
    let trigger = envelope
        .data
        .values()
        .find_map(|value| serde_json::from_str::<HttpTrigger<'_>>(value.get()).ok());
    let Some(trigger) = trigger else {
        let names: Vec<_> = envelope.data.into_keys().collect();
        let names = names.join(", ");
        return Err(InvocationError::NotHttp { names });
    };
    let headers = headers(&trigger.headers)?;
    let body = match trigger.body {
        Some(body) => body_of(body, &headers)?,
        None => Body::empty(),
    };
    let mut request = Request::new(body);
    *request.method_mut() = Method::from_bytes(trigger.method.as_bytes())
        .map_err(|_| bad(format!("{:?} is no HTTP method", trigger.method)))?;
    *request.uri_mut() = target(&trigger.url)?;
    *request.headers_mut() = headers;
    Ok(request)
}

fn bad(detail: String) -> InvocationError {
    InvocationError::BadRequest(detail)
}

/// Path and query of the URL, both raw as the client sent them.
fn target(url: &str) -> Result<Uri, InvocationError> {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let start = after_scheme.find(['/', '?']).unwrap_or(after_scheme.len());
    PathAndQuery::try_from(&after_scheme[start..])
        .map(Uri::from)
        .map_err(|error| bad(format!("{url:?} is no valid URL: {error}")))
}

fn headers(pairs: &Pairs) -> Result<HeaderMap, InvocationError> {
    let mut headers = HeaderMap::with_capacity(pairs.len());
    for (name, value) in pairs.iter() {
        let (Ok(key), Ok(header)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) else {
            return Err(bad(format!("{name:?}: {value:?} is no valid header")));
        };
        headers.append(key, header);
    }
    Ok(headers)
}

/// The host gives text as a string, and bytes in base64 where the content type says that
/// they are bytes. Some hosts and published samples give JSON as it is.
fn body_of(raw: &RawValue, headers: &HeaderMap) -> Result<Body, InvocationError> {
    let text: Cow<'_, str> = match raw.get().as_bytes() {
        b"null" => return Ok(Body::empty()),
        [b'"', ..] => serde_json::from_str(raw.get())?,
        json => return Ok(Bytes::copy_from_slice(json).into()),
    };
    if !is_octets(headers) {
        return Ok(text.into_owned().into());
    }
    base64_simd::STANDARD
        .decode_to_vec(text.as_bytes())
        .map(Body::from)
        .map_err(|error| bad(format!("the body is not valid base64: {error}")))
}

fn is_octets(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let is_multipart = |(kind, _): (&str, &str)| kind.eq_ignore_ascii_case("multipart");
    essence.eq_ignore_ascii_case("application/octet-stream")
        || essence.split_once('/').is_some_and(is_multipart)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn call(trigger: &str) -> Vec<u8> {
        format!(r#"{{"Data":{{"req":{trigger}}},"Metadata":{{"sys":{{}}}}}}"#).into_bytes()
    }

    async fn text_of(request: Request) -> String {
        String::from_utf8(request.into_body().into_bytes().await.unwrap().into()).unwrap()
    }

    #[tokio::test]
    async fn a_request_is_read_as_it_was_sent() {
        let request = decode(&call(
            r#"{"Url":"https://app.example.org/api/a%2Fb//c?x=1&x=2&y","Method":"POST",
                "Query":{"x":"1,2","y":""},"Params":{"path":"a"},"Identities":[],
                "Headers":{"X-Multi":["a","b"],"Content-Type":["text/plain"]},
                "Body":"{\"a\":1}"}"#,
        ))
        .unwrap();
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.uri(), "/api/a%2Fb//c?x=1&x=2&y");
        let values: Vec<_> = request.headers().get_all("x-multi").iter().collect();
        assert_eq!(values, ["a", "b"]);
        assert_eq!(text_of(request).await, "{\"a\":1}");
    }

    #[tokio::test]
    async fn bytes_come_in_base64_and_json_may_come_bare() {
        let octets = r#"{"Url":"http://h/","Method":"PUT","Body":"aGk=",
            "Headers":{"content-type":["Multipart/form-data; boundary=x"]}}"#;
        assert_eq!(text_of(decode(&call(octets)).unwrap()).await, "hi");
        let bare = r#"{"Url":"http://h/","Method":"PUT","Headers":{},"Body":{"a":[1]}}"#;
        assert_eq!(text_of(decode(&call(bare)).unwrap()).await, r#"{"a":[1]}"#);
    }

    #[test]
    fn what_http_does_not_allow_is_named() {
        for (trigger, said) in [
            (
                r#"{"Url":"http://h/","Method":"PUT","Body":"*","Headers":{"Content-Type":["application/octet-stream"]}}"#,
                "base64",
            ),
            (
                r#"{"Url":"http://h/","Method":"B D","Headers":{}}"#,
                "method",
            ),
            (
                r#"{"Url":"http://h/","Method":"GET","Headers":{"a b":["c"]}}"#,
                "header",
            ),
            (
                r#"{"Url":"http://h/ x","Method":"GET","Headers":{}}"#,
                "URL",
            ),
        ] {
            match decode(&call(trigger)) {
                Err(InvocationError::BadRequest(detail)) => {
                    assert!(detail.contains(said), "{trigger}: {detail}");
                }
                other => panic!("{trigger}: a bad request, not {other:?}"),
            }
        }
    }

    #[test]
    fn another_trigger_is_named_by_its_data() {
        let error = decode(br#"{"Data":{"orders":"\"1\""},"Metadata":{}}"#).unwrap_err();
        assert!(error.to_string().contains("orders"), "{error}");
        assert!(matches!(decode(b"[]"), Err(InvocationError::Malformed(_))));
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            let key = prop_oneof![
                Just("Url"),
                Just("Method"),
                Just("Headers"),
                Just("Body"),
                Just("Data"),
                Just("x")
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(key.prop_map(str::to_owned), inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn no_json_makes_it_panic(value in json(), trigger in json()) {
            let _ = decode(value.to_string().as_bytes());
            let _ = decode(&call(&trigger.to_string()));
        }

        #[test]
        fn a_well_formed_call_loses_nothing(
            method in "[A-Z]{3,7}",
            path in "(/[a-z0-9%~._-]{0,8}){1,4}",
            query in prop::option::of("[a-z0-9=&+._-]{0,16}"),
            headers in prop::collection::vec(("[a-z][a-z0-9-]{0,8}", "[ -~&&[^ ]]{1,12}"), 0..6),
            body in ".{1,40}",
        ) {
            let mut fields = BTreeMap::<String, Vec<String>>::new();
            for (name, value) in &headers {
                fields.entry(format!("x-{name}")).or_default().push(value.clone());
            }
            let target = query.map_or(path.clone(), |query| format!("{path}?{query}"));
            let request = decode(&call(&serde_json::json!({
                "Url": format!("http://example.org{target}"),
                "Method": method,
                "Headers": fields,
                "Body": body,
            }).to_string())).unwrap();
            prop_assert_eq!(request.method().as_str(), method);
            prop_assert_eq!(request.uri().to_string(), target);
            for (name, values) in &fields {
                let got: Vec<_> = request.headers().get_all(name).iter()
                    .map(|value| value.to_str().unwrap()).collect();
                prop_assert_eq!(&got, values);
            }
            prop_assert_eq!(request.body().as_bytes().unwrap(), body.as_bytes());
        }
    }
}
