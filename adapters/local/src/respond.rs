//! One request, whoever it is for.

use std::time::{Duration, SystemTime};

use http::header::ALLOW;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use polyfn_core::{AppService, Context, Error, Request, Response, Target, TraceContext, Trigger};
use polyfn_server::{Concurrency, Deadline, Probes};

use crate::vendor::Vendor;
use crate::{events, listing};

/// Where functions are called by name.
pub(crate) const BY_NAME: &str = "/_polyfn";

/// What answers on this machine.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) service: AppService,
    pub(crate) vendors: &'static [Vendor],
    pub(crate) timeout: Option<Duration>,
    pub(crate) concurrency: Concurrency,
    pub(crate) probes: Probes,
}

impl Front {
    pub(crate) async fn respond(&self, request: Request) -> Response {
        let context = self.context(request.headers());
        if !self.is_for_events(request.uri().path()) {
            if let Some(answer) = self.probes.answer(&self.service, &context, &request) {
                return answer.await;
            }
        }
        let place = match self.concurrency.place() {
            Ok(place) => place,
            Err(error) => return error.into_reported_response(&context),
        };
        let deadline = Deadline::of(&self.service, &context);
        let mut response = self.routed(&deadline, context, request).await;
        deadline.end_body(&mut response);
        place.keep_until_sent(&mut response);
        response
    }

    async fn routed(&self, deadline: &Deadline, context: Context, request: Request) -> Response {
        let service = &self.service;
        let path = request.uri().path();
        match name_in(path) {
            Some(Some(name)) if !name.is_empty() => {
                let name = name.to_owned();
                events::respond(service, self.vendors, context, &name, request).await
            }
            Some(_) if path.trim_end_matches('/') == BY_NAME => match *request.method() {
                Method::GET | Method::HEAD => listing::respond(service, request.headers()),
                _ => Error::new(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "events are posted to /_polyfn/<function>; this is the list of functions",
                )
                .with_header(ALLOW, HeaderValue::from_static("GET, HEAD"))
                .into_reported_response(&context),
            },
            _ => {
                let time_is_up = deadline.passed();
                service.respond_until(context, request, time_is_up).await
            }
        }
    }

    /// Whether the path is that of a function which takes events.
    fn is_for_events(&self, path: &str) -> bool {
        let function = name_in(path)
            .flatten()
            .and_then(|name| self.service.function(name));
        function.is_some_and(|function| matches!(function.trigger(), Trigger::Event(_)))
    }

    /// There is no platform here, so the id is our own, and so is the deadline.
    fn context(&self, headers: &HeaderMap) -> Context {
        // A time beyond what the clock can tell is as good as none.
        let deadline = self
            .timeout
            .and_then(|timeout| SystemTime::now().checked_add(timeout));
        Context::new(Target::Local, Context::fresh_invocation_id())
            .with_trace(TraceContext::from_headers(headers))
            .with_deadline(deadline)
    }
}

/// What stands behind `/_polyfn`, and behind the slash after it.
fn name_in(path: &str) -> Option<Option<&str>> {
    let rest = path.strip_prefix(BY_NAME)?;
    Some(rest.strip_prefix('/'))
}
