//! The binary on this machine, without a platform.

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
pub(super) struct LocalProcess {
    child: Child,
    address: SocketAddr,
}

impl LocalProcess {
    /// Starts the binary with `PORT=0` and reads from its first lines which port it took.
    pub(super) async fn start(binary: &Path) -> Result<Self, String> {
        let mut child = Command::new(binary)
            .env("PORT", "0")
            .env_remove("POLYFN_BIND")
            .env_remove("POLYFN_TARGET")
            .env_remove("POLYFN_FUNCTION")
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

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) async fn stop(mut self) {
        // It fails only if the process has ended by itself.
        let _ = self.child.kill().await;
    }
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

    #[tokio::test]
    async fn a_binary_that_says_nothing_is_told() {
        let error = LocalProcess::start(Path::new("/bin/true"))
            .await
            .unwrap_err();
        assert!(error.contains("ended without telling"), "{error}");
        let error = LocalProcess::start(Path::new("/no/such/file"))
            .await
            .unwrap_err();
        assert!(error.contains("/no/such/file"), "{error}");
    }
}
