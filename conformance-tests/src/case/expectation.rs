//! What must come of a request.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::body::BodySpec;
use crate::case::FieldValue;

/// What the function must have seen, as the probe's `echo` function tells it. What is left out is
/// not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EchoExpectation {
    /// The method.
    pub method: Option<String>,
    /// The raw path; `{n}` is the request's number.
    pub path: Option<String>,
    /// The raw query, without the `?`.
    pub query: Option<String>,
    /// There must be no query, not even an empty one.
    pub no_query: bool,
    /// The decoded pairs of the query. All of them must be there, each name's values in order; the
    /// order of different names is not looked at.
    pub query_pairs: Option<Vec<(String, String)>>,
    /// For each name that stands here: all of its values, in order, each in a header of its own.
    pub headers: Vec<(String, FieldValue)>,
    /// For each name that stands here: its values in order, whether in headers of their own or
    /// joined by commas, which means the same (RFC 9110, section 5.3).
    pub list_headers: Vec<(String, Vec<String>)>,
    /// The cookies, in order, whether in one `Cookie` header or in several.
    pub cookies: Option<Vec<String>>,
    /// Names of headers that must not be there.
    pub absent_headers: Vec<String>,
    /// All path parameters, decoded.
    pub params: Option<BTreeMap<String, String>>,
    /// The body, byte for byte.
    pub body: Option<BodySpec>,
    /// The body must be empty.
    pub no_body: bool,
    /// What the invocation knows about itself.
    pub context: Option<ContextExpectation>,
}

/// What an invocation must know about itself. What is left out is not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContextExpectation {
    /// The name of the function.
    pub function: Option<String>,
    /// The target's name must be that of the target under test.
    pub names_target: bool,
    /// The invocation id must not be empty, nor one that was seen before in this case.
    pub fresh_invocation_id: bool,
    /// There must be a deadline, and it must lie ahead.
    pub deadline_ahead: bool,
    /// The trace id of the `traceparent`. The span may be another one: platforms add theirs.
    pub trace_id: Option<String>,
    /// There must be a trace, whoever began it.
    pub some_trace: bool,
}

/// What the client must see. What is left out is not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResponseExpectation {
    /// The status code.
    pub status: Option<u16>,
    /// For each name that stands here: all of its values, in order, each in a header of its own.
    pub headers: Vec<(String, FieldValue)>,
    /// For each name that stands here: its values in order, separate or joined by commas.
    pub list_headers: Vec<(String, Vec<String>)>,
    /// For each name that stands here: all of its values, each in a header of its own, in any order.
    pub unordered_headers: Vec<(String, Vec<String>)>,
    /// Names of headers that must not be there.
    pub absent_headers: Vec<String>,
    /// Names of headers that must be there, whatever they say.
    pub some_headers: Vec<String>,
    /// What `Content-Length` must say if it is there; the answer to `HEAD` may go without.
    pub length_if_told: Option<u64>,
    /// The body, byte for byte.
    pub body: Option<BodySpec>,
    /// There must be no body.
    pub empty: bool,
    /// JSON: members that are not named may be there as well.
    pub json: Option<serde_json::Value>,
    /// An RFC 9457 problem document with the invocation's id.
    pub problem: Option<ProblemExpectation>,
    /// The client must see that it went wrong: a status of 5xx, or an answer that breaks off.
    pub no_success: bool,
    /// Text that must stand nowhere in the response.
    pub never: Vec<String>,
}

/// An error that is told as RFC 9457 has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemExpectation {
    /// The status, in the status line and in the document.
    pub status: u16,
}
