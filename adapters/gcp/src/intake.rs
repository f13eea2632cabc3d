//! Which requests bring events.

use http::Method;
use polyfn_core::{AppService, Context, Request};

use crate::events::{Form, may_be_json};

/// What a deployment takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intake {
    /// Requests: the app has no functions of events.
    Requests,
    /// Both.
    Both,
    /// Events.
    Events,
}

/// What a request is, by all that is seen of it before its body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    /// It has to be an event.
    Event,
    /// It is an event, if its body is one; else a request that no function answers.
    MaybeEvent,
    /// Events are not brought by its method.
    NotPosted,
}

impl Intake {
    /// `is_for_events` says whether the platform was told that events come.
    pub(crate) fn of(service: &AppService, is_for_events: bool) -> Self {
        match service.takes_events() {
            false => Self::Requests,
            true if is_for_events || service.is_alone() => Self::Events,
            true => Self::Both,
        }
    }

    pub(crate) fn kind(self, service: &AppService, context: &Context, request: &Request) -> Kind {
        match self {
            Self::Requests => Kind::Request,
            Self::Events => match Form::of(request.headers()) {
                // A job has the method that somebody gave it.
                Some(Form::Scheduler) => Kind::Event,
                _ if request.method() == Method::POST => Kind::Event,
                _ => Kind::NotPosted,
            },
            Self::Both => {
                let is_answered = || is_routed(service, context, request);
                match Form::of(request.headers()) {
                    Some(Form::Scheduler) if is_answered() => Kind::Request,
                    Some(Form::Scheduler) => Kind::Event,
                    _ if request.method() != Method::POST => Kind::Request,
                    Some(Form::CloudEvent(_)) => Kind::Event,
                    _ if is_answered() => Kind::Request,
                    Some(_) => Kind::Event,
                    None if may_be_json(request.headers()) => Kind::MaybeEvent,
                    None => Kind::Request,
                }
            }
        }
    }
}

fn is_routed(service: &AppService, context: &Context, request: &Request) -> bool {
    let path = request.uri().path();
    let routed = service.routed(context.clone(), request.method(), path);
    !routed.function().is_empty()
}
