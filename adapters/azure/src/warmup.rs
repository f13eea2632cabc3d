//! Calls that only warm the process up.
//!
//! The [trigger] for it calls each instance that is added; its function has to be called `warmup`.
//! A timer in a folder of that name keeps those warm that there are.
//!
//! [trigger]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-warmup

use std::sync::Arc;

use bytes::Bytes;
use polyfn_core::{AppService, Context, Response, problem_response};
use polyfn_server::as_internal;

use crate::events::succeeded;
use crate::function_json::Binding;

/// Whether the calls of the function in `folder` are of this kind: it is none of the app's.
pub(crate) fn is_warmup(service: &AppService, folder: &str, binding: &Binding) -> bool {
    let is_timer = || binding.is("timerTrigger") && folder.eq_ignore_ascii_case("warmup");
    binding.is("warmupTrigger") || (is_timer() && service.function(folder).is_none())
}

/// Warms the app up and answers the host. A failure fails the invocation.
pub(crate) async fn warmed_up(service: &AppService, context: &Context) -> Response {
    match service.warm_up().await {
        Ok(()) => succeeded(&[Some(Bytes::from_static(b"\"warmed up\""))], context),
        // It is in the log already.
        Err(error) => problem_response(&Arc::new(as_internal(&error)), context),
    }
}
