//! One exchange of a case: what is sent.

use serde::Deserialize;
use serde_json::json;

use crate::body::BodySpec;
use crate::case::{EchoExpectation, FieldValue, ResponseExpectation};
use crate::http::Request;

/// One exchange (or, with `in_flight`, many at once) and what must come of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The request, in full.
    pub request: Option<RequestSpec>,
    /// Instead of `request`: the answer that the probe's `reply` function is asked for. Unless
    /// `response` says otherwise, exactly this answer must arrive.
    pub reply: Option<Reply>,
    /// What the function must have seen; for requests to the probe's `echo` function.
    pub echo: Option<EchoExpectation>,
    /// What the client must see.
    pub response: Option<ResponseExpectation>,
    /// How many requests are sent at once; `{n}` in the target and the expectations is each one's
    /// number.
    #[serde(default = "one")]
    pub in_flight: u32,
    /// How long the step may take in all, in milliseconds.
    pub within_ms: Option<u64>,
}

fn one() -> u32 {
    1
}

/// A request as it goes over the wire.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestSpec {
    /// `GET` where it is left out.
    #[serde(default = "get")]
    pub method: String,
    /// The request target, byte for byte: `/a%20b?c`.
    pub target: String,
    /// In this order and letter case. `Host`, `Content-Length` and the like are added.
    #[serde(default)]
    pub headers: Vec<(String, FieldValue)>,
    /// No body and no `Content-Length` where it is left out.
    pub body: Option<BodySpec>,
    /// Sends the body in chunks, without saying how long it is.
    #[serde(default)]
    pub chunked: bool,
}

fn get() -> String {
    "GET".to_owned()
}

/// The answer that the probe's `reply` function is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The status code.
    #[serde(default = "ok")]
    pub status: u16,
    /// In this order, repeats included.
    #[serde(default)]
    pub headers: Vec<(String, FieldValue)>,
    /// Empty where it is left out.
    pub body: Option<BodySpec>,
}

fn ok() -> u16 {
    200
}

impl Step {
    /// What is wrong with the step, if anything is.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        if self.request.is_some() == self.reply.is_some() {
            return Some("a step has either a `request` or a `reply`");
        }
        if self.request.is_some() && self.echo.is_none() && self.response.is_none() {
            return Some("a request without `echo` or `response` can't fail");
        }
        (self.in_flight == 0).then_some("`in_flight` is at least 1")
    }

    /// The request with this number.
    pub(crate) fn request(&self, number: u32) -> Request {
        match (&self.request, &self.reply) {
            (Some(spec), _) => Request {
                method: spec.method.clone(),
                target: spec.target.replace("{n}", &number.to_string()),
                headers: sent(&spec.headers),
                body: spec.body.as_ref().map(|body| body.bytes().clone()),
                chunked: spec.chunked,
            },
            (None, reply) => reply.as_ref().map(Reply::request).unwrap_or_default(),
        }
    }

    /// What the client must see.
    pub(crate) fn expected_response(&self) -> Option<ResponseExpectation> {
        let asked_for = || self.reply.as_ref().map(Reply::expectation);
        self.response.clone().or_else(asked_for)
    }

    /// The status that the step asks for, or takes for granted.
    pub(crate) fn expected_status(&self) -> u16 {
        let response = self.response.as_ref();
        let told = response.and_then(|response| {
            let problem = response.problem.as_ref().map(|problem| problem.status);
            response.status.or(problem)
        });
        let asked_for = || self.reply.as_ref().map(|reply| reply.status);
        told.or_else(asked_for).unwrap_or_else(ok)
    }

    /// Whether an answer may break off: a failure that comes after the status has left can't be
    /// told otherwise.
    pub(crate) fn may_break_off(&self) -> bool {
        self.response
            .as_ref()
            .is_some_and(|response| response.no_success)
    }
}

fn sent(headers: &[(String, FieldValue)]) -> Vec<(String, Vec<u8>)> {
    headers
        .iter()
        .map(|(name, value)| (name.clone(), value.bytes().to_vec()))
        .collect()
}

impl Reply {
    fn request(&self) -> Request {
        let body = self.body.as_ref().map_or(&[][..], |body| body.bytes());
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name, value.wish()))
            .collect();
        let wish = json!({
            "status": self.status,
            "headers": headers,
            "body_base64": base64_simd::STANDARD.encode_to_string(body),
        });
        Request {
            method: "POST".to_owned(),
            target: "/reply".to_owned(),
            headers: vec![("content-type".to_owned(), b"application/json".to_vec())],
            body: Some(wish.to_string().into()),
            chunked: false,
        }
    }

    fn expectation(&self) -> ResponseExpectation {
        ResponseExpectation {
            status: Some(self.status),
            headers: self.headers.clone(),
            empty: self.body.is_none(),
            body: self.body.clone(),
            ..ResponseExpectation::default()
        }
    }
}
