//! From what a request was routed to, to the answer.

use std::future::ready;
use std::sync::Arc;

use http::header::ALLOW;
use http::{Method, StatusCode};

use crate::dyn_handler::ResponseFuture;
use crate::outcome::Outcome;
use crate::{BodyError, Error, Function, Handler, IntoResponse, Request, Response};

/// Calls the function that a request was routed to, or says why there is none.
#[derive(Debug, Clone)]
pub(crate) struct Dispatch(Arc<[Function]>);

impl Dispatch {
    pub(crate) fn new(functions: Arc<[Function]>) -> Self {
        Self(functions)
    }

    pub(crate) fn answer(&self, outcome: Outcome, request: Request) -> ResponseFuture {
        match outcome {
            Outcome::Function(place) => self.0[place].handler().respond(request),
            outcome => Box::pin(ready(without_function(outcome, request.method()))),
        }
    }
}

fn without_function(outcome: Outcome, method: &Method) -> Response {
    match outcome {
        Outcome::Options(allow) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            response.headers_mut().insert(ALLOW, allow);
            response
        }
        Outcome::MethodNotAllowed(allow) => {
            let detail = format!("{method} is not allowed here");
            Error::new(StatusCode::METHOD_NOT_ALLOWED, detail)
                .with_header(ALLOW, allow)
                .into_response()
        }
        Outcome::TooLarge(limit_bytes) => {
            Error::from(BodyError::too_large(limit_bytes)).into_response()
        }
        Outcome::NotFound | Outcome::Function(_) => {
            Error::not_found("no function answers this path").into_response()
        }
    }
}

/// Within layers the outcome travels with the request.
impl Handler<Request> for Dispatch {
    type Output = Response;

    fn call(&self, mut request: Request) -> impl Future<Output = Response> + Send {
        match request.extensions_mut().remove() {
            Some(outcome) => self.answer(outcome, request),
            None => {
                let error = Error::internal("a layer dropped the extensions of the request");
                Box::pin(ready(error.into_response()))
            }
        }
    }
}
