//! What arrived, as JSON.

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use base64_simd::STANDARD;
use polyfn::prelude::*;
use serde::Serialize;

/// A request as the handler sees it.
#[derive(Serialize)]
pub(crate) struct Echo {
    method: String,
    /// Raw, as in the request's URI.
    path: String,
    /// Raw; null where there is no `?`.
    query: Option<String>,
    /// In the order of the header map. A value's bytes are read as ISO 8859-1, so that each becomes
    /// the character of the same number and nothing is lost.
    headers: Vec<(String, String)>,
    /// Percent-decoded; null where that gives no UTF-8.
    params: BTreeMap<String, Option<String>>,
    body_base64: String,
    context: EchoContext,
}

#[derive(Serialize)]
struct EchoContext {
    invocation_id: String,
    function: String,
    target: &'static str,
    /// Since the epoch; null where the platform has none.
    deadline_ms: Option<u64>,
    traceparent: Option<String>,
}

pub(crate) async fn echo(mut request: Request) -> Result<Json<Echo>> {
    let body = request.bytes().await?;
    let params = request.params();
    let decoded = params.iter().map(|(name, _)| {
        let value = params
            .get(name)
            .ok()
            .flatten()
            .map(std::borrow::Cow::into_owned);
        (name.to_owned(), value)
    });
    Ok(Json(Echo {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    value.as_bytes().iter().copied().map(char::from).collect(),
                )
            })
            .collect(),
        params: decoded.collect(),
        body_base64: STANDARD.encode_to_string(body),
        context: EchoContext::of(request.context()),
    }))
}

impl EchoContext {
    fn of(context: &Context) -> Self {
        let deadline = context
            .deadline()
            .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Self {
            invocation_id: context.invocation_id().to_owned(),
            function: context.function().to_owned(),
            target: context.target().name(),
            deadline_ms: deadline.and_then(|since| u64::try_from(since.as_millis()).ok()),
            traceparent: context.trace().map(|trace| trace.to_string()),
        }
    }
}
