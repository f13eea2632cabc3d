//! One handler for AWS Lambda, Google Cloud Functions and Cloud Run, Azure Functions, and
//! this machine.
//!
//! A handler takes a plain [`http::Request`] and returns anything that is a response, or it takes
//! an [`Event`]: an object was stored, a message came, a schedule is due, a document changed.
//! Cargo features choose the targets; a conformance suite proves that a handler does the same on
//! each of them.
//!
//! ```no_run
//! use polyfn::prelude::*;
//! use serde::Serialize;
//! use std::process::ExitCode;
//!
//! #[derive(Serialize)]
//! struct Greeting { message: String }
//!
//! async fn hello(request: Request) -> Result<Json<Greeting>> {
//!     let name: String = request.param("name")?; // a 400 that says why, if it can't be had
//!     Ok(Json(Greeting { message: format!("Hello, {name}!") }))
//! }
//!
//! /// Runs once per process, at cold start: open pools here.
//! async fn app() -> Result<App> {
//!     Ok(App::new().http("hello", get("/hello/{name}"), hello))
//! }
//!
//! fn main() -> ExitCode {
//!     polyfn::run(app)
//! }
//! ```
//!
//! # Features
//!
//! They add up: with several targets compiled in, the process finds out where it is.
//!
//! | feature | what it adds |
//! |---|---|
//! | `local` (default) | this machine: plain HTTP on `127.0.0.1:$PORT` |
//! | `aws` | AWS Lambda: API Gateway v1 and v2, function URLs, ALB, VPC Lattice; its event sources |
//! | `gcp` | Google Cloud Functions and Cloud Run; Eventarc, Pub/Sub, Cloud Scheduler |
//! | `azure` | Azure Functions, as a custom handler; its triggers |
//! | `axum` | [`Context`] as an extractor in the handlers of a mounted axum app |
//! | `cache` | `cache(ttl)`: a shared cache of responses, as a tower layer |
//! | `cloudevents-sdk` | conversions between [`cloudevents::CloudEvent`] and the `Event` of the `cloudevents` crate |
//!
//! # Where to look
//!
//! - [`App`]: functions, their routes and triggers, tower services and layers
//! - [`Event`] and what it can be about: [`ObjectCreated`], [`ObjectDeleted`], [`Message`],
//!   [`Schedule`], [`Record`], [`DocumentChange`], or a type of your own
//! - [`Batch`]: all events of an invocation together
//! - [`RequestExt`]: parameters, query, cookies, JSON, the context of an invocation
//! - [`IntoResponse`]: what a handler may return
//! - [`Error`]: problem documents for the caller, the cause for the log
//! - [`Context`]: the facts of an invocation, the same on every cloud
//! - [`run`]: the variables that choose target, function and limits

mod cost;
mod deployment;
mod env;
mod run;
mod start;
mod target;
#[cfg(feature = "local")]
mod vendors;

pub use env::env;
pub use polyfn_core::{
    App, AppError, AppService, Attributes, Batch, BatchFailures, Body, BodyError, BoxError,
    ChangeKind, Context, Data, Delivery, DocumentChange, DynHandler, Error, Event, EventData,
    EventInput, EventKind, EventTrigger, Extension, FromData, Function, Handler, IntoHeaders,
    IntoOutcome, IntoResponse, InvalidTraceparent, Json, Message, ObjectCreated, ObjectDeleted,
    ObjectTrigger, Observer, Origin, Outcome, Params, Payload, Record, Request, RequestExt,
    Response, Result, Route, Schedule, Target, Timestamp, TraceContext, Trigger, With, any,
    cloudevents, delete, document_changed, error_of, event, get, head, is_warmup, object_created,
    object_deleted, options, patch, post, put, queue, schedule, stream, topic, with,
};
#[cfg(feature = "cache")]
pub use polyfn_core::{CacheLayer, Cached, cache};
pub use run::run;

/// The platform's own values, for [`Context::native`] on AWS Lambda.
#[cfg(feature = "aws")]
pub use polyfn_aws as aws;

/// The platform's own values, for [`Context::native`] on Azure Functions.
#[cfg(feature = "azure")]
pub use polyfn_azure as azure;

/// The platform's own values, for [`Context::native`] on Google Cloud Functions and Cloud Run.
#[cfg(feature = "gcp")]
pub use polyfn_gcp as gcp;

/// What nearly every program needs: `use polyfn::prelude::*;`.
pub mod prelude {
    pub use crate::{
        App, Batch, BatchFailures, Body, Context, DocumentChange, Error, Event, Handler,
        IntoResponse, Json, Message, ObjectCreated, ObjectDeleted, Record, Request, RequestExt,
        Response, Result, Schedule, any, delete, document_changed, env, event, get, object_created,
        object_deleted, patch, post, put, queue, schedule, stream, topic, with,
    };
    pub use http::{Method, StatusCode};
}

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
