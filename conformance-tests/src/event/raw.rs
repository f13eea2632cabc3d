//! What no source would send: a case writes it byte for byte.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::BodySpec;
use crate::http::Request;

/// What is sent to each target. One that is left out is not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawInput {
    /// To a function on this machine.
    pub local: Option<RawRequest>,
    /// To the container.
    pub gcp: Option<RawRequest>,
    /// A plain invocation.
    pub aws: Option<RawPayload>,
    /// A call of the Functions host's.
    pub azure: Option<RawCall>,
}

/// An HTTP request.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRequest {
    /// `POST` where it is left out.
    #[serde(default = "post")]
    method: String,
    /// `/` where it is left out.
    #[serde(default = "root")]
    target: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    body: Option<BodySpec>,
}

fn post() -> String {
    "POST".to_owned()
}

fn root() -> String {
    "/".to_owned()
}

impl RawRequest {
    pub(super) fn request(&self) -> Request {
        let headers = self.headers.iter().cloned();
        Request {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: headers
                .map(|(name, value)| (name, value.into_bytes()))
                .collect(),
            body: self.body.as_ref().map(|body| body.bytes().clone()),
            chunked: false,
        }
    }
}

/// The payload of an invocation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPayload {
    /// Its bytes.
    pub payload: BodySpec,
}

/// A call of a function, in the app that has the trigger `source`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCall {
    /// The column whose app it is: `azure/storage-queue-string`.
    pub source: String,
    /// The function's folder.
    pub function: String,
    /// The values of the bindings.
    #[serde(default)]
    pub data: Map<String, Value>,
    /// The binding data.
    #[serde(default)]
    pub metadata: Map<String, Value>,
}
