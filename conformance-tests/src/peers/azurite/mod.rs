//! Azurite, Microsoft's emulator of Storage: a real queue that hides messages and counts how often
//! it gave them, and real blobs. What the Functions host does with them is `polyfn-hosts`'.

mod account;
mod function_app;

use std::path::Path;

use polyfn_hosts::azure::{BlobContainer, FunctionsHost, StorageQueue};
use polyfn_hosts::event::DeliveryOptions;
use serde_json::{Value, json};

use crate::Target;
use crate::peers::lambda_event::same;
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command, free_port};
use crate::peers::told::{self, Told, expect_lines};
use crate::peers::workbench::Workbench;

use account::Account;

pub(super) const PEER: Peer = Peer {
    name: "Azure Storage by Azurite",
    package: "azurite",
    version: "3.35.0",
};

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let cache = workbench.cache().await?;
    let package = format!("{}@{}", PEER.package, PEER.version);
    let folder = cache.npm(&package).await?;
    let probe = workbench.function("polyfn-probe", Target::Azure).await?;
    let files = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (process, account) = start(&folder, files.path()).await?;
    run.record(
        "queue: a message that fails comes again, and at last is poison",
        queue(&account, &probe).await,
    );
    run.record(
        "queue: a message that says what its id is",
        forged(&account, &probe).await,
    );
    run.record(
        "queue: text that is no base64 is poison at once",
        not_base64(&account, &probe).await,
    );
    run.record(
        "blobs: each comes once, and again when it changed",
        blobs(&account, &probe).await,
    );
    run.record(
        "blobs: one that fails is poison",
        failing_blob(&account, &probe).await,
    );
    run.output = process.stop().await;
    Ok(())
}

async fn start(folder: &Path, files: &Path) -> Result<(Process, Account), String> {
    let (blobs, queues, tables) = (free_port()?, free_port()?, free_port()?);
    let mut command = command(folder.join("node_modules/.bin/azurite"));
    command
        .args(["--silent", "--disableTelemetry", "--inMemoryPersistence"])
        .arg("--skipApiVersionCheck")
        .current_dir(files);
    for (service, port) in [("blob", blobs), ("queue", queues), ("table", tables)] {
        command
            .args([format!("--{service}Host"), "127.0.0.1".to_owned()])
            .args([format!("--{service}Port"), port.to_string()]);
    }
    let mut process = Process::spawn(command)?;
    let blobs = process.listening(blobs).await?;
    let queues = process.listening(queues).await?;
    let account = Account::new(blobs, queues).await?;
    Ok((process, account))
}

/// One message fails whenever it comes: the others are deleted, and it goes to the poison queue.
async fn queue(account: &Account, probe: &Path) -> Result<(), String> {
    account.create_queue("orders").await?;
    let bodies = [r#"{"n":1}"#, r#"{"n":2,"fail":true}"#, "Zürich <&>"];
    for body in bodies {
        account.send("orders", &base64(body)).await?;
    }
    let mut app = App::start(probe).await?;
    let queue = StorageQueue::new(&account.queue_url("orders")).map_err(text)?;
    let options = DeliveryOptions::default().max_attempts(2);
    let first = app.host.poll_queue(&queue, &options).await.map_err(text)?;
    same("messages received at first", &3, &first.received.len())?;
    let failing = vec![first.received[1].clone()];
    same("messages that come again", &failing, &first.again)?;
    let line = |place: usize, attempt: u32| {
        json!({
            "function": "queue",
            "id": first.received[place],
            "data": {"id": first.received[place], "body": {"text": bodies[place]}},
            "context": {"attempt": attempt, "target": "azure"},
        })
    };
    app.expect(&[line(0, 1), line(1, 1), line(2, 1)])?;
    let second = app.host.poll_queue(&queue, &options).await.map_err(text)?;
    same("messages that are poison", &failing, &second.poisoned)?;
    app.expect(&[line(1, 2)])?;
    let third = app.host.poll_queue(&queue, &options).await.map_err(text)?;
    same("messages received in the end", &0, &third.received.len())?;
    same(
        "poison",
        &vec![base64(bodies[1])],
        &account.peek("orders-poison").await?,
    )
}

/// The host lets a message overwrite what it says of it: nobody may take the sender's word for
/// the queue's.
async fn forged(account: &Account, probe: &Path) -> Result<(), String> {
    account.create_queue("orders").await?;
    let body = r#"{"Id":"forged","DequeueCount":7,"PopReceipt":"forged"}"#;
    account.send("orders", &base64(body)).await?;
    let mut app = App::start(probe).await?;
    let queue = StorageQueue::new(&account.queue_url("orders")).map_err(text)?;
    let options = DeliveryOptions::default();
    app.host.poll_queue(&queue, &options).await.map_err(text)?;
    let lines = app.told.fresh()?;
    let line = json!({"function": "queue", "data": {"body": {"text": body}}});
    expect_lines(&[line], &lines)?;
    let told = &lines[0];
    let is_forged = told["id"] == "forged" || told["context"]["attempt"] == 7;
    same("what was forged is believed", &false, &is_forged)
}

async fn not_base64(account: &Account, probe: &Path) -> Result<(), String> {
    account.create_queue("orders").await?;
    account.send("orders", "no base64!").await?;
    let mut app = App::start(probe).await?;
    let queue = StorageQueue::new(&account.queue_url("orders")).map_err(text)?;
    let options = DeliveryOptions::default();
    let poll = app.host.poll_queue(&queue, &options).await.map_err(text)?;
    same("messages that are poison", &poll.received, &poll.poisoned)?;
    app.expect(&[])?;
    let poison = account.peek("orders-poison").await?;
    same(
        "the last poison",
        &Some("no base64!".to_owned()),
        &poison.last().cloned(),
    )
}

async fn blobs(account: &Account, probe: &Path) -> Result<(), String> {
    account.create_container("uploads").await?;
    account
        .put("uploads", "in/a%20b%2Bc/%C3%BC.png", "<png>")
        .await?;
    let mut app = App::start(probe).await?;
    let mut container = BlobContainer::new(&account.blob_url("uploads")).map_err(text)?;
    let poison = StorageQueue::new(&account.queue_url(POISON)).map_err(text)?;
    let options = DeliveryOptions::default();
    let stored = |size: u64| {
        json!({
            "function": "object-created",
            "subject": "in/a b+c/ü.png",
            "data": {
                "bucket": "uploads", "key": "in/a b+c/ü.png", "size": size,
                "content_type": "image/png",
            },
        })
    };
    for expected in [vec![stored(5)], vec![]] {
        app.host
            .poll_blobs(&mut container, &poison, &options)
            .await
            .map_err(text)?;
        app.expect(&expected)?;
    }
    account
        .put("uploads", "in/a%20b%2Bc/%C3%BC.png", "<larger>")
        .await?;
    app.host
        .poll_blobs(&mut container, &poison, &options)
        .await
        .map_err(text)?;
    app.expect(&[stored(8)])
}

/// Where the host puts what names a blob that failed.
const POISON: &str = "webjobs-blobtrigger-poison";

async fn failing_blob(account: &Account, probe: &Path) -> Result<(), String> {
    account.create_container("pictures").await?;
    account.put("pictures", "in/fail.png", "x").await?;
    account.put("pictures", "out/other.png", "x").await?;
    let mut app = App::start(probe).await?;
    let mut container = BlobContainer::new(&account.blob_url("pictures")).map_err(text)?;
    let poison = StorageQueue::new(&account.queue_url(POISON)).map_err(text)?;
    let options = DeliveryOptions::default().max_attempts(2);
    let poll = app
        .host
        .poll_blobs(&mut container, &poison, &options)
        .await
        .map_err(text)?;
    same(
        "blobs that are poison",
        &vec!["in/fail.png".to_owned()],
        &poll.poisoned,
    )?;
    let line = json!({"function": "picture", "data": {"bucket": "pictures", "key": "in/fail.png"}});
    app.expect(&[line.clone(), line])?;
    let poison = account.peek(POISON).await?;
    let message = poison
        .last()
        .map(|text| base64_simd::STANDARD.decode_to_vec(text));
    let message: Value = match message {
        Some(Ok(bytes)) => serde_json::from_slice(&bytes).map_err(|error| error.to_string())?,
        _ => return Err(format!("no message in base64: {poison:?}")),
    };
    same(
        "the blob that is named",
        &json!("in/fail.png"),
        &message["BlobName"],
    )
}

fn base64(text: &str) -> String {
    base64_simd::STANDARD.encode_to_string(text)
}

fn text(error: polyfn_hosts::Error) -> String {
    error.to_string()
}

/// The probe under the Functions host, with what it tells.
struct App {
    host: FunctionsHost,
    told: Told,
    _files: tempfile::TempDir,
}

impl App {
    async fn start(probe: &Path) -> Result<Self, String> {
        let told = Told::new()?;
        let files = function_app::write(probe).map_err(|error| error.to_string())?;
        let builder = FunctionsHost::builder(files.path()).env(told::FILE, told.path());
        Ok(Self {
            host: builder.start().await.map_err(text)?,
            told,
            _files: files,
        })
    }

    fn expect(&mut self, expected: &[Value]) -> Result<(), String> {
        let came = expect_lines(expected, &self.told.fresh()?);
        came.map_err(|problem| format!("{problem}\n{}", self.host.log()))
    }
}
