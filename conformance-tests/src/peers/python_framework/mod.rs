//! Google's Functions Framework for Python, as an oracle: the same requests to a function of its
//! own and to ours, and what the contract fixes of the answers compared.

mod comparison;
mod facts;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::process::Command;

use crate::Target;
use crate::http;
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command, free_port};
use crate::peers::requirements::pinned;
use crate::peers::told::{self, Told};
use crate::peers::workbench::Workbench;

use comparison::{Comparison, EVENTS, REQUESTS};
use facts::Facts;

pub(super) const PEER: Peer = Peer {
    name: "Google's Functions Framework for Python",
    package: "functions-framework",
    version: "3.10.2",
};

/// The framework and all that it needs, each in a pinned version.
pub(super) const REQUIREMENTS: &str =
    include_str!("../../../peers/python-framework/requirements.txt");

/// The function on the other side.
const FUNCTION: &str = include_str!("../../../peers/python-framework/main.py");

const TIMEOUT: Duration = Duration::from_secs(30);

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let requests = Comparison::all(REQUESTS)?;
    let events = Comparison::all(EVENTS)?;
    let packages = workbench.cache().await?.pip(&pinned(REQUIREMENTS)).await?;
    let probe = workbench.function("polyfn-probe", Target::Gcp).await?;
    let source = tempfile::tempdir().map_err(|error| error.to_string())?;
    let theirs = Side::theirs(&packages, source.path(), "probe", "http").await?;
    let ours = Side::ours(&probe, None).await?;
    compare(&requests.iter().collect::<Vec<_>>(), ours, theirs, run).await?;
    let functions: BTreeSet<_> = events.iter().map(Comparison::function).collect();
    for function in functions {
        let of_it = events.iter().filter(|one| one.function() == function);
        let theirs = Side::theirs(&packages, source.path(), "event", "cloudevent").await?;
        let ours = Side::ours(&probe, Some(function)).await?;
        compare(&of_it.collect::<Vec<_>>(), ours, theirs, run).await?;
    }
    Ok(())
}

async fn compare(
    comparisons: &[&Comparison],
    mut ours: Side,
    mut theirs: Side,
    run: &mut PeerRun,
) -> Result<(), String> {
    for comparison in comparisons {
        let our_facts = ours.facts(comparison).await?;
        let their_facts = theirs.facts(comparison).await?;
        let outcome = comparison.judge(&our_facts, &their_facts);
        run.record_with_notes(&comparison.title, outcome, comparison.notes());
    }
    ours.process.stop().await;
    run.output.push_str(&theirs.process.stop().await);
    Ok(())
}

/// A server with one of the probes, and what its functions of events tell.
struct Side {
    process: Process,
    address: SocketAddr,
    told: Told,
}

impl Side {
    /// `signature` is what the framework calls the two kinds of functions.
    async fn theirs(
        packages: &Path,
        source: &Path,
        target: &str,
        signature: &str,
    ) -> Result<Self, String> {
        let file = source.join("main.py");
        std::fs::write(&file, FUNCTION).map_err(|error| error.to_string())?;
        let port = free_port()?;
        let mut command = command("python3");
        command
            .args(["-m", "functions_framework", "--target", target, "--source"])
            .arg(&file)
            .args(["--signature-type", signature])
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .env("PYTHONPATH", packages)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Self::start(command, port).await
    }

    /// With all functions, or one of them alone.
    async fn ours(probe: &Path, function: Option<&str>) -> Result<Self, String> {
        let port = free_port()?;
        let mut command = command(probe);
        command
            .env("PORT", port.to_string())
            .env("POLYFN_BIND", "127.0.0.1");
        if let Some(function) = function {
            command.env("FUNCTION_TARGET", function);
        }
        Self::start(command, port).await
    }

    async fn start(mut command: Command, port: u16) -> Result<Self, String> {
        let told = Told::new()?;
        command.env(told::FILE, told.path());
        let mut process = Process::spawn(command)?;
        let address = process.listening(port).await?;
        Ok(Self {
            process,
            address,
            told,
        })
    }

    async fn facts(&mut self, comparison: &Comparison) -> Result<Facts, String> {
        let request = comparison.request();
        let facts = match http::send(self.address, &request, TIMEOUT).await {
            Ok(exchange) => Facts::of(&exchange.response, &request, &comparison.compare),
            Err(_) => Facts::of_status("no answer"),
        };
        Ok(facts.with_events(&self.told.fresh()?))
    }
}
