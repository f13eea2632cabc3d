//! The emulator as a process, and what a user does to Pub/Sub.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use crate::http::{self, Request};
use crate::peers::peer_run::Stop;
use crate::peers::process::{Process, command, free_port};

/// Names the emulator's program, where it is not where the Google Cloud CLI's packages put it.
const INSTALLED: &str = "POLYFN_PUBSUB_EMULATOR";

/// Below the CLI's folder.
const PROGRAM: &str = "platform/pubsub-emulator/bin/cloud-pubsub-emulator";

/// Where packages put the CLI.
const FOLDERS: [&str; 3] = [
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
];

const TIMEOUT: Duration = Duration::from_secs(30);

pub(in crate::peers) const PROJECT: &str = "conformance";

/// The emulator, with one project.
pub(in crate::peers) struct Emulator {
    process: Process,
    address: SocketAddr,
}

impl Emulator {
    pub(in crate::peers) async fn start() -> Result<Self, Stop> {
        let program = program().ok_or_else(|| {
            Stop::NotPublished(format!(
                "no package registry has it, and it is not on this machine: it comes with the \
                 Google Cloud CLI (`gcloud components install pubsub-emulator`), and {INSTALLED} \
                 names its program"
            ))
        })?;
        let port = free_port()?;
        let mut command = command(program);
        command.args(["--host=127.0.0.1", &format!("--port={port}")]);
        let mut process = Process::spawn(command)?;
        let address = process.listening(port).await?;
        Ok(Self { process, address })
    }

    pub(in crate::peers) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(in crate::peers) async fn create_topic(&self, name: &str) -> Result<(), String> {
        self.call("PUT", &format!("topics/{name}"), &json!({}))
            .await
            .map(drop)
    }

    pub(in crate::peers) async fn subscribe(
        &self,
        name: &str,
        topic: &str,
        push: &Value,
    ) -> Result<(), String> {
        let subscription = json!({
            "topic": format!("projects/{PROJECT}/topics/{topic}"),
            "pushConfig": push,
            "ackDeadlineSeconds": 10,
        });
        let path = format!("subscriptions/{name}");
        self.call("PUT", &path, &subscription).await.map(drop)
    }

    pub(super) async fn unsubscribe(&self, name: &str) -> Result<(), String> {
        let path = format!("subscriptions/{name}");
        self.call("DELETE", &path, &json!({})).await.map(drop)
    }

    /// The message's id.
    pub(super) async fn publish(&self, topic: &str, message: Value) -> Result<String, String> {
        let path = format!("topics/{topic}:publish");
        let published = self
            .call("POST", &path, &json!({"messages": [message]}))
            .await?;
        let id = published["messageIds"][0].as_str();
        Ok(id.ok_or("a message has no id")?.to_owned())
    }

    pub(in crate::peers) async fn stop(self) -> String {
        self.process.stop().await
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let request = Request {
            method: method.to_owned(),
            target: format!("/v1/projects/{PROJECT}/{path}"),
            headers: vec![("Content-Type".to_owned(), b"application/json".to_vec())],
            body: Some(body.to_string().into()),
            chunked: false,
        };
        let exchange = http::send(self.address, &request, TIMEOUT)
            .await
            .map_err(|error| error.to_string())?;
        match exchange.response.status {
            200..300 => serde_json::from_slice(&exchange.response.body)
                .map_err(|error| format!("{error}\n{}", exchange.transcript())),
            _ => Err(exchange.transcript()),
        }
    }
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(INSTALLED) {
        return Some(named.into());
    }
    let at_home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join("google-cloud-sdk"));
    let folders = FOLDERS.into_iter().map(PathBuf::from).chain(at_home);
    folders
        .map(|folder| folder.join(PROGRAM))
        .find(|program| program.is_file())
}
