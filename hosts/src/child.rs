//! One run of the function's binary: its output, its signals, its end.
//!
//! A task of its own owns the operating system's handle, so that a signal can never reach a process
//! that has been reaped already (and whose id may be somebody else's by then).

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::error::Kind;
use crate::log::Log;
use crate::{Error, Exit, Output};

/// How long the output of a dead process may keep coming: a grandchild can hold the pipe open.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What to run.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) binary: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) environment: BTreeMap<OsString, OsString>,
}

/// A running (or dead) process. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Process {
    exit: watch::Receiver<Option<Ended>>,
    signals: mpsc::UnboundedSender<Signal>,
    keeper: JoinHandle<()>,
    log: Arc<Log>,
}

type Ended = Result<ExitStatus, String>;

impl Process {
    pub(crate) fn spawn(program: &Program, log: Arc<Log>) -> Result<Self, Error> {
        let mut command = Command::new(&program.binary);
        command
            .args(&program.arguments)
            .env_clear()
            .envs(&program.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(directory) = &program.directory {
            command.current_dir(directory);
        }
        let child = spawn(&mut command, &program.binary)?;
        let (exit_sender, exit) = watch::channel(None);
        let (signals, commands) = mpsc::unbounded_channel();
        let keeper = tokio::spawn(keep(child, commands, exit_sender, Arc::clone(&log)));
        Ok(Self {
            exit,
            signals,
            keeper,
            log,
        })
    }

    /// Waits until the process is gone.
    pub(crate) async fn exited(&self) -> Result<ExitStatus, Error> {
        let mut exit = self.exit.clone();
        match exit.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(Ok(status))) => Ok(*status),
            Ok(Some(Err(problem))) => Err(Kind::Wait(problem.clone()).into()),
            Ok(None) | Err(_) => Err(Kind::Stopped.into()),
        }
    }

    /// Waits a moment for an end that may be near: a connection that breaks off is often the first
    /// sign of it, and the next request should not meet a process that is dying.
    pub(crate) async fn settle(&self) {
        let _ = tokio::time::timeout(Duration::from_millis(100), self.exited()).await;
    }

    pub(crate) fn is_running(&self) -> bool {
        self.exit.borrow().is_none()
    }

    /// SIGKILL, and the end that comes of it.
    pub(crate) async fn kill_and_tell(&self) -> Result<Exit, Error> {
        let was_running = self.is_running();
        let status = self.kill().await?;
        Ok(self.exit_with(status, was_running))
    }

    /// SIGKILL, and wait for the end.
    pub(crate) async fn kill(&self) -> Result<ExitStatus, Error> {
        self.begin_kill();
        self.exited().await
    }

    /// SIGKILL.
    pub(crate) fn begin_kill(&self) {
        self.signal(Signal::SIGKILL);
    }

    /// SIGTERM, then SIGKILL once `grace` has passed.
    pub(crate) async fn terminate(&self, grace: Duration) -> Result<Exit, Error> {
        self.signal(Signal::SIGTERM);
        match tokio::time::timeout(grace, self.exited()).await {
            Ok(status) => Ok(self.exit_with(status?, false)),
            Err(_) => Ok(self.exit_with(self.kill().await?, true)),
        }
    }

    fn exit_with(&self, status: ExitStatus, killed: bool) -> Exit {
        Exit {
            status,
            stdout: self.log.of(Output::Stdout),
            stderr: self.log.of(Output::Stderr),
            killed,
        }
    }

    fn signal(&self, signal: Signal) {
        // Nobody listens any more exactly when the process has ended: then there is nothing to end.
        let _ = self.signals.send(signal);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The task owns the `Child`, which is killed when it is dropped.
        self.keeper.abort();
    }
}

/// Starts the program; a file that was written a moment ago may still be open for writing in a
/// process forked by a neighbouring thread ("text file busy"), which passes by itself.
fn spawn(command: &mut Command, binary: &Path) -> Result<Child, Error> {
    let mut attempts = 0;
    loop {
        match command.spawn() {
            Ok(child) => return Ok(child),
            Err(error)
                if error.kind() == std::io::ErrorKind::ExecutableFileBusy && attempts < 20 =>
            {
                attempts += 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(Error::spawn(binary, error)),
        }
    }
}

async fn keep(
    mut child: Child,
    mut commands: mpsc::UnboundedReceiver<Signal>,
    exit: watch::Sender<Option<Ended>>,
    log: Arc<Log>,
) {
    let stdout = child
        .stdout
        .take()
        .map(|pipe| tokio::spawn(copy(pipe, Output::Stdout, Arc::clone(&log))));
    let stderr = child
        .stderr
        .take()
        .map(|pipe| tokio::spawn(copy(pipe, Output::Stderr, log)));
    let ended = loop {
        tokio::select! {
            ended = child.wait() => break ended.map_err(|error| error.to_string()),
            Some(signal) = commands.recv() => {
                // `id` is `None` once the process has been reaped; an error means that it is a
                // zombie already: both are reported by `wait` above.
                if let Some(id) = child.id().and_then(|id| i32::try_from(id).ok()) {
                    let _ = kill(Pid::from_raw(id), signal);
                }
            }
        }
    };
    for reader in [stdout, stderr].into_iter().flatten() {
        let abort = reader.abort_handle();
        if tokio::time::timeout(LAST_WORDS, reader).await.is_err() {
            abort.abort();
        }
    }
    exit.send_replace(Some(ended));
}

async fn copy(mut pipe: impl AsyncRead + Unpin, output: Output, log: Arc<Log>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = pipe.read(&mut buffer).await {
        log.write(output, &buffer[..read]);
    }
}
