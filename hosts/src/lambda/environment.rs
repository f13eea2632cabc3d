//! One execution environment: one process at a time, one invocation at a time.
//!
//! The life is that of
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>: a process that
//! dies, or that is killed at its deadline, is replaced for the next invocation; a start that fails
//! is tried again with the next invocation, within the time of that invocation: "Lambda retries the
//! Init phase at the time of the first function invocation with the configured function timeout".

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::invocation::{Deadline, Invocation, InvokeOptions};
use super::request::{ACCOUNT, REGION, new_request_id, new_trace_root};
use super::runtime_api::{Delivery, RuntimeApi};
use crate::child::{Log, Process, Program};
use crate::error::Kind;
use crate::{Error, timestamp};

/// The limit of the first Init phase on that page.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// An invocation that waits for its turn.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) payload: Bytes,
    pub(super) options: InvokeOptions,
    pub(super) reply: oneshot::Sender<Invocation>,
}

#[derive(Debug)]
pub(super) struct Environment {
    program: Program,
    function_arn: String,
    timeout: Duration,
    runtime_api: Arc<RuntimeApi>,
    process: Mutex<Arc<Process>>,
    log: Arc<Log>,
}

impl Environment {
    /// Starts the first process.
    pub(super) fn start(
        program: Program,
        function_name: &str,
        timeout: Duration,
        runtime_api: Arc<RuntimeApi>,
    ) -> Result<Self, Error> {
        let log = Arc::new(Log::default());
        let process = Process::spawn(&program, Arc::clone(&log))?;
        Ok(Self {
            program,
            function_arn: format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"),
            timeout,
            runtime_api,
            process: Mutex::new(Arc::new(process)),
            log,
        })
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    /// Runs the jobs one after the other, for ever.
    pub(super) async fn run(self: Arc<Self>, mut jobs: mpsc::UnboundedReceiver<Job>) {
        while let Some(job) = jobs.recv().await {
            let outcome = self.invoke(job.payload, &job.options).await;
            // A client that has gone away does not stop an invocation that has begun.
            let _ = job.reply.send(outcome);
        }
    }

    async fn invoke(&self, payload: Bytes, options: &InvokeOptions) -> Invocation {
        let id = options.request_id.clone().unwrap_or_else(new_request_id);
        loop {
            let (process, is_new) = match self.running_process() {
                Ok(found) => found,
                Err(error) => {
                    return Invocation::InitError {
                        error_type: "Runtime.InvalidEntrypoint".to_owned(),
                        error_message: error.to_string(),
                    };
                }
            };
            let delivery = Delivery {
                headers: self.headers(&id, options),
                payload: payload.clone(),
            };
            let begun = Instant::now();
            let start_limit = if is_new { self.timeout } else { INIT_LIMIT };
            match self.hand_over(&process, &id, delivery, start_limit).await {
                Ok(answer) => {
                    let spent = if is_new {
                        begun.elapsed()
                    } else {
                        Duration::ZERO
                    };
                    return self.answer(&process, answer, spent).await;
                }
                // It was started for this invocation: this is what comes of it.
                Err(failure) if is_new => return failure,
                // It was there before: its end is none of this invocation's, which gets a new one.
                Err(_) => {}
            }
        }
    }

    /// Waits until the process polls. Whatever else happens ends the process.
    async fn hand_over(
        &self,
        process: &Process,
        id: &str,
        delivery: Delivery,
        limit: Duration,
    ) -> Result<oneshot::Receiver<Invocation>, Invocation> {
        tokio::select! {
            biased;
            error = self.runtime_api.init_error() => {
                // Most end by themselves now; the others are not to be used.
                let _ = process.kill().await;
                Err(error)
            }
            answer = self.runtime_api.deliver(id, delivery) => Ok(answer),
            status = process.exited() => Err(self.exited(status)),
            () = tokio::time::sleep(limit) => Err(self.timed_out(process, limit).await),
        }
    }

    /// Waits for the answer, as long as the time limit leaves of what has been `spent`.
    async fn answer(
        &self,
        process: &Process,
        answer: oneshot::Receiver<Invocation>,
        spent: Duration,
    ) -> Invocation {
        tokio::select! {
            biased;
            Ok(outcome) = answer => outcome,
            status = process.exited() => self.exited(status),
            () = tokio::time::sleep(self.timeout.saturating_sub(spent)) => self.timed_out(process, self.timeout).await,
        }
    }

    async fn timed_out(&self, process: &Process, after: Duration) -> Invocation {
        // An error here says that it has ended already, which is what is wanted.
        let _ = process.kill().await;
        Invocation::TimedOut { after }
    }

    fn exited(&self, status: Result<std::process::ExitStatus, Error>) -> Invocation {
        match status {
            Ok(status) => Invocation::Exited { status },
            Err(error) => Invocation::InitError {
                error_type: "Runtime.ExitError".to_owned(),
                error_message: error.to_string(),
            },
        }
    }

    /// The process, or a new one when it has ended, and whether it is new.
    fn running_process(&self) -> Result<(Arc<Process>, bool), Error> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !process.is_running();
        if is_new {
            self.runtime_api.reset();
            *process = Arc::new(Process::spawn(&self.program, Arc::clone(&self.log))?);
        }
        Ok((Arc::clone(&process), is_new))
    }

    /// The process as it is now, dead or alive.
    pub(super) fn process(&self) -> Arc<Process> {
        Arc::clone(&self.process.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn headers(&self, id: &str, options: &InvokeOptions) -> Vec<(HeaderName, HeaderValue)> {
        let deadline = match options.deadline {
            Deadline::Normal => Some(
                timestamp::since_epoch()
                    .saturating_add(self.timeout)
                    .as_millis()
                    .to_string(),
            ),
            Deadline::Past => Some("600000".to_owned()),
            Deadline::Missing => None,
        };
        let trace_id = options.trace_id.clone().unwrap_or_else(|| {
            format!(
                "{};Parent={:016x};Sampled=0",
                new_trace_root(),
                fastrand::u64(..)
            )
        });
        let headers = [
            ("content-type", Some("application/json".to_owned())),
            ("lambda-runtime-aws-request-id", Some(id.to_owned())),
            ("lambda-runtime-deadline-ms", deadline),
            (
                "lambda-runtime-invoked-function-arn",
                Some(self.function_arn.clone()),
            ),
            ("lambda-runtime-trace-id", Some(trace_id)),
            ("lambda-runtime-invocation-id", Some(new_request_id())),
            (
                "lambda-runtime-client-context",
                options.client_context.clone(),
            ),
            (
                "lambda-runtime-cognito-identity",
                options.cognito_identity.clone(),
            ),
            ("lambda-runtime-aws-tenant-id", options.tenant_id.clone()),
        ];
        headers
            .into_iter()
            .filter_map(|(name, value)| {
                // The values that come from outside have been checked by `check`.
                Some((
                    HeaderName::from_static(name),
                    HeaderValue::try_from(value?).ok()?,
                ))
            })
            .collect()
    }
}

/// Whether the options can be sent as header values.
pub(super) fn check(options: &InvokeOptions) -> Result<(), Error> {
    let given = [
        &options.request_id,
        &options.client_context,
        &options.cognito_identity,
        &options.tenant_id,
        &options.trace_id,
    ];
    for value in given.into_iter().flatten() {
        if HeaderValue::try_from(value.as_str()).is_err() {
            return Err(Kind::InvalidHeader(value.clone()).into());
        }
    }
    Ok(())
}
