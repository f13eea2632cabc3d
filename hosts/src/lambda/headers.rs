//! What `next` says of an invocation in headers.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::invocation::{Deadline, InvokeOptions};
use super::request::{new_request_id, new_trace_root};
use crate::error::Kind;
use crate::{Error, timestamp};

/// The headers of an invocation that has `left` of its time.
pub(super) fn headers(
    id: &str,
    function_arn: &str,
    left: Duration,
    options: &InvokeOptions,
) -> HeaderMap {
    let deadline = match options.deadline {
        Deadline::Normal => {
            let deadline = timestamp::since_epoch().saturating_add(left);
            Some(deadline.as_millis().to_string())
        }
        Deadline::Past => Some("600000".to_owned()),
        Deadline::Missing => None,
    };
    let trace_id = options.trace_id.clone().unwrap_or_else(|| {
        format!(
            "{};Parent={:016x};Sampled=0",
            new_trace_root(),
            fastrand::u64(..)
        )
    });
    let headers = [
        ("content-type", Some("application/json".to_owned())),
        ("lambda-runtime-aws-request-id", Some(id.to_owned())),
        ("lambda-runtime-deadline-ms", deadline),
        (
            "lambda-runtime-invoked-function-arn",
            Some(function_arn.to_owned()),
        ),
        ("lambda-runtime-trace-id", Some(trace_id)),
        ("lambda-runtime-invocation-id", Some(new_request_id())),
        (
            "lambda-runtime-client-context",
            options.client_context.clone(),
        ),
        (
            "lambda-runtime-cognito-identity",
            options.cognito_identity.clone(),
        ),
        ("lambda-runtime-aws-tenant-id", options.tenant_id.clone()),
    ];
    headers
        .into_iter()
        .filter_map(|(name, value)| {
            // The values that come from outside have been checked by `check`.
            Some((
                HeaderName::from_static(name),
                HeaderValue::try_from(value?).ok()?,
            ))
        })
        .collect()
}

/// Whether the options can be sent as header values.
pub(super) fn check(options: &InvokeOptions) -> Result<(), Error> {
    let given = [
        &options.request_id,
        &options.client_context,
        &options.cognito_identity,
        &options.tenant_id,
        &options.trace_id,
    ];
    for value in given.into_iter().flatten() {
        if HeaderValue::try_from(value.as_str()).is_err() {
            return Err(Kind::InvalidHeader(value.clone()).into());
        }
    }
    Ok(())
}
