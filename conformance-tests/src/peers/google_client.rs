//! Google's own conformance client for Functions Frameworks.
//!
//! It starts the function itself and calls it at `localhost:8080`, a port that it does not let
//! anybody choose.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Target;
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command};
use crate::peers::workbench::Workbench;

pub(super) const PEER: Peer = Peer {
    name: "Google's conformance client",
    package: "github.com/GoogleCloudPlatform/functions-framework-conformance/client",
    version: "v1.8.8",
};

/// Names a client that is there already, where the registry does not give it.
const INSTALLED: &str = "POLYFN_GOOGLE_CLIENT";

const PORT: u16 = 8080;

/// How long one validation may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the client says when it is content.
const CONTENT: &str = "All validation passed!";

/// The validations: the function that is deployed, and the client's arguments. A typed function
/// is an HTTP one to the platform. With `-validate-mapping` events come in both forms, as
/// CloudEvents and as background events.
const VALIDATIONS: [(&str, &[&str]); 8] = [
    ("write_http", &["-type=http"]),
    ("typed", &["-type=http", "-declarative-type=typed"]),
    ("slow_http", &["-type=http", "-validate-concurrency"]),
    (
        "slow_typed",
        &[
            "-type=http",
            "-declarative-type=typed",
            "-validate-concurrency",
        ],
    ),
    (
        "write_cloudevent",
        &["-type=cloudevent", "-validate-mapping"],
    ),
    (
        "write_legacyevent",
        &["-type=legacyevent", "-validate-mapping"],
    ),
    ("slow_event", &["-type=cloudevent", "-validate-concurrency"]),
    (
        "slow_event",
        &["-type=legacyevent", "-validate-concurrency"],
    ),
];

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let client = client(workbench).await?;
    port_is_free()?;
    let probe = workbench
        .function("polyfn-framework-probe", Target::Gcp)
        .await?;
    for (function, arguments) in VALIDATIONS {
        let outcome = validate(&client, &probe, function, arguments, &mut run.output).await;
        run.record(format!("{function}: {}", arguments.join(" ")), outcome);
    }
    Ok(())
}

/// `localhost` is either of two addresses: somebody else's server on one of them would be asked.
fn port_is_free() -> Result<(), Stop> {
    for address in [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ] {
        match TcpListener::bind((address, PORT)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                let why = format!("it calls port {PORT}, which another program has on {address}");
                return Err(Stop::NotHere(why));
            }
            // Given back at once; and a machine without IPv6 has nobody there.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

async fn client(workbench: &Workbench<'_>) -> Result<PathBuf, Stop> {
    if let Some(client) = std::env::var_os(INSTALLED) {
        return Ok(client.into());
    }
    let package = format!("{}@{}", PEER.package, PEER.version);
    Ok(workbench.cache().await?.go(&package).await?.join("client"))
}

/// One run of the client, in a folder of its own: it and the function write files.
async fn validate(
    client: &Path,
    probe: &Path,
    function: &str,
    arguments: &[&str],
    output: &mut String,
) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    let folder = tempfile::tempdir().map_err(failed)?;
    // The client splits its command at spaces, which the probe's path may have.
    std::fs::copy(probe, folder.path().join("function")).map_err(failed)?;
    let mut command = command(client);
    command
        .args(["-buildpacks=false", "-cmd=./function"])
        .args(arguments)
        .current_dir(folder.path())
        .env("TMPDIR", folder.path())
        .env("FUNCTION_TARGET", function)
        .env("POLYFN_BIND", "127.0.0.1");
    let mut process = Process::spawn(command)?;
    let ended = process.ended(PATIENCE).await;
    let said = process.stop().await;
    output.push_str(&said);
    if ended? && said.contains(CONTENT) {
        return Ok(());
    }
    Err(said)
}
