//! CloudEvents' own conformance tool, which sends events that YAML describes.
//!
//! It sends to the gcp target, where any path takes events, and to a function by name on this
//! machine. What arrived has to have every attribute that was sent.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::Target;
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command, free_port};
use crate::peers::told::{self, Told, expect_lines};
use crate::peers::workbench::Workbench;

pub(super) const PEER: Peer = Peer {
    name: "CloudEvents' conformance tool",
    package: "github.com/cloudevents/conformance",
    version: "v0.4.1",
};

/// The events; the file says at its top how to add one.
const EVENTS: &str = include_str!("../../peers/cloudevents/events.toml");

/// How long one run of the tool may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long an event may take that was sent.
const ARRIVAL: Duration = Duration::from_secs(5);

/// The targets, and where each takes events.
const RECEIVERS: [(Target, &str); 2] = [(Target::Gcp, "/"), (Target::Local, "/_polyfn/placed")];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    event: Vec<Sent>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    title: String,
    /// As the tool reads it.
    yaml: String,
    /// What the probe tells of it, as JSON: all members that matter.
    line: String,
}

impl File {
    fn read() -> Result<Self, String> {
        toml::from_str(EVENTS).map_err(|error| format!("events.toml: {error}"))
    }
}

impl Sent {
    fn expected(&self) -> Result<Value, String> {
        serde_json::from_str(&self.line).map_err(|error| format!("{error}: {}", self.line))
    }
}

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let events = File::read()?.event;
    let cache = workbench.cache().await?;
    let built = cache.go_build(PEER.package, PEER.version, "cmd/cloudevents");
    let tool = built.await?.join("cloudevents");
    for (target, path) in RECEIVERS {
        let probe = workbench.function("polyfn-probe", target).await?;
        let mut told = Told::new()?;
        let (process, address) = start(&probe, &told).await?;
        for event in &events {
            let outcome = arrives(&tool, event, address, path, &mut told).await;
            run.record(format!("{target}: {}", event.title), outcome);
        }
        run.output.push_str(&process.stop().await);
    }
    Ok(())
}

async fn start(probe: &Path, told: &Told) -> Result<(Process, SocketAddr), String> {
    let port = free_port()?;
    let mut command = command(probe);
    command
        .env("PORT", port.to_string())
        .env("POLYFN_BIND", "127.0.0.1")
        .env(told::FILE, told.path());
    let mut process = Process::spawn(command)?;
    let address = process.listening(port).await?;
    Ok((process, address))
}

async fn arrives(
    tool: &Path,
    event: &Sent,
    address: SocketAddr,
    path: &str,
    told: &mut Told,
) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = folder.path().join("event.yaml");
    std::fs::write(&file, &event.yaml).map_err(|error| error.to_string())?;
    let mut command = command(tool);
    command
        .args([
            "invoke",
            "--verbose",
            &format!("http://{address}{path}"),
            "-f",
        ])
        .arg(&file);
    let mut process = Process::spawn(command)?;
    let ended = process.ended(PATIENCE).await;
    let said = process.stop().await;
    if !ended? {
        return Err(said);
    }
    let lines = told.fresh_within(1, ARRIVAL).await?;
    expect_lines(&[event.expected()?], &lines).map_err(|problem| format!("{problem}\n{said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_well_formed() {
        let events = File::read().unwrap().event;
        assert!(events.len() >= 8, "{}", events.len());
        for event in events {
            assert_eq!(event.expected().unwrap()["function"], "placed");
            assert!(
                event.yaml.contains("com.example.order.placed"),
                "{}",
                event.title
            );
        }
    }
}
