//! Google's Functions Framework for Python, as an oracle: the same requests to a function of its
//! own and to ours, and what the contract fixes of the answers compared.

mod comparison;
mod facts;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use crate::Target;
use crate::http;
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command, free_port};
use crate::peers::requirements::pinned;
use crate::peers::workbench::Workbench;

use comparison::Comparison;
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
    let comparisons = Comparison::all()?;
    let packages = workbench.cache().await?.pip(&pinned(REQUIREMENTS)).await?;
    let probe = workbench.function("polyfn-probe", Target::Gcp).await?;
    let source = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (their_process, theirs) = start_theirs(&packages, source.path()).await?;
    let (our_process, ours) = start_ours(&probe).await?;
    for comparison in &comparisons {
        let our_facts = facts(comparison, ours).await;
        let their_facts = facts(comparison, theirs).await;
        let outcome = comparison.judge(&our_facts, &their_facts);
        run.record_with_notes(&comparison.title, outcome, comparison.notes());
    }
    our_process.stop().await;
    run.output = their_process.stop().await;
    Ok(())
}

async fn start_theirs(packages: &Path, source: &Path) -> Result<(Process, SocketAddr), String> {
    let file = source.join("main.py");
    std::fs::write(&file, FUNCTION).map_err(|error| error.to_string())?;
    let port = free_port()?;
    let mut command = command("python3");
    command
        .args(["-m", "functions_framework", "--target", "probe", "--source"])
        .arg(&file)
        .args(["--host", "127.0.0.1", "--port", &port.to_string()])
        .env("PYTHONPATH", packages)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let mut process = Process::spawn(command)?;
    let address = process.listening(port).await?;
    Ok((process, address))
}

async fn start_ours(probe: &Path) -> Result<(Process, SocketAddr), String> {
    let port = free_port()?;
    let mut command = command(probe);
    command
        .env("PORT", port.to_string())
        .env("POLYFN_BIND", "127.0.0.1");
    let mut process = Process::spawn(command)?;
    let address = process.listening(port).await?;
    Ok((process, address))
}

async fn facts(comparison: &Comparison, server: SocketAddr) -> Facts {
    match http::send(server, &comparison.request(), TIMEOUT).await {
        Ok(exchange) => Facts::of(
            &exchange.response,
            &comparison.request(),
            &comparison.compare,
        ),
        Err(_) => Facts::of_status("no answer"),
    }
}
