//! The binary on this machine, without a platform.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long the start may take.
const START: Duration = Duration::from_secs(20);

/// What stands before the port in the line that tells the address.
const ADDRESS: &str = "http://127.0.0.1:";

/// A process that told its address on standard output. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct LocalProcess {
    child: Child,
    address: SocketAddr,
}

impl LocalProcess {
    /// Starts the binary with `PORT=0` and these variables, and reads from its first lines which
    /// port it took.
    pub(crate) async fn start(binary: &Path, variables: &[(&str, &OsStr)]) -> Result<Self, String> {
        let mut child = Command::new(binary)
            .env_clear()
            .envs(inherited(std::env::vars_os()))
            .env("PORT", "0")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        let stdout = child.stdout.take().ok_or("it has no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let address = tokio::time::timeout(START, announced(&mut lines))
            .await
            .map_err(|_| format!("it told no {ADDRESS}… within {START:?}"))??;
        // A pipe that nobody reads would fill up and stop the process.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) async fn stop(mut self) {
        // It fails only if the process has ended by itself.
        let _ = self.child.kill().await;
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

async fn announced(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<SocketAddr, String> {
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(address) = address_in(&line) {
            return Ok(address);
        }
    }
    Err(format!("it ended without telling its {ADDRESS}…"))
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
        assert!(error.contains("ended without telling"), "{error}");
        let error = LocalProcess::start(Path::new("/no/such/file"), &[])
            .await
            .unwrap_err();
        assert!(error.contains("/no/such/file"), "{error}");
    }
}
