//! The custom handler's process and its supervision.
//!
//! `HttpWorkerChannel.cs`, `HttpFunctionInvocationDispatcher.cs` and `WorkerProcess.cs` of
//! Azure/azure-functions-host: `GET /` every 25 ms until anything answers or the initialisation
//! time-out passes; exit status 0 is never restarted, 200 is, any other is too until the third
//! error, which stops the host (errors more than 30 minutes after the one before start the count
//! anew). An invocation that times out kills the process; that restart is no error.

use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Request;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::body::empty;
use crate::child::{Process, Program};
use crate::error::Kind;
use crate::log::Log;
use crate::{Error, Exit, Output, http_client};

const POLLING_INTERVAL: Duration = Duration::from_millis(25);
const ERROR_THRESHOLD: usize = 3;
const ERROR_INTERVAL: Duration = Duration::from_secs(30 * 60);
const INTENTIONAL_RESTART: i32 = 200;
const BEFORE: &str = "answered GET /";

/// One run of the process.
#[derive(Debug)]
pub(super) struct Run {
    process: Process,
    recycled: AtomicBool,
}

impl Run {
    /// Waits a moment for an end that may be near.
    pub(super) async fn settle(&self) {
        self.process.settle().await;
    }

    /// Kills the process, because an invocation of it has timed out.
    pub(super) fn recycle(&self) {
        self.recycled.store(true, Ordering::Relaxed);
        self.process.begin_kill();
    }
}

#[derive(Debug, Clone)]
enum State {
    Starting,
    Ready(Arc<Run>),
    /// It will never be ready again.
    Over(Arc<Cause>),
}

#[derive(Debug)]
enum Cause {
    Exited(ExitStatus),
    NeverReady,
    Failed(String),
}

#[derive(Debug)]
struct Shared {
    program: Program,
    port: u16,
    initialization_timeout: Duration,
    log: Arc<Log>,
    state: watch::Sender<State>,
    latest: Mutex<Option<Arc<Run>>>,
    started: AtomicUsize,
}

#[derive(Debug)]
pub(super) struct Worker {
    shared: Arc<Shared>,
    supervisor: JoinHandle<()>,
}

/// How a run ended.
enum End {
    /// Status 0.
    Clean(ExitStatus),
    Restart,
    Error(Cause),
}

impl Worker {
    pub(super) fn start(program: Program, port: u16, initialization_timeout: Duration) -> Self {
        let shared = Arc::new(Shared {
            program,
            port,
            initialization_timeout,
            log: Arc::default(),
            state: watch::Sender::new(State::Starting),
            latest: Mutex::new(None),
            started: AtomicUsize::new(0),
        });
        let supervisor = tokio::spawn(supervise(Arc::clone(&shared)));
        Self { shared, supervisor }
    }

    pub(super) fn port(&self) -> u16 {
        self.shared.port
    }

    pub(super) fn log(&self) -> &Log {
        &self.shared.log
    }

    pub(super) fn started(&self) -> usize {
        self.shared.started.load(Ordering::Relaxed)
    }

    /// The present run, once it is ready. The host lets an invocation wait for four starts.
    pub(super) async fn ready(&self) -> Result<Arc<Run>, Error> {
        let mut states = self.shared.state.subscribe();
        let patience = self.shared.initialization_timeout * 4;
        let settled = states.wait_for(|state| match state {
            State::Starting => false,
            // A run that has just ended is about to be followed by another state.
            State::Ready(run) => run.process.is_running(),
            State::Over(_) => true,
        });
        match tokio::time::timeout(patience, settled).await {
            Ok(Ok(state)) => match &*state {
                State::Ready(run) => Ok(Arc::clone(run)),
                State::Over(cause) => Err(self.shared.error(cause)),
                // `wait_for` has ruled it out.
                State::Starting => Err(self.shared.error(&Cause::NeverReady)),
            },
            Ok(Err(_)) | Err(_) => Err(self.shared.error(&Cause::NeverReady)),
        }
    }

    /// Kills the process, without a SIGTERM.
    pub(super) async fn stop(&self) -> Result<Exit, Error> {
        self.supervisor.abort();
        let latest = self
            .shared
            .latest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let run = latest.ok_or(Kind::Stopped)?;
        run.process.kill_and_tell().await
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The task holds the process.
        self.supervisor.abort();
    }
}

impl Shared {
    fn error(&self, cause: &Cause) -> Error {
        match cause {
            Cause::Exited(status) => Kind::Exited {
                status: *status,
                before: BEFORE,
                stderr: self.log.of(Output::Stderr),
            }
            .into(),
            Cause::NeverReady => Kind::StartTimeout {
                before: BEFORE,
                after: self.initialization_timeout,
                stderr: self.log.of(Output::Stderr),
            }
            .into(),
            Cause::Failed(problem) => Kind::Worker(problem.clone()).into(),
        }
    }
}

async fn supervise(shared: Arc<Shared>) {
    let mut errors: Vec<Instant> = Vec::new();
    loop {
        shared.state.send_replace(State::Starting);
        let over = match run(&shared).await {
            End::Clean(status) => Some(Cause::Exited(status)),
            End::Restart => None,
            End::Error(cause) => {
                let now = Instant::now();
                if errors
                    .last()
                    .is_some_and(|last| now - *last > ERROR_INTERVAL)
                {
                    errors.clear();
                }
                errors.push(now);
                (errors.len() >= ERROR_THRESHOLD).then_some(cause)
            }
        };
        if let Some(cause) = over {
            shared.state.send_replace(State::Over(Arc::new(cause)));
            return;
        }
    }
}

async fn run(shared: &Shared) -> End {
    let process = match Process::spawn(&shared.program, Arc::clone(&shared.log)) {
        Ok(process) => process,
        Err(error) => return End::Error(Cause::Failed(error.to_string())),
    };
    shared.started.fetch_add(1, Ordering::Relaxed);
    let run = Arc::new(Run {
        process,
        recycled: AtomicBool::new(false),
    });
    *shared.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&run));
    tokio::select! {
        () = answers(shared.port) => {}
        end = ended(&run) => return end,
        () = tokio::time::sleep(shared.initialization_timeout) => {
            // The next run wants the same port: wait for the end. An error says it is there already.
            let _ = run.process.kill().await;
            return End::Error(Cause::NeverReady);
        }
    }
    shared.state.send_replace(State::Ready(Arc::clone(&run)));
    ended(&run).await
}

/// Any answer will do, and so will anything else that is not a refused connection.
async fn answers(port: u16) {
    loop {
        let Ok(mut sender) = http_client::connect(port).await else {
            tokio::time::sleep(POLLING_INTERVAL).await;
            continue;
        };
        let ping = Request::get("/").header(http::header::HOST, format!("127.0.0.1:{port}"));
        if let Ok(ping) = ping.body(empty()) {
            let _ = sender.send_request(ping).await;
        }
        return;
    }
}

async fn ended(run: &Run) -> End {
    match run.process.exited().await {
        Ok(_) if run.recycled.load(Ordering::Relaxed) => End::Restart,
        Ok(status) if status.success() => End::Clean(status),
        Ok(status) if status.code() == Some(INTENTIONAL_RESTART) => End::Restart,
        Ok(status) => End::Error(Cause::Exited(status)),
        Err(error) => End::Error(Cause::Failed(error.to_string())),
    }
}
