//! The invocation mode's HTTP answer: a response to the host's JSON.
//!
//! The form is that of the host's `HttpOutputBindingResponse.cs` and `RawScriptResult.cs`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, SET_COOKIE, TRANSFER_ENCODING};
use polyfn_core::{Error, Response};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    outputs: BTreeMap<&'a str, &'a HttpOutput<'a>>,
    logs: [&'a str; 0],
    return_value: Option<&'a HttpOutput<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpOutput<'a> {
    status_code: u16,
    headers: BTreeMap<&'a str, Cow<'a, str>>,
    body: &'a str,
}

/// Writes a response as the host wants it, to the function's `http` output binding.
///
/// The host takes one value per header: repeated ones are joined with commas, and of several
/// `Set-Cookie`, which can't be joined, the first is kept.
///
/// # Errors
///
/// When the body breaks off, or is no UTF-8: this mode has no form for bytes.
pub async fn encode(output: &str, response: Response) -> Result<Vec<u8>, Error> {
    let (parts, body) = response.into_parts();
    // A body's panic is an error by now: the app's service sees to that.
    let body = body.into_bytes().await.map_err(Error::internal)?;
    let body = std::str::from_utf8(&body).map_err(|_| {
        Error::internal(
            "the response is not UTF-8 text, and invocation mode has no form for bytes: set \
             enableProxyingHttpRequest in host.json",
        )
    })?;
    let http = HttpOutput {
        status_code: parts.status.as_u16(),
        headers: single_headers(&parts.headers),
        body,
    };
    let answer = if output == "$return" {
        Answer {
            outputs: BTreeMap::new(),
            logs: [],
            return_value: Some(&http),
        }
    } else {
        Answer {
            outputs: BTreeMap::from([(output, &http)]),
            logs: [],
            return_value: None,
        }
    };
    Ok(serde_json::to_vec(&answer)?)
}

fn single_headers(headers: &HeaderMap) -> BTreeMap<&str, Cow<'_, str>> {
    let mut singles = BTreeMap::<&str, Cow<'_, str>>::new();
    for (name, value) in headers {
        // The host frames the message itself.
        if [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION].contains(name) {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        match singles.get_mut(name.as_str()) {
            None => {
                singles.insert(name.as_str(), value);
            }
            Some(_) if name == SET_COOKIE => tracing::warn!(
                "invocation mode delivers one Set-Cookie only; the others are lost: set \
                 enableProxyingHttpRequest in host.json"
            ),
            Some(known) => {
                let known = known.to_mut();
                known.push_str(", ");
                known.push_str(&value);
            }
        }
    }
    singles
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use polyfn_core::Body;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    #[tokio::test]
    async fn a_response_goes_to_the_output_binding() {
        let mut response = Response::new(Body::from("hi"));
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        for value in ["a", "b"] {
            response
                .headers_mut()
                .append("x-multi", value.parse().unwrap());
            response
                .headers_mut()
                .append(SET_COOKIE, value.parse().unwrap());
        }
        let json = encode("res", response).await.unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let expected = serde_json::json!({
            "Outputs": {"res": {
                "statusCode": 418,
                "headers": {"x-multi": "a, b", "set-cookie": "a"},
                "body": "hi",
            }},
            "Logs": [],
            "ReturnValue": null,
        });
        assert_eq!(answer, expected);
        let json = encode("$return", Response::new(Body::from("hi")))
            .await
            .unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(answer["ReturnValue"]["body"], "hi");
    }

    #[tokio::test]
    async fn a_body_that_fails_is_an_error_of_ours() {
        struct Breaks;

        impl http_body::Body for Breaks {
            type Data = bytes::Bytes;
            type Error = std::io::Error;

            fn poll_frame(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
            ) -> Poll<Option<Result<http_body::Frame<bytes::Bytes>, std::io::Error>>> {
                let error = std::io::Error::other("the database is gone");
                Poll::Ready(Some(Err(error)))
            }
        }

        let error = encode("res", Response::new(Body::new(Breaks)))
            .await
            .unwrap_err();
        assert_eq!(error.status(), 500);
        assert!(error.detail().is_none(), "nothing is shown: {error}");
        assert!(
            error.to_string().contains("the database is gone"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn bytes_are_refused_rather_than_mangled() {
        let error = encode("res", Response::new(Body::from(vec![0xff_u8])))
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("enableProxyingHttpRequest"),
            "{error}"
        );
    }
}
