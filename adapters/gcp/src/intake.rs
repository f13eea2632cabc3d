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

#[cfg(test)]
mod tests {
    use super::*;
    use polyfn_core::{App, Body, Event, ObjectCreated, Target, get, object_created, post};

    fn service() -> AppService {
        let app = App::new()
            .http("page", get("/page"), |_| async { "page" })
            .http("hook", post("/hook"), |_| async { "hook" })
            .on(
                "thumbnail",
                object_created("uploads"),
                async |_: Event<ObjectCreated>| {},
            );
        app.into_service().unwrap()
    }

    fn kind(intake: Intake, request: &str, headers: &[(&'static str, &'static str)]) -> Kind {
        let (method, path) = request.split_once(' ').unwrap();
        let mut builder = http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let request = builder.body(Body::empty()).unwrap();
        let context = Context::new(Target::Gcp, "1");
        intake.kind(&service(), &context, &request)
    }

    const CLOUD_EVENT: &[(&str, &str)] = &[("ce-specversion", "1.0"), ("ce-type", "t")];
    const STRUCTURED: &[(&str, &str)] = &[("content-type", "application/cloudevents+json")];
    const BATCHED: &[(&str, &str)] = &[("content-type", "application/cloudevents-batch+json")];
    const BROKEN: &[(&str, &str)] = &[("ce-id", "1"), ("ce-type", "t")];
    const SCHEDULER: &[(&str, &str)] = &[("x-cloudscheduler", "True")];
    const UNWRAPPED: &[(&str, &str)] = &[("x-goog-pubsub-message-id", "1")];
    const JSON: &[(&str, &str)] = &[("content-type", "Application/JSON; charset=utf-8")];
    const TEXT: &[(&str, &str)] = &[("content-type", "text/plain")];

    #[test]
    fn a_whole_app_takes_both() {
        for (request, headers, expected) in [
            ("POST /", CLOUD_EVENT, Kind::Event),
            ("POST /hook", CLOUD_EVENT, Kind::Event),
            ("POST /hook", STRUCTURED, Kind::Event),
            ("POST /", BATCHED, Kind::Event),
            ("POST /", BROKEN, Kind::Event),
            ("GET /page", CLOUD_EVENT, Kind::Request),
            ("POST /", SCHEDULER, Kind::Event),
            ("GET /", SCHEDULER, Kind::Event),
            ("GET /page", SCHEDULER, Kind::Request),
            ("POST /hook", SCHEDULER, Kind::Request),
            ("PUT /hook", SCHEDULER, Kind::Event),
            ("POST /", UNWRAPPED, Kind::Event),
            ("POST /hook", UNWRAPPED, Kind::Request),
            ("POST /", JSON, Kind::MaybeEvent),
            ("POST /page", JSON, Kind::MaybeEvent),
            ("POST /", &[], Kind::MaybeEvent),
            ("POST /", TEXT, Kind::Request),
            ("POST /hook", JSON, Kind::Request),
            ("PUT /", JSON, Kind::Request),
            ("GET /page", &[], Kind::Request),
        ] {
            let kind = kind(Intake::Both, request, headers);
            assert_eq!(kind, expected, "{request} with {headers:?}");
        }
    }

    #[test]
    fn where_events_come_all_else_is_refused() {
        for (request, headers, expected) in [
            ("POST /", CLOUD_EVENT, Kind::Event),
            ("POST /hook", JSON, Kind::Event),
            ("POST /", TEXT, Kind::Event),
            ("GET /page", &[], Kind::NotPosted),
            ("PUT /", CLOUD_EVENT, Kind::NotPosted),
            ("GET /", SCHEDULER, Kind::Event),
        ] {
            let kind = kind(Intake::Events, request, headers);
            assert_eq!(kind, expected, "{request} with {headers:?}");
        }
    }

    #[test]
    fn an_app_without_functions_of_events_takes_none() {
        for headers in [CLOUD_EVENT, SCHEDULER, UNWRAPPED, JSON] {
            let kind = kind(Intake::Requests, "POST /", headers);
            assert_eq!(kind, Kind::Request, "{headers:?}");
        }
    }

    #[test]
    fn the_deployment_decides() {
        let of =
            |name: &str, is_for_events| Intake::of(&service().alone(name).unwrap(), is_for_events);
        assert_eq!(Intake::of(&service(), false), Intake::Both);
        assert_eq!(Intake::of(&service(), true), Intake::Events);
        assert_eq!(of("thumbnail", false), Intake::Events);
        assert_eq!(of("page", false), Intake::Requests);
        assert_eq!(of("page", true), Intake::Requests, "it takes no events");
    }
}
