//! The cloud-free core of polyfn: requests, events, handlers, routes, errors.
//!
//! Most programs use it through the `polyfn` crate, which adds `run` and the targets. An
//! adapter for a platform builds on this crate alone: it makes a [`Request`] and a
//! [`Context`] of whatever the platform delivers, calls [`AppService::respond`], and gives
//! the [`Response`] back; or it makes [`Delivery`]s, calls [`AppService::deliver`], and tells
//! the platform the [`Outcome`]s.
//!
//! This crate knows no cloud, no async runtime and no server.
//!
//! | feature | what it adds |
//! |---|---|
//! | `axum` | [`Context`] as an extractor in axum handlers |
//! | `cloudevents-sdk` | conversions between [`cloudevents::CloudEvent`] and the `Event` of the `cloudevents` crate |

mod app;
mod app_service;
#[cfg(feature = "axum")]
mod axum;
mod body;
mod body_error;
pub mod cloudevents;
mod context;
mod dispatch;
mod dyn_handler;
mod error;
mod event;
mod function;
mod guard;
mod handler;
mod json;
mod limited;
mod media_type;
mod mount;
mod names;
mod observed;
mod panic;
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
mod trace;

pub use app::{App, AppError};
pub use app_service::AppService;
pub use body::Body;
pub use body_error::BodyError;
pub use context::{Context, Target};
pub use dyn_handler::DynHandler;
pub use error::{Error, Result};
pub use event::{
    Attributes, Batch, BatchFailures, ChangeKind, Data, Delivery, DocumentChange, Event, EventData,
    EventInput, EventKind, EventTrigger, Extension, FromData, IntoOutcome, Message, ObjectCreated,
    ObjectDeleted, ObjectTrigger, Origin, Outcome, Payload, Record, Schedule, document_changed,
    event, object_created, object_deleted, queue, schedule, stream, topic,
};
pub use function::{Function, Trigger};
pub use handler::{Handler, With, with};
pub use json::Json;
pub use panic::{Panic, caught};
pub use params::Params;
pub use problem::{error_of, problem_response};
pub use request::{Request, RequestExt};
pub use response::{IntoHeaders, IntoResponse, Response};
pub use route::{Route, any, delete, get, head, options, patch, post, put};
pub use trace::{InvalidTraceparent, TraceContext};

pub use jiff::Timestamp;

/// Any standard error, boxed.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
