//! An invocation for each happening.

use bytes::Bytes;

use super::super::invocation::{Invocation, InvokeOptions};
use super::super::request::new_request_id;
use super::attempts::Attempts;
use crate::Error;

/// Nobody waits for the answer: what it is does not matter, only that there is one.
pub(super) async fn deliver(
    place: usize,
    payload: &Bytes,
    attempts: &mut Attempts<'_>,
) -> Result<(), Error> {
    let options = InvokeOptions {
        request_id: Some(new_request_id()),
        ..InvokeOptions::default()
    };
    loop {
        attempts.begin(place);
        let invocation = attempts.invoke(payload.clone(), options.clone()).await?;
        if invocation.response().is_some() || !attempts.again(place) {
            return Ok(());
        }
    }
}

/// A state machine waits for the answer, which must be JSON, and each try is another invocation.
pub(super) async fn run_task(
    place: usize,
    payload: &Bytes,
    attempts: &mut Attempts<'_>,
) -> Result<(), Error> {
    loop {
        attempts.begin(place);
        let options = InvokeOptions::default();
        let invocation = attempts.invoke(payload.clone(), options).await?;
        if let Invocation::Response(answer) = invocation {
            match serde_json::from_slice(&answer) {
                Ok(result) => {
                    attempts.returned(result);
                    return Ok(());
                }
                Err(error) => attempts.fault("States.Runtime", &error.to_string()),
            }
        }
        if !attempts.again(place) {
            return Ok(());
        }
    }
}
