//! One request, from the platform's form to the app's and back.

use std::future::ready;
use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either};
use http::{HeaderMap, HeaderName, HeaderValue};
use polyfn_core::{AppService, Context, Error, Request, Response, Target, error_of};
use polyfn_server::{Concurrency, Deadline, Place, Probes};

use crate::event_answer::{not_posted, of_event, of_what_may_be_an_event};
use crate::intake::{Intake, Kind};
use crate::trace::trace_of;

static STATUS: HeaderName = HeaderName::from_static("x-google-status");

static EXECUTION_ID: HeaderName = HeaderName::from_static("function-execution-id");

/// Browsers ask for these by themselves; the Functions Framework contract keeps them from
/// the one function that is deployed. An app of several routes them as it says.
const NOT_FOR_FUNCTIONS: [&str; 2] = ["/robots.txt", "/favicon.ico"];

/// What answers in this deployment.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) service: AppService,
    pub(crate) intake: Intake,
    pub(crate) timeout: Option<Duration>,
    pub(crate) concurrency: Concurrency,
    pub(crate) probes: Probes,
}

type BoxedAnswer = BoxFuture<'static, Response>;

impl Front {
    pub(crate) fn respond(
        &self,
        request: Request,
    ) -> impl Future<Output = Response> + Send + use<> {
        let context = context(request.headers(), self.timeout);
        let service = &self.service;
        let deadline = Deadline::of(service, &context);
        let (place, kind) = match self.admitted(&context, &request) {
            Ok((place, kind)) => (place, Ok(kind)),
            Err(answer) => (Place::default(), Err(answer)),
        };
        // The app's own answer is not boxed: it is the one that is asked for most.
        let answer = match kind {
            Err(answer) => Either::Right(answer),
            Ok(Kind::Event) => Either::Right(of_event(service.clone(), context, request).boxed()),
            Ok(Kind::MaybeEvent) => {
                let answer = of_what_may_be_an_event(service.clone(), context, request);
                Either::Right(answer.boxed())
            }
            Ok(_) => {
                let time_is_up = deadline.passed();
                Either::Left(service.respond_until(context, request, time_is_up))
            }
        };
        answer.map(move |mut response| {
            if let Some(status) = google_status(&response) {
                response.headers_mut().insert(&STATUS, status);
            }
            deadline.end_body(&mut response);
            place.keep_until_sent(&mut response);
            response
        })
    }

    /// The request's place and what it is, or the answer that it gets without the app.
    fn admitted(&self, context: &Context, request: &Request) -> Result<(Place, Kind), BoxedAnswer> {
        if let Some(answer) = self.probes.answer(&self.service, context, request) {
            return Err(answer);
        }
        let refused = |error: Error| -> BoxedAnswer {
            Box::pin(ready(error.into_reported_response(context)))
        };
        if self.service.is_alone() && NOT_FOR_FUNCTIONS.contains(&request.uri().path()) {
            let error = Error::not_found("the platform keeps this path for itself");
            return Err(refused(error));
        }
        match self.intake.kind(&self.service, context, request) {
            Kind::NotPosted => Err(refused(not_posted(request.method()))),
            kind => Ok((self.concurrency.place().map_err(refused)?, kind)),
        }
    }
}

fn context(headers: &HeaderMap, timeout: Option<Duration>) -> Context {
    let execution_id = headers
        .get(&EXECUTION_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| !id.is_empty())
        .map_or_else(Context::fresh_invocation_id, ToOwned::to_owned);
    // A time beyond what the clock can tell is as good as none.
    let deadline = timeout.and_then(|timeout| SystemTime::now().checked_add(timeout));
    Context::new(Target::Gcp, execution_id)
        .with_trace(trace_of(headers))
        .with_deadline(deadline)
}

/// What the official frameworks say of a 500: `crash` for a panic, `error` for a handler's
/// error.
fn google_status(response: &Response) -> Option<HeaderValue> {
    let error = error_of(response)?;
    response
        .status()
        .is_server_error()
        .then(|| HeaderValue::from_static(if error.is_panic() { "crash" } else { "error" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use polyfn_core::{App, Body, any};
    use polyfn_server::Draining;

    const MINUTE: Duration = Duration::from_secs(60);

    fn service() -> AppService {
        let app = App::new()
            .http("error", any("/error"), |_| async {
                Err::<(), _>(Error::internal("down"))
            })
            .http("refusal", any("/refusal"), |_| async {
                Err::<(), _>(Error::not_found("no"))
            })
            .http("panic", any("/panic"), |request: Request| async move {
                assert!(
                    request.uri().path().is_empty(),
                    "the handler was told to panic"
                );
            })
            .http("all", any("/{*rest}"), |request: Request| async move {
                use polyfn_core::RequestExt;
                let context = request.context();
                format!(
                    "{} {:?}",
                    context.invocation_id(),
                    context.remaining().is_some()
                )
            });
        app.into_service().unwrap()
    }

    fn front(service: AppService, timeout: Duration) -> Front {
        Front {
            service,
            intake: Intake::Requests,
            timeout: Some(timeout),
            concurrency: Concurrency::default(),
            probes: Probes::from_env(Draining::default()).unwrap(),
        }
    }

    async fn answer(path: &str, execution_id: Option<&'static str>) -> Response {
        let mut request = http::Request::get(path).body(Body::empty()).unwrap();
        if let Some(id) = execution_id {
            let id = HeaderValue::from_static(id);
            request.headers_mut().insert("function-execution-id", id);
        }
        front(service(), MINUTE).respond(request).await
    }

    #[tokio::test]
    async fn a_500_says_what_it_was() {
        for (path, status, google) in [
            ("/error", 500, Some("error")),
            ("/panic", 500, Some("crash")),
            ("/refusal", 404, None),
            ("/fine", 200, None),
        ] {
            let response = answer(path, None).await;
            assert_eq!(response.status(), status, "{path}");
            let said = response
                .headers()
                .get(&STATUS)
                .map(|value| value.to_str().unwrap());
            assert_eq!(said, google, "{path}");
        }
    }

    #[tokio::test]
    async fn what_browsers_ask_by_themselves_reaches_no_function_that_is_alone() {
        let alone = service().alone("all").unwrap();
        for (path, status) in [
            ("/robots.txt", 404),
            ("/favicon.ico", 404),
            ("/robots.txt?x", 404),
            ("/static/robots.txt", 200),
        ] {
            let request = http::Request::get(path).body(Body::empty()).unwrap();
            let response = front(alone.clone(), MINUTE).respond(request).await;
            assert_eq!(response.status(), status, "{path}, alone");
            assert_eq!(answer(path, None).await.status(), 200, "{path}, by route");
        }
    }

    #[tokio::test]
    async fn the_process_is_asked_beside_the_app_and_whatever_it_is_doing() {
        let mut front = front(service(), MINUTE);
        front.concurrency = Concurrency::up_to(1.try_into().unwrap());
        let get = |path: &str| http::Request::get(path).body(Body::empty()).unwrap();
        let first = front.respond(get("/fine")).await;
        for (path, status) in [
            ("/fine", 429),
            ("/_polyfn/health", 200),
            ("/_polyfn/warmup", 200),
        ] {
            let response = front.respond(get(path)).await;
            assert_eq!(response.status(), status, "{path} while one is in flight");
            assert!(!response.headers().contains_key(&STATUS), "{path}");
        }
        drop(first);
        assert_eq!(front.respond(get("/fine")).await.status(), 200);
    }

    #[tokio::test]
    async fn a_timeout_that_no_clock_can_tell_is_no_deadline() {
        let request = http::Request::get("/").body(Body::empty()).unwrap();
        let response = front(service(), Duration::MAX).respond(request).await;
        let body = response.into_body().as_bytes().cloned().unwrap();
        assert!(body.ends_with(b" false"), "{body:?}");
    }

    #[tokio::test]
    async fn the_platforms_execution_id_is_the_invocations() {
        let body = |response: Response| response.into_body().as_bytes().cloned().unwrap();
        assert_eq!(body(answer("/", Some("abc123")).await), "abc123 true");
        assert_ne!(
            body(answer("/", None).await),
            body(answer("/", None).await),
            "ids are fresh"
        );
        let empty = body(answer("/", Some("")).await);
        assert_eq!(
            empty.len(),
            32 + " true".len(),
            "an empty one is none: {empty:?}"
        );
    }
}
