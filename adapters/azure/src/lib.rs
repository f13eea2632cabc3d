//! Runs a polyfn app as an Azure Functions [custom handler].
//!
//! HTTP functions work in each of the host's three modes, which `host.json` chooses:
//!
//! | mode | `customHandler` | what passes |
//! |---|---|---|
//! | proxying (preferred) | `"enableProxyingHttpRequest": true` | everything, streamed both ways |
//! | forwarding | `"enableForwardingHttpRequest": true` | buffered; the host joins repeated query keys and drops chunked bodies |
//! | invocation | neither | JSON: no binary response, one value per response header |
//!
//! The socket is bound and the host's readiness probe answered before the app has started;
//! requests wait until it has. The route prefix of `host.json` is stripped, so that a
//! function sees the same path as on every other target.
//!
//! In invocation mode the request is the datum that the `httpTrigger` binding of the
//! function's `function.json` names; where there is no such file, `req`, or the only one.
//!
//! | variable | meaning |
//! |---|---|
//! | `FUNCTIONS_CUSTOMHANDLER_PORT` | the port on 127.0.0.1 that the host dials |
//! | `FUNCTIONS_APP_ROOT_PATH` | where `host.json` and the functions' folders are |
//! | `AzureFunctionsJobHost__…` | overrides a setting of `host.json`, as for the host: `AzureFunctionsJobHost__extensions__http__routePrefix` |
//!
//! The wire forms are those of the host's own source, `src/WebJobs.Script/Workers/Http` in
//! its public repository; no real host can be installed from a registry to prove them.
//!
//! [custom handler]: https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers

mod app_root;
mod app_settings;
mod decode;
mod deployed;
mod encode;
mod events;
mod function_json;
mod host_settings;
mod invocation_error;
mod json_file;
mod native;
mod pairs;
mod respond;
mod run;
mod time_span;

pub use decode::decode;
pub use encode::encode;
pub use events::deliveries;
pub use invocation_error::InvocationError;
pub use json_file::AppRootError;
pub use native::AzureInvocation;
pub use run::{RunError, run};
