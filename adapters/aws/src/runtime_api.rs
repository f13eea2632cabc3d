//! Lambda's [Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).

use std::time::Duration;

use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, TRAILER, USER_AGENT,
};
use http::{Method, Request, Response, StatusCode, Uri};

use crate::connection::{Connection, ConnectionError};
use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::outgoing::Outgoing;
use crate::streamed::{ERROR_BODY, ERROR_TYPE, Streamed};

const REQUEST_ID: HeaderName = HeaderName::from_static("lambda-runtime-aws-request-id");
/// A nonce that names the delivery; the answer says it again.
const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");
const RESPONSE_MODE: HeaderName = HeaderName::from_static("lambda-runtime-function-response-mode");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const CLOSE: HeaderValue = HeaderValue::from_static("close");
const STREAMING: HeaderValue = HeaderValue::from_static("streaming");
const WITH_PRELUDE: HeaderValue =
    HeaderValue::from_static("application/vnd.awslambda.http-integration-response");
const AGENT: HeaderValue = HeaderValue::from_static(concat!("polyfn/", env!("CARGO_PKG_VERSION")));

/// How long to wait before each further attempt. The first comes at once: a connection that
/// was kept alive may have been closed meanwhile.
const PAUSES_MS: [u64; 6] = [0, 50, 100, 250, 500, 1000];

/// The client of the Runtime API.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    endpoint: Endpoint,
    host: HeaderValue,
    next: Uri,
    connection: Option<Connection>,
}

/// One invocation, delivered.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) id: InvocationId,
    pub(crate) headers: HeaderMap,
    pub(crate) event: Bytes,
}

/// What an answer says to name the invocation.
#[derive(Debug, Clone)]
pub(crate) struct InvocationId {
    pub(crate) request_id: String,
    nonce: Option<HeaderValue>,
}

/// Why the Runtime API could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("`{0}` is no address of a Runtime API")]
    Address(String),
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    #[error("the Runtime API refused with {status}: {message}")]
    Refused { status: StatusCode, message: String },
    #[error("the Runtime API delivered an invocation without an id")]
    Anonymous,
    #[error("the answer was not read to its end before the deadline")]
    Unread,
}

impl ApiError {
    /// Whether Lambda has given the environment up: "500: Container error. Non-recoverable
    /// state. Runtime should exit promptly"
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>).
    pub(crate) fn is_container_error(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                ..
            }
        )
    }
}

impl RuntimeApi {
    /// A client that has not connected yet.
    pub(crate) fn new(address: &str) -> Result<Self, ApiError> {
        let endpoint = Endpoint::parse(address);
        let wrong = || ApiError::Address(address.to_owned());
        Ok(Self {
            host: HeaderValue::try_from(&endpoint.host).map_err(|_| wrong())?,
            next: path(&endpoint, "invocation/next").ok_or_else(wrong)?,
            endpoint,
            connection: None,
        })
    }

    /// Waits for the next invocation, as long as it takes.
    pub(crate) async fn next(&mut self) -> Result<Delivery, ApiError> {
        let request = self.request(Method::GET, self.next.clone());
        let (parts, event) = self.send(request, true).await?.into_parts();
        let request_id = parts
            .headers
            .get(REQUEST_ID)
            .and_then(|id| id.to_str().ok())
            .ok_or(ApiError::Anonymous)?;
        Ok(Delivery {
            id: InvocationId {
                request_id: request_id.to_owned(),
                nonce: parts.headers.get(INVOCATION_ID).cloned(),
            },
            headers: parts.headers,
            event,
        })
    }

    /// Answers an invocation.
    pub(crate) async fn respond(
        &mut self,
        id: &InvocationId,
        answer: Outgoing,
    ) -> Result<(), ApiError> {
        let mut request = self.post_for(id, "response")?;
        match answer {
            Outgoing::Whole(answer) => {
                *request.body_mut() = answer;
                self.send(request, false).await.map(|_| ())
            }
            Outgoing::Streamed(answer) => self.stream(request, answer).await,
        }
    }

    /// Fails an invocation.
    pub(crate) async fn fail(
        &mut self,
        id: &InvocationId,
        failure: &Failure<'_>,
    ) -> Result<(), ApiError> {
        let mut request = self.post_for(id, "error")?;
        *request.body_mut() = failure.to_json();
        let error_type = HeaderValue::from_static(failure.error_type);
        request.headers_mut().insert(ERROR_TYPE, error_type);
        self.send(request, false).await.map(|_| ())
    }

    /// Says that the process can't start.
    pub(crate) async fn fail_init(&mut self, failure: &Failure<'_>) -> Result<(), ApiError> {
        let wrong = || ApiError::Address(self.endpoint.host.clone());
        let uri = path(&self.endpoint, "init/error").ok_or_else(wrong)?;
        let mut request = self.request(Method::POST, uri);
        *request.body_mut() = failure.to_json();
        let headers = request.headers_mut();
        headers.insert(ERROR_TYPE, HeaderValue::from_static(failure.error_type));
        self.send(request, true).await.map(|_| ())
    }

    fn post_for(&self, id: &InvocationId, what: &str) -> Result<Request<Bytes>, ApiError> {
        let request_id = &id.request_id;
        let uri = path(&self.endpoint, &format!("invocation/{request_id}/{what}"))
            .ok_or(ApiError::Anonymous)?;
        let mut request = self.request(Method::POST, uri);
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, JSON);
        if let Some(nonce) = &id.nonce {
            headers.insert(INVOCATION_ID, nonce.clone());
        }
        Ok(request)
    }

    fn request(&self, method: Method, uri: Uri) -> Request<Bytes> {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(USER_AGENT, AGENT);
        request
    }

    /// Sends a request until it is answered. A refusal is final unless `is_patient`: the
    /// Runtime API knows why it refuses an answer, and says the same again.
    async fn send(
        &mut self,
        request: Request<Bytes>,
        is_patient: bool,
    ) -> Result<Response<Bytes>, ApiError> {
        let mut pauses = PAUSES_MS.iter();
        loop {
            let error = match self.try_send(request.clone()).await {
                Ok(response) => return Ok(response),
                Err(error) if error.is_container_error() => return Err(error),
                Err(error @ ApiError::Refused { .. }) if !is_patient => return Err(error),
                Err(error) => error,
            };
            let Some(&pause_ms) = pauses.next() else {
                return Err(error);
            };
            if pause_ms > 0 {
                tracing::warn!(%error, pause_ms, "trying the Runtime API again");
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
        }
    }

    async fn try_send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, ApiError> {
        // Kept again only once the answer is whole: neither a broken connection nor one whose
        // answer nobody waited for may serve another request.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.endpoint.address).await?,
        };
        let response = connection
            .exchange(request.map(Outgoing::Whole))
            .await
            .map_err(ConnectionError::from)?;
        self.connection = Some(connection);
        accepted(response)
    }

    /// Sends an answer while it is made. It can't be sent twice, so it has a connection that
    /// nobody can have closed meanwhile, and that is closed in the end: AWS asks for that
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>).
    async fn stream(
        &self,
        mut request: Request<Bytes>,
        answer: Box<Streamed>,
    ) -> Result<(), ApiError> {
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, WITH_PRELUDE);
        headers.insert(RESPONSE_MODE, STREAMING);
        headers.insert(TRAILER, ERROR_TYPE.into());
        headers.append(TRAILER, ERROR_BODY.into());
        headers.insert(CONNECTION, CLOSE);
        let remaining = answer.context().remaining();
        let request = request.map(|_| Outgoing::Streamed(answer));
        let exchange = async {
            let connection = Connection::open(&self.endpoint.address).await?;
            connection.exchange_last(request).await
        };
        let response = match remaining {
            // A reader that has stopped to read would hold it for ever.
            Some(remaining) => tokio::time::timeout(remaining, exchange)
                .await
                .map_err(|_| ApiError::Unread)?,
            None => exchange.await,
        };
        accepted(response?).map(|_| ())
    }
}

fn accepted(response: Response<Bytes>) -> Result<Response<Bytes>, ApiError> {
    if response.status().is_success() {
        return Ok(response);
    }
    Err(ApiError::Refused {
        status: response.status(),
        message: String::from_utf8_lossy(response.body()).into_owned(),
    })
}

fn path(endpoint: &Endpoint, rest: &str) -> Option<Uri> {
    let path = format!("{}/2018-06-01/runtime/{rest}", endpoint.prefix);
    Uri::try_from(path).ok()
}
