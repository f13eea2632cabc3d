//! One run of a program: a peer, or a function.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::NamedTempFile;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// How long a program may take until it listens.
const START: Duration = Duration::from_secs(30);

/// How long a program may take to end when it is asked to.
const GRACE: Duration = Duration::from_secs(5);

/// How often something that takes time is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What a program inherits of this one's environment. A platform's variables in a developer's
/// shell would make a function believe in another cloud.
const INHERITED: [&str; 8] = [
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "PYENV_ROOT",
];

/// A program that runs, or has ended. Dropping it ends it: first by SIGTERM, since some peers have
/// processes of their own to end.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    name: String,
    output: NamedTempFile,
}

/// A command with as much environment as every program needs.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in INHERITED {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

impl Process {
    pub(super) fn spawn(mut command: Command) -> Result<Self, String> {
        let program = Path::new(command.as_std().get_program());
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let name = name.into_owned();
        let failed = |error: std::io::Error| format!("{name} can't be run: {error}");
        // A file rather than a pipe: nobody has to keep reading it. Both streams append to it.
        let output = NamedTempFile::new().map_err(failed)?;
        let open = || OpenOptions::new().append(true).open(output.path());
        let child = command
            .stdin(Stdio::null())
            .stdout(open().map_err(failed)?)
            .stderr(open().map_err(failed)?)
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        Ok(Self {
            child,
            name,
            output,
        })
    }

    /// Waits until the port of 127.0.0.1 is listened on.
    pub(super) async fn listening(&mut self, port: u16) -> Result<SocketAddr, String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let started = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            if let Ok(Some(status)) = self.child.try_wait() {
                let output = self.output();
                return Err(format!(
                    "{} ended at its start, {status}:\n{output}",
                    self.name
                ));
            }
            if started.elapsed() > START {
                let output = self.output();
                return Err(format!(
                    "{} does not listen on {address}:\n{output}",
                    self.name
                ));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(address)
    }

    /// Waits for the end; whether it was a success.
    pub(super) async fn ended(&mut self, patience: Duration) -> Result<bool, String> {
        match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(Ok(status)) => Ok(status.success()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => {
                self.end_children();
                Err(format!("{} had not ended after {patience:?}", self.name))
            }
        }
    }

    /// What it has printed so far.
    pub(super) fn output(&self) -> String {
        let bytes = std::fs::read(self.output.path()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Ends it, and gives all that it printed.
    pub(super) async fn stop(mut self) -> String {
        self.signal(Signal::SIGTERM);
        if tokio::time::timeout(GRACE, self.child.wait())
            .await
            .is_err()
        {
            self.end_children();
            // It fails only if the process has ended by itself.
            let _ = self.child.kill().await;
        }
        self.output()
    }

    /// SIGKILL to its direct children, where the system tells which these are.
    fn end_children(&self) {
        let Some(parent) = self.pid() else { return };
        let tasks = std::fs::read_dir(format!("/proc/{parent}/task"));
        for task in tasks.into_iter().flatten().flatten() {
            let children = std::fs::read_to_string(task.path().join("children"));
            for child in children.unwrap_or_default().split_whitespace() {
                if let Ok(child) = child.parse() {
                    let _ = kill(Pid::from_raw(child), Signal::SIGKILL);
                }
            }
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            // It fails only if the process has ended by itself.
            let _ = kill(pid, signal);
        }
    }

    /// None once it has ended and its id may be somebody else's.
    fn pid(&self) -> Option<Pid> {
        let id = i32::try_from(self.child.id()?).ok()?;
        Some(Pid::from_raw(id))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::SIGTERM);
        let started = Instant::now();
        while self.pid().is_some() && !matches!(self.child.try_wait(), Ok(Some(_))) {
            if started.elapsed() > GRACE {
                // What follows is SIGKILL, by the child's own drop.
                self.end_children();
                break;
            }
            std::thread::sleep(LOOK);
        }
    }
}

/// A port of 127.0.0.1 that was free a moment ago.
pub(super) fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    listener
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no port is free: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        let mut command = command("sh");
        command.args(["-c", script]);
        Process::spawn(command).unwrap()
    }

    #[tokio::test]
    async fn a_program_that_ends_at_its_start_is_told() {
        let port = free_port().unwrap();
        let error = shell("echo no >&2; exit 3").listening(port).await;
        let error = error.unwrap_err();
        assert!(
            error.contains("sh ended") && error.contains("no\n"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn what_is_stopped_can_say_so() {
        let process = shell("trap 'echo bye; exit' TERM; echo hi; while :; do sleep 0.01; done");
        while process.output().is_empty() {
            tokio::time::sleep(LOOK).await;
        }
        assert_eq!(process.stop().await, "hi\nbye\n");
    }

    #[tokio::test]
    async fn dropping_ends_it() {
        let process = shell("exec sleep 60");
        let pid = process.pid().unwrap();
        drop(process);
        assert!(kill(pid, None).is_err(), "{pid} still runs");
    }

    #[tokio::test]
    async fn platform_variables_do_not_leak() {
        let mut process = shell("echo ${CARGO_MANIFEST_DIR-none}");
        assert!(process.ended(GRACE).await.unwrap());
        assert_eq!(process.output(), "none\n");
    }
}
