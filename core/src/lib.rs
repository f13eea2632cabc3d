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
//! | `cache` | `cache(ttl)`: a shared cache of responses, as a tower layer |
//! | `cloudevents-sdk` | conversions between [`cloudevents::CloudEvent`] and the `Event` of the `cloudevents` crate |

mod app;
mod app_service;
#[cfg(feature = "cache")]
mod cache;
mod cancellation;
pub mod cloudevents;
mod context;
mod current;
mod error;
mod event;
mod function;
mod handler;
mod http;
mod life;
mod media_type;
mod names;
mod observer;
mod panic;
mod trace;
mod warmup;

pub use app::{App, AppError};
pub use app_service::AppService;
#[cfg(feature = "cache")]
pub use cache::{CacheLayer, Cached, cache};
pub use context::{Context, Target};
pub use error::{Error, Result};
pub use event::{
    Attributes, Batch, BatchFailures, ChangeKind, Data, Delivery, DocumentChange, Event, EventData,
    EventInput, EventKind, EventTrigger, Extension, FromData, IntoOutcome, Message, ObjectCreated,
    ObjectDeleted, ObjectTrigger, Origin, Outcome, Payload, Record, Schedule, document_changed,
    event, object_created, object_deleted, queue, schedule, stream, topic,
};
pub use function::{Function, Trigger};
pub use handler::{Handler, With, with};
pub use http::{
    Body, BodyError, DynHandler, IntoHeaders, IntoResponse, Json, Params, Request, RequestExt,
    Response, Route, any, delete, error_of, get, head, options, patch, post, problem_response, put,
};
pub use observer::Observer;
pub use panic::{Panic, caught};
pub use trace::{InvalidTraceparent, TraceContext};
pub use warmup::is_warmup;

pub use jiff::Timestamp;

/// Any standard error, boxed.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
