//! Requests, responses, and the routes between them.

#[cfg(feature = "axum")]
mod axum;
mod body;
mod body_error;
mod dispatch;
mod dyn_handler;
mod guard;
mod json;
mod limited;
mod mount;
mod observed;
mod params;
mod pattern;
mod problem;
mod request;
mod response;
mod route;
mod routed;
mod routes;
mod sendable;
mod table;

pub use body::Body;
pub use body_error::BodyError;
pub(crate) use dispatch::Dispatch;
pub use dyn_handler::DynHandler;
pub(crate) use dyn_handler::ResponseFuture;
pub(crate) use guard::{Guard, guard};
pub use json::Json;
pub(crate) use mount::Mount;
pub use params::Params;
pub use problem::{error_of, problem_response};
pub use request::{Request, RequestExt};
pub use response::{IntoHeaders, IntoResponse, Response};
pub use route::{Route, any, delete, get, head, options, patch, post, put};
pub(crate) use routed::Routed;
pub(crate) use routes::Routes;
pub(crate) use sendable::make_sendable;
