//! What the Runtime API answers to the process.

use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use crate::body::{Body, full};

/// `{"errorType","errorMessage"}` with its status.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) error_type: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn forbidden(error_type: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            error_type,
            message: message.into(),
        }
    }

    pub(super) fn not_found() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            error_type: "NotFound",
            message: "no such method and path in the Runtime API".to_owned(),
        }
    }

    pub(super) fn invalid_request_id(message: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error_type: "InvalidRequestID",
            message: message.to_owned(),
        }
    }

    pub(super) fn truncated() -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error_type: "TruncatedHTTPRequest",
            message: "HTTP request detected as truncated".to_owned(),
        }
    }

    pub(super) fn too_large(limit: usize) -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            error_type: "RequestEntityTooLarge",
            message: format!("Exceeded maximum allowed payload size ({limit} bytes)."),
        }
    }
}

impl From<Refusal> for Response<Body> {
    fn from(refusal: Refusal) -> Self {
        let body = json!({"errorType": refusal.error_type, "errorMessage": refusal.message});
        answer(refusal.status, &body)
    }
}

pub(super) fn accepted() -> Response<Body> {
    answer(StatusCode::ACCEPTED, &json!({"status": "OK"}))
}

pub(super) fn answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(full(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
