//! From what a request was routed to, to the answer.

use std::future::ready;
use std::sync::Arc;

use http::header::ALLOW;
use http::{Method, StatusCode};

use super::dyn_handler::ResponseFuture;
use super::routed::Routed;
use crate::{BodyError, Error, Function, Handler, IntoResponse, Request, Response};

/// Calls the function that a request was routed to, or says why there is none.
#[derive(Debug, Clone)]
pub(crate) struct Dispatch(Arc<[Function]>);

impl Dispatch {
    pub(crate) fn new(functions: Arc<[Function]>) -> Self {
        Self(functions)
    }

    pub(crate) fn answer(&self, routed: Routed, request: Request) -> ResponseFuture {
        let handler = match routed {
            Routed::Function(place) => self.0[place].handler(),
            _ => None,
        };
        match handler {
            Some(handler) => handler.respond(request),
            None => Box::pin(ready(without_function(routed, request.method()))),
        }
    }
}

fn without_function(routed: Routed, method: &Method) -> Response {
    match routed {
        Routed::Options(allow) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            response.headers_mut().insert(ALLOW, allow);
            response
        }
        Routed::MethodNotAllowed(allow) => {
            let detail = format!("{method} is not allowed here");
            Error::new(StatusCode::METHOD_NOT_ALLOWED, detail)
                .with_header(ALLOW, allow)
                .into_response()
        }
        Routed::TooLarge(limit_bytes) => {
            Error::from(BodyError::too_large(limit_bytes)).into_response()
        }
        Routed::NotFound | Routed::Function(_) => {
            Error::not_found("no function answers this path").into_response()
        }
    }
}

/// Within layers where it was routed to travels with the request.
impl Handler<Request> for Dispatch {
    type Output = Response;

    fn call(&self, mut request: Request) -> impl Future<Output = Response> + Send {
        match request.extensions_mut().remove() {
            Some(routed) => self.answer(routed, request),
            None => {
                let error = Error::internal("a layer dropped the extensions of the request");
                Box::pin(ready(error.into_response()))
            }
        }
    }
}
