//! A server on this machine, from its start to its end.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use polyfn_conformance::Target;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

/// A probe that was built for a target.
pub(crate) struct Binary {
    pub(crate) target: Target,
    pub(crate) path: PathBuf,
}

/// A process that serves. Dropping it kills it.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    _app_root: TempDir,
}

const START: Duration = Duration::from_secs(20);

/// Longer than any target takes to drain.
const END: Duration = Duration::from_secs(20);

/// The mode in which the Functions host hands requests over as they are.
const HOST_JSON: &str = r#"{
    "version": "2.0",
    "extensions": {"http": {"routePrefix": ""}},
    "customHandler": {
        "description": {"defaultExecutablePath": "handler"},
        "enableProxyingHttpRequest": true
    }
}"#;

impl Server {
    pub(crate) async fn start(binary: &Binary) -> Result<Self, String> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let address = free.and_then(|socket| socket.local_addr());
        let address = address.map_err(|error| format!("no port is free: {error}"))?;
        Self::start_at(binary, address).await
    }

    /// Starts it where another one was before.
    pub(crate) async fn start_at(binary: &Binary, address: SocketAddr) -> Result<Self, String> {
        let io = |error: std::io::Error| error.to_string();
        let app_root = tempfile::tempdir().map_err(io)?;
        tokio::fs::write(app_root.path().join("host.json"), HOST_JSON)
            .await
            .map_err(io)?;
        let port = address.port().to_string();
        let child = Command::new(&binary.path)
            .env_clear()
            .env("POLYFN_TARGET", binary.target.name())
            .env("POLYFN_BIND", "127.0.0.1")
            .env("PORT", &port)
            .env("FUNCTIONS_CUSTOMHANDLER_PORT", &port)
            .env("FUNCTIONS_APP_ROOT_PATH", app_root.path())
            // The panics that are asked for would fill the log.
            .env("RUST_LOG", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.path.display()))?;
        let server = Self {
            child,
            address,
            _app_root: app_root,
        };
        server.wait_until_it_listens().await?;
        Ok(server)
    }

    async fn wait_until_it_listens(&self) -> Result<(), String> {
        let start = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            if start.elapsed() > START {
                return Err(format!("it does not listen after {START:?}"));
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has in memory, in bytes; `None` where the system does not tell.
    pub(crate) fn resident_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: u64 = resident.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kib * 1024)
    }

    /// Ends it by SIGTERM, which has to be a clean end.
    pub(crate) async fn terminate(mut self) -> Result<(), String> {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        let id = id.ok_or("it has ended by itself")?;
        kill(Pid::from_raw(id), Signal::SIGTERM).map_err(|error| error.to_string())?;
        let ended = timeout(END, self.child.wait())
            .await
            .map_err(|_| format!("it has not ended {END:?} after SIGTERM"))?;
        match ended {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("SIGTERM ended it with {status}")),
            Err(error) => Err(error.to_string()),
        }
    }
}
