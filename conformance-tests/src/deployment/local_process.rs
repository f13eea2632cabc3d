//! The binary on this machine, without a platform.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::deployment::{End, NoStart};

/// How long the start may take.
const START: Duration = Duration::from_secs(20);

/// Between SIGTERM and SIGKILL: nobody sets a limit here, and a person would wait no longer.
const GRACE: Duration = Duration::from_secs(15);

/// How long the output of a dead process may keep coming: a grandchild can hold the pipe open.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What stands before the port in the line that tells the address.
const ADDRESS: &str = "http://127.0.0.1:";

/// A process that told its address on standard output. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct LocalProcess {
    child: Child,
    stdout: Output,
    stderr: Output,
    address: SocketAddr,
}

impl LocalProcess {
    /// Starts the binary with `PORT=0` and these variables, and reads from its first lines which
    /// port it took.
    pub(crate) async fn start(
        binary: &Path,
        variables: &[(&str, &OsStr)],
    ) -> Result<Self, NoStart> {
        let mut child = Command::new(binary)
            .env_clear()
            .envs(inherited(std::env::vars_os()))
            .env("PORT", "0")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        let stdout = Output::of(child.stdout.take());
        let stderr = Output::of(child.stderr.take());
        let address = tokio::select! {
            address = stdout.find(address_in) => address,
            () = tokio::time::sleep(START) => {
                return Err(format!("it told no {ADDRESS}… within {START:?}").into());
            }
        };
        if let Some(address) = address {
            return Ok(Self {
                child,
                stdout,
                stderr,
                address,
            });
        }
        // Its output has ended, and so has it, or it is about to.
        let status = tokio::time::timeout(START, child.wait()).await;
        let status = status.ok().and_then(Result::ok);
        let printed = format!("{}{}", stderr.whole().await, stdout.whole().await);
        Err(NoStart {
            why: format!("it ended without telling its {ADDRESS}…; it said: {printed}"),
            status,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has printed so far.
    pub(crate) fn printed(&self) -> String {
        self.stdout.so_far() + &self.stderr.so_far()
    }

    /// SIGTERM, and SIGKILL where that does not end it.
    pub(crate) async fn stop(mut self) -> Result<End, String> {
        // There is no id once it has been reaped, and until then the id is nobody else's.
        if let Some(id) = self.child.id().and_then(|id| i32::try_from(id).ok()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
        let in_time = tokio::time::timeout(GRACE, self.child.wait()).await;
        let killed = in_time.is_err();
        if killed {
            // It fails only if the process has ended by itself.
            let _ = self.child.kill().await;
        }
        let status = self.child.wait().await.map_err(|error| error.to_string())?;
        Ok(End {
            status,
            killed,
            stdout: self.stdout.whole().await,
            stderr: self.stderr.whole().await,
        })
    }
}

/// What a process has printed so far, and whether that is all.
#[derive(Debug)]
struct Output(watch::Receiver<(Vec<u8>, bool)>);

impl Output {
    /// Reads to the end: a pipe that nobody reads would fill up and stop the process.
    fn of(pipe: Option<impl AsyncRead + Unpin + Send + 'static>) -> Self {
        let (sender, printed) = watch::channel((Vec::new(), false));
        tokio::spawn(async move {
            let mut buffer = vec![0; 16 * 1024];
            if let Some(mut pipe) = pipe {
                while let Ok(read @ 1..) = pipe.read(&mut buffer).await {
                    sender.send_modify(|(printed, _)| printed.extend_from_slice(&buffer[..read]));
                }
            }
            sender.send_modify(|(_, is_all)| *is_all = true);
        });
        Self(printed)
    }

    /// What the first line tells that tells anything; `None` if no line does.
    async fn find<T>(&self, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut printed = self.0.clone();
        let mut found = None;
        let settled = printed.wait_for(|(printed, is_all)| {
            found = String::from_utf8_lossy(printed)
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'))
                .find_map(&read);
            found.is_some() || *is_all
        });
        // It fails when the reader is gone, which sends its last word before.
        let _ = settled.await;
        found
    }

    async fn whole(&self) -> String {
        let mut printed = self.0.clone();
        let _ = tokio::time::timeout(LAST_WORDS, printed.wait_for(|(_, is_all)| *is_all)).await;
        self.so_far()
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.0.borrow().0).into_owned()
    }
}

/// Where the names of variables begin that belong to a platform or to polyfn. One that leaked in
/// from a developer's shell would make the binary believe in another target, or in other settings.
const NOT_OURS: [&str; 11] = [
    "AWS_",
    "_X_AMZN_",
    "LAMBDA_",
    "K_",
    "CLOUD_RUN_",
    "FUNCTION",
    "GOOGLE_",
    "GCP_",
    "AZURE",
    "WEBSITE_",
    "POLYFN_",
];

/// What of an environment the process gets to see.
fn inherited(
    all: impl Iterator<Item = (OsString, OsString)>,
) -> impl Iterator<Item = (OsString, OsString)> {
    all.filter(|(name, _)| {
        let name = name.to_string_lossy();
        let exact = ["_HANDLER", "PORT", "LOG_EXECUTION_ID"].contains(&&*name);
        !exact && !NOT_OURS.iter().any(|prefix| name.starts_with(prefix))
    })
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, after) = line.split_once(ADDRESS)?;
    let port: String = after.chars().take_while(char::is_ascii_digit).collect();
    Some(SocketAddr::from(([127, 0, 0, 1], port.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_line_tells_the_address() {
        let address = address_in("polyfn serves on http://127.0.0.1:4711 (Ctrl-C ends it)");
        assert_eq!(address.unwrap().port(), 4711);
        assert_eq!(address_in("polyfn serves on http://[::1]:80"), None);
        assert_eq!(address_in("http://127.0.0.1:"), None);
    }

    #[test]
    fn variables_of_platforms_do_not_leak() {
        let names = [
            "PATH",
            "POLYFN_LOG",
            "AWS_LAMBDA_RUNTIME_API",
            "K_SERVICE",
            "PORT",
            "KEY",
        ];
        let all = names.map(|name| (name.into(), OsString::new()));
        let left: Vec<_> = inherited(all.into_iter()).map(|(name, _)| name).collect();
        assert_eq!(left, ["PATH", "KEY"]);
    }

    #[tokio::test]
    async fn a_binary_that_says_nothing_is_told() {
        let error = LocalProcess::start(Path::new("/bin/true"), &[])
            .await
            .unwrap_err();
        assert!(error.why.contains("ended without telling"), "{error}");
        assert!(error.status.is_some_and(|status| status.success()));
        let error = LocalProcess::start(Path::new("/no/such/file"), &[])
            .await
            .unwrap_err();
        assert!(error.why.contains("/no/such/file"), "{error}");
    }
}
