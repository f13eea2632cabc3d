//! What Lambda itself says of an invocation.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use polyfn_core::{Error, Result};
use serde::Deserialize;

/// The event as Lambda delivered it, for
/// [`Context::native`](polyfn_core::Context::native): authorizer claims, stage variables and
/// whatever else has no place in an HTTP request.
///
/// ```
/// # use polyfn_aws::LambdaEvent;
/// # use polyfn_core::{Request, RequestExt, Result};
/// # use serde::Deserialize;
/// #[derive(Deserialize)]
/// #[serde(rename_all = "camelCase")]
/// struct Staged { stage_variables: std::collections::HashMap<String, String> }
///
/// fn variables(request: &Request) -> Result<Option<Staged>> {
///     request.context().native::<LambdaEvent>().map(LambdaEvent::json).transpose()
/// }
/// ```
#[derive(Debug, Clone)]
pub struct LambdaEvent(Bytes);

impl LambdaEvent {
    pub(crate) fn new(json: Bytes) -> Self {
        Self(json)
    }

    /// The JSON text. The bytes are shared, not copied.
    pub fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Reads what of the event `T` asks for.
    ///
    /// # Errors
    ///
    /// 500 when the event does not fit `T`: the platform wrote it, not the caller.
    pub fn json<'e, T: Deserialize<'e>>(&'e self) -> Result<T> {
        serde_json::from_slice(&self.0).map_err(Error::internal)
    }
}

/// One record of an event, as Lambda delivered it, for
/// [`Context::native`](polyfn_core::Context::native): whatever the neutral payload leaves out.
///
/// What a message carries (a notification of S3 in a queue) has the record of the message.
///
/// ```
/// # use polyfn_aws::LambdaRecord;
/// # use polyfn_core::{Event, Message, Result};
/// # use serde::Deserialize;
/// #[derive(Deserialize)]
/// #[serde(rename_all = "camelCase")]
/// struct Received<'r> { receipt_handle: &'r str }
///
/// async fn ship(event: Event<Message<String>>) -> Result<()> {
///     if let Some(record) = event.native::<LambdaRecord>() {
///         println!("received as {}", record.json::<Received<'_>>()?.receipt_handle);
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct LambdaRecord(Bytes);

impl LambdaRecord {
    pub(crate) fn new(json: Bytes) -> Self {
        Self(json)
    }

    /// The JSON text. The bytes are shared, not copied.
    pub fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Reads what of the record `T` asks for.
    ///
    /// # Errors
    ///
    /// 500 when the record does not fit `T`: the platform wrote it.
    pub fn json<'r, T: Deserialize<'r>>(&'r self) -> Result<T> {
        serde_json::from_slice(&self.0).map_err(Error::internal)
    }
}

/// What Lambda's Runtime API says beside the event, for
/// [`Context::native`](polyfn_core::Context::native). What it does not say, or not in UTF-8,
/// is `None`. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct LambdaContext(Arc<HeaderMap>);

impl LambdaContext {
    /// From the headers of the answer to `next`.
    pub(crate) fn new(headers: HeaderMap) -> Self {
        Self(Arc::new(headers))
    }

    /// The id of the invocation, the same as
    /// [`Context::invocation_id`](polyfn_core::Context::invocation_id).
    pub fn request_id(&self) -> Option<&str> {
        self.get("lambda-runtime-aws-request-id")
    }

    /// The ARN that was invoked, with the version or alias if one was asked for.
    pub fn invoked_function_arn(&self) -> Option<&str> {
        self.get("lambda-runtime-invoked-function-arn")
    }

    /// The JSON that an invoker sent as the client context, unchecked.
    pub fn client_context(&self) -> Option<&str> {
        self.get("lambda-runtime-client-context")
    }

    /// The JSON that names the Cognito identity of the invoker, unchecked.
    pub fn cognito_identity(&self) -> Option<&str> {
        self.get("lambda-runtime-cognito-identity")
    }

    /// The tenant, for functions with tenant isolation.
    pub fn tenant_id(&self) -> Option<&str> {
        self.get("lambda-runtime-aws-tenant-id")
    }

    /// X-Ray's tracing header.
    pub fn xray_trace_id(&self) -> Option<&str> {
        self.get("lambda-runtime-trace-id")
    }

    /// When Lambda stops the invocation, in milliseconds since 1970.
    pub(crate) fn deadline_ms(&self) -> Option<u64> {
        self.get("lambda-runtime-deadline-ms")?.parse().ok()
    }

    fn get(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.0.get(name)?.as_bytes()).ok()
    }
}
