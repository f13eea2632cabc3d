//! One execution environment: one process at a time, and as many invocations at a time as it takes.
//!
//! The life is that of
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>: a process that
//! dies, or that is killed at its deadline, is replaced for the next invocation. A first start that
//! fails, or that is killed because its Init phase takes too long, is tried again with the next
//! invocation, within the time of that invocation: "Lambda retries the Init phase at the time of
//! the first function invocation with the configured function timeout".
//!
//! With a [`Concurrency::Managed`] it is that of
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html>:
//! nothing is killed at a deadline; the invocation has failed, its code runs on and keeps its place.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::concurrency::Concurrency;
use super::headers::headers;
use super::invocation::{Invocation, InvokeOptions};
use super::request::{ACCOUNT, REGION, new_request_id};
use super::runtime_api::{Answer, Delivery, RuntimeApi};
use super::streamed::{End, Streamed, broken};
use crate::child::{Process, Program};
use crate::log::Log;
use crate::{Error, Exit};

/// Between SIGTERM and SIGKILL: "500 ms for a function with a registered internal extension"
/// (the first of those pages, "Shutdown phase"; nobody else's are modelled).
const GRACE: Duration = Duration::from_millis(500);

/// An invocation that waits for its turn.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) payload: Bytes,
    pub(super) options: InvokeOptions,
    pub(super) reply: oneshot::Sender<Answer>,
}

/// What bounds the life of a process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Of an invocation.
    pub(super) timeout: Duration,
    /// Of the Init phase that comes before the first invocation.
    pub(super) init: Duration,
    pub(super) concurrency: Concurrency,
}

#[derive(Debug)]
pub(super) struct Environment {
    program: Program,
    function_arn: String,
    limits: Limits,
    runtime_api: Arc<RuntimeApi>,
    process: Mutex<Arc<Process>>,
    log: Arc<Log>,
}

/// An invocation that the process has been given.
struct Begun {
    process: Arc<Process>,
    answer: oneshot::Receiver<Answer>,
    deadline: Instant,
}

impl Environment {
    /// Starts the first process.
    pub(super) fn start(
        program: Program,
        function_name: &str,
        limits: Limits,
        runtime_api: Arc<RuntimeApi>,
    ) -> Result<Self, Error> {
        let log = Arc::new(Log::default());
        let process = Process::spawn(&program, Arc::clone(&log))?;
        Ok(Self {
            program,
            function_arn: format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"),
            limits,
            runtime_api,
            process: Mutex::new(Arc::new(process)),
            log,
        })
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    /// Runs the jobs, each in its turn, until it is to stop and those that have begun are over.
    pub(super) async fn run(
        self: Arc<Self>,
        mut jobs: mpsc::UnboundedReceiver<Job>,
        mut stop: oneshot::Receiver<()>,
    ) {
        // An invocation has it tried again, and reports what comes of that.
        let _ = self.init(&self.process(), self.limits.init).await;
        let places = Arc::new(Semaphore::new(self.limits.concurrency.places()));
        // The set belongs to this task: aborting it drops every invocation.
        let mut running = JoinSet::new();
        loop {
            // It is never closed.
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let job = tokio::select! {
                biased;
                _ = &mut stop => break,
                job = jobs.recv() => job,
            };
            let Some(job) = job else { break };
            let environment = Arc::clone(&self);
            running.spawn(async move {
                environment.serve(job).await;
                drop(place);
            });
            while running.try_join_next().is_some() {}
        }
        while running.join_next().await.is_some() {}
    }

    /// A client that has gone away does not stop an invocation that has begun.
    async fn serve(&self, job: Job) {
        match self.begin(&job).await {
            Ok(begun) => self.follow(begun, job.reply).await,
            Err(failure) => drop(job.reply.send(Answer::Whole(failure))),
        }
    }

    async fn begin(&self, job: &Job) -> Result<Begun, Invocation> {
        let id = job
            .options
            .request_id
            .clone()
            .unwrap_or_else(new_request_id);
        loop {
            let begun = Instant::now();
            let (process, is_new) = self.running_process()?;
            if is_new {
                // It was started for this invocation: this is what comes of it.
                self.init(&process, self.limits.timeout).await?;
            }
            let delivery = || {
                let spent = if is_new {
                    begun.elapsed()
                } else {
                    Duration::ZERO
                };
                let left = self.limits.timeout.saturating_sub(spent);
                Delivery {
                    headers: headers(&id, &self.function_arn, left, &job.options),
                    payload: job.payload.clone(),
                }
            };
            tokio::select! {
                biased;
                answer = self.runtime_api.deliver(&id, delivery) => {
                    let from = if is_new { begun } else { Instant::now() };
                    let deadline = from + self.limits.timeout;
                    return Ok(Begun { process, answer, deadline });
                }
                status = process.exited() => if is_new {
                    return Err(exited(status));
                },
                () = tokio::time::sleep(self.limits.timeout) => {
                    if self.limits.concurrency.is_managed() {
                        return Err(self.timed_out());
                    }
                    let _ = process.kill().await;
                    if is_new {
                        return Err(self.timed_out());
                    }
                }
            }
            // It was there before: its end is none of this invocation's, which gets a new one.
        }
    }

    /// The Init phase: until the process is ready. Whatever else happens ends the process.
    async fn init(&self, process: &Process, limit: Duration) -> Result<(), Invocation> {
        let failure = tokio::select! {
            biased;
            error = self.runtime_api.init_error() => error,
            () = self.runtime_api.initialised() => return Ok(()),
            status = process.exited() => exited(status),
            () = tokio::time::sleep(limit) => Invocation::TimedOut { after: limit },
        };
        // After a report most end by themselves; the others are not to be used.
        let _ = process.kill().await;
        Err(failure)
    }

    /// Waits for the answer until the deadline, and hands it on.
    async fn follow(&self, begun: Begun, reply: oneshot::Sender<Answer>) {
        let Begun {
            process,
            mut answer,
            deadline,
        } = begun;
        tokio::select! {
            biased;
            Ok(answer) = &mut answer => match answer {
                Answer::Whole(outcome) => drop(reply.send(Answer::Whole(outcome))),
                Answer::Stream(streamed) => self.relay(streamed, &process, deadline, reply).await,
            },
            status = process.exited() => drop(reply.send(Answer::Whole(exited(status)))),
            () = tokio::time::sleep_until(deadline) => {
                if self.limits.concurrency.is_managed() {
                    let _ = reply.send(Answer::Whole(self.timed_out()));
                    tokio::select! {
                        _ = answer => {}
                        _ = process.exited() => {}
                    }
                } else {
                    let _ = process.kill().await;
                    let _ = reply.send(Answer::Whole(self.timed_out()));
                }
            }
        }
    }

    /// Hands a stream on. Its pieces go straight to their reader; how it ends passes through here.
    async fn relay(
        &self,
        streamed: Streamed,
        process: &Process,
        deadline: Instant,
        reply: oneshot::Sender<Answer>,
    ) {
        let (sender, end) = oneshot::channel::<End>();
        let mut ended = streamed.end;
        let streamed = Streamed { end, ..streamed };
        let _ = reply.send(Answer::Stream(streamed));
        tokio::select! {
            end = &mut ended => drop(sender.send(end.unwrap_or_else(|_| Err(broken())))),
            () = tokio::time::sleep_until(deadline) => {
                let _ = sender.send(Err(self.timed_out()));
                if self.limits.concurrency.is_managed() {
                    let _ = ended.await;
                } else {
                    let _ = process.kill().await;
                }
            }
        }
    }

    fn timed_out(&self) -> Invocation {
        Invocation::TimedOut {
            after: self.limits.timeout,
        }
    }

    /// The process, or a new one when it has ended, and whether it is new.
    fn running_process(&self) -> Result<(Arc<Process>, bool), Invocation> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !process.is_running();
        if is_new {
            self.runtime_api.reset();
            let started = Process::spawn(&self.program, Arc::clone(&self.log));
            *process = Arc::new(started.map_err(|error| Invocation::InitError {
                error_type: "Runtime.InvalidEntrypoint".to_owned(),
                error_message: error.to_string(),
            })?);
        }
        Ok((Arc::clone(&process), is_new))
    }

    /// The process as it is now, dead or alive.
    fn process(&self) -> Arc<Process> {
        Arc::clone(&self.process.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The Shutdown phase: SIGTERM for a function with an extension, SIGKILL for all others.
    pub(super) async fn shut_down(&self) -> Result<Exit, Error> {
        let process = self.process();
        if self.runtime_api.has_extensions() {
            process.terminate(GRACE).await
        } else {
            process.kill_and_tell().await
        }
    }
}

fn exited(status: Result<std::process::ExitStatus, Error>) -> Invocation {
    match status {
        Ok(status) => Invocation::Exited { status },
        Err(error) => Invocation::InitError {
            error_type: "Runtime.ExitError".to_owned(),
            error_message: error.to_string(),
        },
    }
}
