//! One instance: a process and the port that it serves.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::Mutex;

use crate::child::{Process, Program};
use crate::error::Kind;
use crate::free_port::free_port;
use crate::log::Log;
use crate::{Error, Output};

/// Cloud Run probes less often; a test should not wait for it.
const PROBE_PERIOD: Duration = Duration::from_millis(10);

const BEFORE: &str = "opened its port";

#[derive(Debug)]
pub(super) struct Instance {
    program: Program,
    startup_timeout: Duration,
    running: Mutex<Running>,
    log: Arc<Log>,
}

#[derive(Debug, Clone)]
struct Running {
    process: Arc<Process>,
    port: u16,
}

impl Instance {
    pub(super) async fn start(program: Program, startup_timeout: Duration) -> Result<Self, Error> {
        let log = Arc::new(Log::default());
        let running = run(&program, startup_timeout, &log).await?;
        Ok(Self {
            program,
            startup_timeout,
            running: Mutex::new(running),
            log,
        })
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    pub(super) async fn process(&self) -> Arc<Process> {
        Arc::clone(&self.running.lock().await.process)
    }

    /// The port to send a request to. A container that has crashed is replaced first.
    pub(super) async fn port(&self) -> Result<u16, Error> {
        let mut running = self.running.lock().await;
        if !running.process.is_running() {
            *running = run(&self.program, self.startup_timeout, &self.log).await?;
        }
        Ok(running.port)
    }
}

async fn run(
    program: &Program,
    startup_timeout: Duration,
    log: &Arc<Log>,
) -> Result<Running, Error> {
    let port = free_port()?;
    let mut program = program.clone();
    program
        .environment
        .insert("PORT".into(), port.to_string().into());
    let process = Process::spawn(&program, Arc::clone(log))?;
    tokio::select! {
        () = opened(port) => Ok(Running { process: Arc::new(process), port }),
        status = process.exited() => Err(Kind::Exited {
            status: status?,
            before: BEFORE,
            stderr: log.of(Output::Stderr),
        }
        .into()),
        () = tokio::time::sleep(startup_timeout) => Err(Kind::StartTimeout {
            before: BEFORE,
            after: startup_timeout,
            stderr: log.of(Output::Stderr),
        }
        .into()),
    }
}

async fn opened(port: u16) {
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        tokio::time::sleep(PROBE_PERIOD).await;
    }
}
