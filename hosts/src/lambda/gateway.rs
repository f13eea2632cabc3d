//! The front as an HTTP service: a request becomes an event, the invocation's outcome a response.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::answer::Malformed;
use super::environment::Job;
use super::front::Front;
use super::invocation::{Invocation, InvokeOptions};
use super::invoke_mode::InvokeMode;
use super::request::FrontRequest;
use super::runtime_api::{Answer, PAYLOAD_LIMIT};
use super::{alb, bodiless, http_api, lattice, prelude, rest_api};
use crate::body::{Body, Unread, full, read};

const MEGABYTE: usize = 1024 * 1024;

#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) front: Front,
    pub(super) invoke_mode: InvokeMode,
    pub(super) stage: String,
    pub(super) jobs: mpsc::UnboundedSender<Job>,
}

impl Gateway {
    pub(super) async fn serve(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let body = match read(body, self.body_limit()).await {
            Ok(body) => body,
            Err(Unread::TooLarge) => return self.too_large(),
            Err(Unread::Broken) => {
                return plain(StatusCode::BAD_REQUEST, "text/plain", "the body broke off");
            }
        };
        let request = FrontRequest::new(parts, body, self.stage.clone());
        let event = Bytes::from(self.event(&request).to_string());
        if event.len() > PAYLOAD_LIMIT {
            return self.too_large();
        }
        let options = InvokeOptions {
            trace_id: Some(format!(
                "{};Parent={:016x};Sampled=0",
                request.trace_id,
                fastrand::u64(..)
            )),
            ..InvokeOptions::default()
        };
        let (reply, outcome) = oneshot::channel();
        let job = Job {
            payload: event,
            options,
            reply,
        };
        if self.jobs.send(job).is_err() {
            return self.failure();
        }
        let Ok(answer) = outcome.await else {
            return self.failure();
        };
        match self.answered(answer, &request).await {
            Ok(response) => self.checked(&request.parts.method, response),
            Err(Malformed) => self.failure(),
        }
    }

    async fn answered(
        &self,
        answer: Answer,
        request: &FrontRequest,
    ) -> Result<Response<Body>, Malformed> {
        match self.invoke_mode {
            InvokeMode::Buffered => match answer.whole().await {
                Invocation::Response(payload) => self.response(&payload, request),
                _ => Err(Malformed),
            },
            InvokeMode::ResponseStream => {
                let head = |prelude: &Bytes| self.response(prelude, request);
                prelude::response(self.front, answer, head).await
            }
        }
    }

    fn event(&self, request: &FrontRequest) -> Value {
        match self.front {
            Front::RestApi => rest_api::event(request),
            Front::HttpApi | Front::FunctionUrl => http_api::event(self.front, request),
            Front::Alb | Front::AlbMultiValue => alb::event(self.front, request),
            Front::Lattice => lattice::event(request),
        }
    }

    fn response(
        &self,
        payload: &Bytes,
        request: &FrontRequest,
    ) -> Result<Response<Body>, Malformed> {
        match self.front {
            Front::RestApi => rest_api::response(payload, request),
            Front::HttpApi | Front::FunctionUrl => http_api::response(self.front, payload, request),
            Front::Alb | Front::AlbMultiValue => alb::response(self.front, payload),
            Front::Lattice => lattice::response(payload),
        }
    }

    /// The response, unless it has a body where HTTP has none.
    fn checked(&self, method: &Method, response: Response<Body>) -> Response<Body> {
        let Some(problem) = bodiless::problem(method, &response) else {
            return response;
        };
        let mut failure = self.failure();
        failure.headers_mut().insert(bodiless::PROBLEM, problem);
        failure
    }

    /// What the client sees when the function failed, timed out, died or answered nonsense.
    fn failure(&self) -> Response<Body> {
        let (status, content_type, body) = match self.front {
            Front::RestApi => rest_api::failure(),
            Front::HttpApi | Front::FunctionUrl => http_api::failure(self.front),
            Front::Alb | Front::AlbMultiValue => alb::failure(),
            Front::Lattice => lattice::failure(),
        };
        plain(status, content_type, body)
    }

    /// The body that the front takes, before the event around it has to fit an invocation too:
    /// 10 MB for API Gateway (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>),
    /// 6 MB for an invocation, 1 MB for the load balancer.
    fn body_limit(&self) -> usize {
        match self.front {
            Front::RestApi | Front::HttpApi => 10 * MEGABYTE,
            Front::FunctionUrl | Front::Lattice => 6 * MEGABYTE,
            Front::Alb | Front::AlbMultiValue => alb::LIMIT,
        }
    }

    fn too_large(&self) -> Response<Body> {
        let (content_type, body) = match self.front {
            Front::RestApi | Front::HttpApi => {
                ("application/json", r#"{"message":"Request Too Long"}"#)
            }
            Front::FunctionUrl => (
                "application/json",
                r#"{"message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}"#,
            ),
            Front::Alb | Front::AlbMultiValue => (
                "text/html",
                "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n</html>\r\n",
            ),
            Front::Lattice => ("text/plain", "Payload Too Large"),
        };
        plain(StatusCode::PAYLOAD_TOO_LARGE, content_type, body)
    }
}

fn plain(status: StatusCode, content_type: &'static str, body: &'static str) -> Response<Body> {
    let mut response = Response::new(full(body));
    *response.status_mut() = status;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static(content_type),
    );
    response
}
