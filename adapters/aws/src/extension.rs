//! An extension within the process. Lambda says that a process is to end where there is one
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>), and kills it
//! without a word elsewhere.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http::{Method, Request};
use polyfn_core::BoxError;

use crate::connection::Connection;
use crate::endpoint::Endpoint;
use crate::outgoing::Outgoing;

const NAME: HeaderName = HeaderName::from_static("lambda-extension-name");
const IDENTIFIER: HeaderName = HeaderName::from_static("lambda-extension-identifier");

/// How long the start may be held up. Lambda answers at once; who does not is an emulator.
const PATIENCE: Duration = Duration::from_secs(1);

/// Registers an extension that takes no events, which has to be done before the first invocation
/// is asked for. The process works without it, so a refusal is nothing to worry about.
pub(crate) async fn register(address: &str) {
    let endpoint = Endpoint::parse(address);
    let registered = tokio::time::timeout(PATIENCE, registered(&endpoint));
    let registered = registered.await.map_err(BoxError::from);
    match registered.and_then(|registered| registered) {
        // Until it asks for events, Lambda takes it for one that is still starting.
        Ok((mut connection, next)) => {
            tokio::spawn(async move { connection.exchange(next).await });
        }
        Err(error) => {
            tracing::debug!(error, "Lambda will not say when the process is to end");
        }
    }
}

/// The connection, and what is to be asked next.
async fn registered(endpoint: &Endpoint) -> Result<(Connection, Request<Outgoing>), BoxError> {
    let mut register = request(endpoint, Method::POST, "register")?;
    *register.body_mut() = Outgoing::Whole(Bytes::from_static(b"{\"events\":[]}"));
    let headers = register.headers_mut();
    headers.insert(NAME, HeaderValue::from_static("polyfn"));
    let json = HeaderValue::from_static("application/json");
    headers.insert(CONTENT_TYPE, json);
    let mut connection = Connection::open(&endpoint.address).await?;
    let response = connection.exchange(register).await?;
    let Some(identifier) = response.headers().get(IDENTIFIER) else {
        return Err(format!("no extension is taken here: {}", response.status()).into());
    };
    let mut next = request(endpoint, Method::GET, "event/next")?;
    next.headers_mut().insert(IDENTIFIER, identifier.clone());
    Ok((connection, next))
}

fn request(endpoint: &Endpoint, method: Method, what: &str) -> http::Result<Request<Outgoing>> {
    Request::builder()
        .method(method)
        .uri(format!("{}/2020-01-01/extension/{what}", endpoint.prefix))
        .header(HOST, &endpoint.host)
        .body(Outgoing::Whole(Bytes::new()))
}
