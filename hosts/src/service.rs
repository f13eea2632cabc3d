//! A service that a poller reads from: the real one's stand-in on this machine, by plain HTTP.

use bytes::Bytes;
use http::{Request, Response};

use crate::body::{full, read};
use crate::error::Kind;
use crate::{Error, http_client};

/// The largest answer that is read.
const LIMIT: usize = 256 * 1024 * 1024;

/// `http://127.0.0.1:PORT/path?query`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) port: u16,
    /// Without a slash at its end.
    pub(crate) path: String,
    /// Empty where there is none.
    pub(crate) query: String,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, Error> {
        Self::taken_apart(url).ok_or_else(|| Kind::ServiceUrl(url.to_owned()).into())
    }

    fn taken_apart(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("http://")?;
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = authority.split_once(':')?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        // What is no request target would be found out by nobody before the service.
        let _: http::uri::PathAndQuery = format!("{path}/?{query}").parse().ok()?;
        matches!(host, "127.0.0.1" | "localhost").then_some(())?;
        Some(Self {
            port: port.parse().ok().filter(|port| *port > 0)?,
            path: path.trim_end_matches('/').to_owned(),
            query: query.to_owned(),
        })
    }
}

/// Sends a request, and reads the answer if its status is a success.
pub(crate) async fn call(port: u16, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
    let name = format!("{} {}", request.method(), request.uri().path());
    let failed = |problem: String| Kind::Service {
        request: name.clone(),
        problem,
    };
    let response = http_client::send(port, request.map(full))
        .await
        .map_err(|error| failed(error.to_string()))?;
    let (parts, body) = response.into_parts();
    let body = read(body, LIMIT)
        .await
        .map_err(|unread| failed(format!("the answer can't be read: {unread:?}")))?;
    if parts.status.is_success() {
        return Ok(Response::from_parts(parts, body));
    }
    let said = String::from_utf8_lossy(&body).into_owned();
    Err(failed(format!("{}: {said}", parts.status)).into())
}

/// An answer that says something else than it should.
pub(crate) fn unreadable(request: &str, problem: impl ToString) -> Error {
    let problem = format!(
        "the answer is not what it should be: {}",
        problem.to_string()
    );
    Kind::Service {
        request: request.to_owned(),
        problem,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_url_panics(url in "(http://(127\\.0\\.0\\.1|localhost)?)?\\PC{0,30}") {
            let _ = Address::parse(&url);
        }
    }

    #[test]
    fn addresses_of_this_machine() {
        let address =
            Address::parse("http://127.0.0.1:10001/account/orders?sv=1&sig=a%3D").unwrap();
        assert_eq!(address.port, 10001);
        assert_eq!(address.path, "/account/orders");
        assert_eq!(address.query, "sv=1&sig=a%3D");
        let bare = Address::parse("http://localhost:80").unwrap();
        assert_eq!((bare.path.as_str(), bare.query.as_str()), ("", ""));
    }

    #[test]
    fn nothing_else_is_one() {
        for url in [
            "",
            "https://127.0.0.1:443/a",
            "http://127.0.0.1/a",
            "http://127.0.0.1:0/a",
            "http://sqs.us-east-1.amazonaws.com:80/a",
            "http://127.0.0.1:80/a b",
        ] {
            let error = Address::parse(url).unwrap_err().to_string();
            assert!(error.contains("127.0.0.1:PORT"), "{url:?}: {error}");
        }
    }
}
