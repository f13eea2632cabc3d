//! AWS Lambda: the Runtime API, one execution environment, and the HTTP fronts.
//!
//! [`LambdaHost`] runs a bootstrap binary as Lambda does and puts one [`Front`] before it. The
//! contract is AWS's: the [Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html)
//! on one side, each front's own payload on the other; the private module of each payload shape
//! names the page it follows and what the front destroys.
//!
//! A function that streams ([`InvokeMode`]) is read no faster than its client reads; one that
//! registers an extension is told of its end by a SIGTERM; on Managed Instances
//! ([`LambdaHostBuilder::concurrency`]) it has several invocations at once.
//!
//! [`LambdaHost::deliver`] stands for the event sources: a [`Source`] says through which services a
//! [`Happening`](crate::event::Happening) comes, in which form, and what becomes of a failure.
//!
//! [`LambdaHost::poll`] reads from a real queue instead, of a program that stands for SQS.
//!
//! The time limit is the function's alone. The gateways' own, after which a client hears of a
//! failure although the function still runs, are not modelled: 29 s for a REST API unless it was
//! raised, 30 s for an HTTP API
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>).
//!
//! In one thing the fronts are stricter than the services: an answer with a body where HTTP has none
//! (to `HEAD`, with 204 or 304) is a failure here, whose header [`PROBLEM`] says why. A server would
//! strip the body, and nobody would learn of the mistake.
//!
//! A front is addressed below its stage: [`LambdaHost::url`] stands for
//! `https://…/prod` of a REST API, so `GET {url}/users` is the path `/users`, and where the shape
//! shows the stage (`requestContext.path`, an HTTP API's `rawPath`) it says `/prod/users`.

mod alb;
mod answer;
mod bodiless;
mod builder;
mod concurrency;
mod delivery;
mod environment;
mod event_body;
mod front;
mod gateway;
mod headers;
mod http_api;
mod invocation;
mod invoke_mode;
mod lattice;
mod lists;
mod prelude;
mod request;
mod rest_api;
mod runtime_api;
mod source;
mod sqs_queue;
mod streamed;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub use self::bodiless::PROBLEM;
pub use self::builder::LambdaHostBuilder;
use self::environment::{Environment, Job};
pub use self::front::Front;
pub use self::invocation::{Deadline, Invocation, InvokeOptions};
pub use self::invoke_mode::InvokeMode;
use self::runtime_api::PAYLOAD_LIMIT;
pub use self::source::{Source, s3_test_event};
pub use self::sqs_queue::SqsQueue;
use crate::error::Kind;
use crate::http_server::HttpServer;
use crate::{Error, Exit, LogLine};

/// A function running as Lambda runs it, behind a front. Dropping it kills the process.
#[derive(Debug)]
pub struct LambdaHost {
    url: String,
    jobs: mpsc::UnboundedSender<Job>,
    environment: Arc<Environment>,
    stop: Option<oneshot::Sender<()>>,
    worker: JoinHandle<()>,
    front_server: HttpServer,
    _runtime_server: HttpServer,
}

impl LambdaHost {
    /// Configures a host for `binary`.
    pub fn builder(binary: impl Into<PathBuf>) -> LambdaHostBuilder {
        LambdaHostBuilder::new(binary.into())
    }

    /// `http://127.0.0.1:PORT` of the front; each request becomes one invocation.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A plain Invoke with any payload, as an event source, a queue or a state machine makes it.
    ///
    /// # Errors
    /// When the payload is larger than Lambda takes, or the host has stopped. A function that
    /// fails is no error: see [`Invocation`].
    pub async fn invoke(&self, payload: impl Into<Bytes>) -> Result<Invocation, Error> {
        self.invoke_with(payload, InvokeOptions::default()).await
    }

    /// As [`invoke`](Self::invoke), with more than a payload.
    ///
    /// # Errors
    /// As `invoke`, and when an option cannot be sent as a header value.
    pub async fn invoke_with(
        &self,
        payload: impl Into<Bytes>,
        options: InvokeOptions,
    ) -> Result<Invocation, Error> {
        let payload = payload.into();
        if payload.len() > PAYLOAD_LIMIT {
            return Err(Kind::RequestTooLarge {
                size: payload.len(),
                limit: PAYLOAD_LIMIT,
            }
            .into());
        }
        headers::check(&options)?;
        let (reply, outcome) = oneshot::channel();
        let job = Job {
            payload,
            options,
            reply,
        };
        self.jobs.send(job).map_err(|_| Kind::Stopped)?;
        let answer = outcome.await.map_err(|_| Kind::Stopped)?;
        Ok(answer.whole().await)
    }

    /// What all processes so far have printed, stdout and stderr as they came.
    pub fn log(&self) -> String {
        self.environment.log().both()
    }

    /// The lines that all processes so far have printed, in the order in which they were finished.
    pub fn log_lines(&self) -> Vec<LogLine> {
        self.environment.log().lines()
    }

    /// Ends the environment as Lambda does: with an extension registered SIGTERM, and SIGKILL after
    /// 500 ms; SIGKILL at once without one
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>, "Shutdown
    /// phase").
    ///
    /// Invocations that wait are dropped. One that has begun may still be answered, which the
    /// service would wait for.
    ///
    /// # Errors
    /// When the operating system does not say how the process ended.
    pub async fn stop(mut self) -> Result<Exit, Error> {
        self.front_server.close();
        // Dropping the other half tells it.
        self.stop = None;
        let exit = self.environment.shut_down().await;
        // It can only have been aborted, and that happens when the host is dropped.
        let _ = (&mut self.worker).await;
        self.front_server.closed().await;
        exit
    }
}

impl Drop for LambdaHost {
    fn drop(&mut self) {
        // The task holds the environment, and with it the process.
        self.worker.abort();
    }
}
