//! Google's Pub/Sub emulator: real pushes, which come again until they are acknowledged.
//!
//! No package registry has it; it comes with the Google Cloud CLI.

mod emulator;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Target;
use crate::peers::lambda_event::same;
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command, free_port};
use crate::peers::told::{self, Told, expect_lines};
use crate::peers::workbench::Workbench;

pub(super) use emulator::{Emulator, PROJECT};

pub(super) const PEER: Peer = Peer {
    name: "Google's Pub/Sub emulator",
    package: "google-cloud-cli-pubsub-emulator",
    version: "as installed",
};

/// How long a push may take; a failed one comes again after about a second.
const ARRIVAL: Duration = Duration::from_secs(15);

/// How long nobody hears of a message that was acknowledged.
const SILENCE: Duration = Duration::from_secs(3);

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let emulator = Emulator::start().await?;
    let probe = workbench.function("polyfn-probe", Target::Gcp).await?;
    let mut receiver = Receiver::start(
        &probe,
        &[
            ("POLYFN_TOPIC_NEWS", "news-push"),
            ("POLYFN_QUEUE_ORDERS", "orders-push"),
        ],
    )
    .await?;
    for topic in ["news", "orders", "unwrapped"] {
        emulator.create_topic(topic).await?;
    }
    let push = receiver.push("/");
    emulator.subscribe("news-push", "news", &push).await?;
    emulator.subscribe("orders-push", "orders", &push).await?;
    run.record(
        "a push, with attributes",
        attributes(&emulator, &mut receiver).await,
    );
    run.record(
        "a push of attributes alone",
        alone(&emulator, &mut receiver).await,
    );
    run.record("a push of bytes", bytes(&emulator, &mut receiver).await);
    run.record(
        "a message that fails comes again",
        again(&emulator, &mut receiver).await,
    );
    run.record(
        "a message that is discarded does not come again",
        discarded(&emulator, &mut receiver).await,
    );
    let outcome = unwrapped(&emulator, &mut receiver).await;
    run.record("a push without wrapper", outcome);
    receiver.process.stop().await;
    run.output = emulator.stop().await;
    Ok(())
}

async fn attributes(emulator: &Emulator, receiver: &mut Receiver) -> Result<(), String> {
    let message = json!({
        "data": base64("Zürich <&> \u{1f30e}"),
        "attributes": {"tenant": "blue", "Case": "Kept é"},
    });
    let id = emulator.publish("news", message).await?;
    receiver
        .expect(&[json!({
            "function": "topic",
            "id": id,
            "data": {
                "id": id,
                "body": {"text": "Zürich <&> \u{1f30e}"},
                "attributes": {"tenant": "blue", "Case": "Kept é"},
            },
            "context": {"target": "gcp"},
        })])
        .await
}

async fn alone(emulator: &Emulator, receiver: &mut Receiver) -> Result<(), String> {
    let id = emulator
        .publish("news", json!({"attributes": {"only": "this"}}))
        .await?;
    let data = json!({"body": {"text": ""}, "attributes": {"only": "this"}});
    let line = json!({"function": "topic", "id": id, "data": data});
    receiver.expect(&[line]).await
}

async fn bytes(emulator: &Emulator, receiver: &mut Receiver) -> Result<(), String> {
    let id = emulator.publish("news", json!({"data": "AP8="})).await?;
    let line = json!({"function": "topic", "id": id, "data": {"body": {"base64": "AP8="}}});
    receiver.expect(&[line]).await
}

async fn again(emulator: &Emulator, receiver: &mut Receiver) -> Result<(), String> {
    let data = base64(r#"{"n":1,"fail_times":2}"#);
    let id = emulator.publish("orders", json!({"data": data})).await?;
    let line = json!({"function": "queue", "id": id, "data": {"body": {"json": {"n": 1}}}});
    receiver.expect(&[line.clone(), line.clone(), line]).await?;
    receiver.expect_silence().await
}

async fn discarded(emulator: &Emulator, receiver: &mut Receiver) -> Result<(), String> {
    let data = base64(r#"{"n":2,"discard":true}"#);
    let id = emulator.publish("orders", json!({"data": data})).await?;
    receiver
        .expect(&[json!({"function": "queue", "id": id})])
        .await?;
    receiver.expect_silence().await
}

/// Attributes are headers here, whose names have no letter case.
async fn unwrapped(emulator: &Emulator, receiver: &mut Receiver) -> Result<(), String> {
    // The function listens to this name alone.
    emulator.unsubscribe("orders-push").await?;
    let mut push = receiver.push("/");
    push["noWrapper"] = json!({"writeMetadata": true});
    emulator
        .subscribe("orders-push", "unwrapped", &push)
        .await?;
    let message = json!({
        "data": base64(r#"{"n":3}"#),
        "attributes": {"tenant": "blue"},
        "orderingKey": "group",
    });
    let id = emulator.publish("unwrapped", message).await?;
    receiver
        .expect(&[json!({
            "function": "queue",
            "id": id,
            "data": {
                "id": id,
                "body": {"json": {"n": 3}},
                "attributes": {"tenant": "blue"},
                "group": "group",
            },
        })])
        .await
}

fn base64(text: &str) -> String {
    base64_simd::STANDARD.encode_to_string(text)
}

/// The probe, with what it tells.
pub(super) struct Receiver {
    pub(super) process: Process,
    address: SocketAddr,
    told: Told,
}

impl Receiver {
    /// The environment says what the probe's topics and queues are really called.
    pub(super) async fn start(probe: &Path, environment: &[(&str, &str)]) -> Result<Self, String> {
        let told = Told::new()?;
        let port = free_port()?;
        let mut command = command(probe);
        command
            .env("PORT", port.to_string())
            .env("POLYFN_BIND", "127.0.0.1")
            .env(told::FILE, told.path())
            .envs(environment.iter().copied());
        let mut process = Process::spawn(command)?;
        let address = process.listening(port).await?;
        Ok(Self {
            process,
            address,
            told,
        })
    }

    /// How a subscription pushes to it.
    pub(super) fn push(&self, path: &str) -> Value {
        json!({"pushEndpoint": format!("http://{}{path}", self.address)})
    }

    /// Waits for the events.
    pub(super) async fn expect(&mut self, expected: &[Value]) -> Result<(), String> {
        let lines = self.told.fresh_within(expected.len(), ARRIVAL).await?;
        let came = expect_lines(expected, &lines);
        came.map_err(|problem| format!("{problem}\n{}", self.process.output()))
    }

    async fn expect_silence(&mut self) -> Result<(), String> {
        let lines = self.told.fresh_within(1, SILENCE).await?;
        same("events that came again", &Vec::new(), &lines)
    }
}
