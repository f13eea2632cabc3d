//! The emulator as a process.
//!
//! It takes one invocation at a time (two at once end it), and answers 200 whether the function
//! returned or failed.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::http::{self, Request};
use crate::peers::lambda_event::{Answer, same};
use crate::peers::process::{Process, command, free_port};

const INVOKE: &str = "/2015-03-31/functions/function/invocations";

const TIMEOUT: Duration = Duration::from_secs(30);

/// The emulator with one function.
pub(super) struct Emulator {
    process: Process,
    address: SocketAddr,
}

impl Emulator {
    pub(super) async fn start(program: &Path, function: &Path) -> Result<Self, String> {
        let (invoke, runtime_api) = (free_port()?, free_port()?);
        let mut command = command(program);
        command
            .args([
                "--runtime-interface-emulator-address",
                &format!("127.0.0.1:{invoke}"),
            ])
            .args(["--runtime-api-address", &format!("127.0.0.1:{runtime_api}")])
            .arg(function);
        let mut process = Process::spawn(command)?;
        let address = process.listening(invoke).await?;
        Ok(Self { process, address })
    }

    /// What the function returned, or its error.
    pub(super) async fn invoke(&self, event: &Value) -> Result<Vec<u8>, String> {
        let request = Request {
            method: "POST".into(),
            target: INVOKE.into(),
            body: Some(event.to_string().into()),
            ..Request::default()
        };
        let exchange = http::send(self.address, &request, TIMEOUT)
            .await
            .map_err(|error| error.to_string())?;
        same("the emulator's status", &200, &exchange.response.status)?;
        Ok(exchange.response.body)
    }

    pub(super) async fn ask(&self, event: &Value) -> Result<Answer, String> {
        Answer::read(&self.invoke(event).await?)
    }

    pub(super) async fn expect(
        &self,
        event: &Value,
        status: u64,
        body: &Value,
    ) -> Result<(), String> {
        self.ask(event).await?.expect(status, body)
    }

    /// What it has printed so far.
    pub(super) fn output(&self) -> String {
        self.process.output()
    }

    /// Ends it with its function, and gives all that it printed.
    pub(super) async fn stop(self) -> String {
        self.process.stop().await
    }
}
