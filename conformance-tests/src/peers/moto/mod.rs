//! moto: AWS's services in one server. The messages that the function gets here are those of a
//! queue that hides them, counts how often it gave them, and gives up on them, by itself.

mod services;

use std::net::SocketAddr;
use std::path::Path;

use polyfn_hosts::event::Poll;
use polyfn_hosts::lambda::{LambdaHost, SqsQueue};
use serde_json::{Value, json};

use crate::Target;
use crate::peers::lambda_event::same;
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command, free_port};
use crate::peers::requirements::pinned;
use crate::peers::told::{self, Told, expect_lines};
use crate::peers::workbench::Workbench;

use services::Services;

pub(super) const PEER: Peer = Peer {
    name: "AWS's services by moto",
    package: "moto[server]",
    version: "5.2.5",
};

/// The peer and all that it needs, each in a pinned version.
pub(super) const REQUIREMENTS: &str = include_str!("../../../peers/moto/requirements.txt");

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let cache = workbench.cache().await?;
    let packages = cache.pip(&pinned(REQUIREMENTS)).await?;
    let probe = workbench.function("polyfn-probe", Target::Aws).await?;
    let (process, address) = start(&packages).await?;
    let services = Services::new(address);
    run.record(
        "SQS: a message that fails comes again, and at last is a dead letter",
        queue(&services, &probe).await,
    );
    run.record(
        "SQS: attributes of a message",
        attributes(&services, &probe).await,
    );
    run.record(
        "SQS: a FIFO queue keeps the order of its groups",
        fifo(&services, &probe).await,
    );
    run.record(
        "S3 to SQS: objects stored and deleted",
        objects(&services, &probe).await,
    );
    run.record(
        "SNS to SQS: a notification",
        topic(&services, &probe, false).await,
    );
    run.record("SNS to SQS: raw", topic(&services, &probe, true).await);
    // What it prints is a line for each request.
    process.stop().await;
    Ok(())
}

async fn start(packages: &Path) -> Result<(Process, SocketAddr), String> {
    let port = free_port()?;
    let mut command = command("python3");
    command
        .arg(packages.join("bin/moto_server"))
        .args(["-H", "127.0.0.1", "-p", &port.to_string()])
        .env("PYTHONPATH", packages);
    let mut process = Process::spawn(command)?;
    let address = process.listening(port).await?;
    Ok((process, address))
}

/// One message fails whenever it comes: the others are deleted, and it goes to the dead letters.
async fn queue(services: &Services, probe: &Path) -> Result<(), String> {
    let dead = services.create_queue("dead-letters", &json!({})).await?;
    let policy = json!({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2});
    let attributes = json!({"RedrivePolicy": policy.to_string()});
    let queue = services.create_queue("my-orders", &attributes).await?;
    for body in [r#"{"n":1}"#, r#"{"n":2,"fail":true}"#, r#"{"n":3}"#] {
        services.send(&queue, json!({"MessageBody": body})).await?;
    }
    let mut function = Function::start(probe, "my-orders").await?;
    let first = function.poll(&queue.url).await?;
    same("messages received at first", &3, &first.received.len())?;
    let failing = vec![first.received[1].clone()];
    same("messages that failed", &failing, &first.again)?;
    function.expect(&[numbered(1, 1), numbered(2, 1), numbered(3, 1)])?;
    let second = function.poll(&queue.url).await?;
    same("messages received again", &failing, &second.received)?;
    function.expect(&[numbered(2, 2)])?;
    let third = function.poll(&queue.url).await?;
    same("messages received in the end", &0, &third.received.len())?;
    let dead = services.receive(&dead).await?;
    let ids: Vec<_> = dead
        .iter()
        .filter_map(|one| one["MessageId"].as_str())
        .collect();
    same(
        "dead letters",
        &failing.iter().map(String::as_str).collect(),
        &ids,
    )
}

fn numbered(n: u64, attempt: u32) -> Value {
    json!({
        "function": "queue",
        "data": {"body": {"json": {"n": n}}},
        "context": {"attempt": attempt, "target": "aws"},
    })
}

async fn attributes(services: &Services, probe: &Path) -> Result<(), String> {
    let queue = services.create_queue("attributes", &json!({})).await?;
    let message = json!({
        "MessageBody": "Zürich <&> \u{1f30e}\n",
        "MessageAttributes": {
            "tenant": {"DataType": "String", "StringValue": "blue"},
            "count": {"DataType": "Number", "StringValue": "7"},
        },
    });
    let sent = services.send(&queue, message).await?;
    let mut function = Function::start(probe, "attributes").await?;
    function.poll(&queue.url).await?;
    function.expect(&[json!({
        "function": "queue",
        "id": sent["MessageId"],
        "source": queue.arn,
        "data": {
            "id": sent["MessageId"],
            "body": {"text": "Zürich <&> \u{1f30e}\n"},
            "attributes": {"tenant": "blue", "count": "7"},
        },
    })])
}

/// `a2` fails once: `a3`, which is behind it, must not be handled before it.
async fn fifo(services: &Services, probe: &Path) -> Result<(), String> {
    let attributes = json!({"FifoQueue": "true", "ContentBasedDeduplication": "true"});
    let queue = services.create_queue("my-orders.fifo", &attributes).await?;
    for (group, n, fail_times) in [("a", 1, 0), ("a", 2, 1), ("a", 3, 0), ("b", 4, 0)] {
        let body = json!({"n": n, "fail_times": fail_times}).to_string();
        let message = json!({"MessageBody": body, "MessageGroupId": group});
        services.send(&queue, message).await?;
    }
    let mut function = Function::start(probe, "my-orders.fifo").await?;
    let mut seen = Vec::new();
    // The service may give the groups one after the other.
    for _ in 0..5 {
        function.poll(&queue.url).await?;
        seen.extend(function.told.fresh()?);
    }
    let of_group = |group: &str| -> Vec<_> {
        let lines = seen.iter().filter(|line| line["data"]["group"] == group);
        lines
            .map(|line| line["data"]["body"]["json"]["n"].clone())
            .collect()
    };
    same(
        "what was handled of group a",
        &vec![json!(1), json!(2), json!(2), json!(3)],
        &of_group("a"),
    )?;
    same(
        "what was handled of group b",
        &vec![json!(4)],
        &of_group("b"),
    )
}

/// S3 tries the queue out first, with a message that is none of an object.
async fn objects(services: &Services, probe: &Path) -> Result<(), String> {
    let queue = services.create_queue("notifications", &json!({})).await?;
    services.create_bucket("uploads", &queue).await?;
    services
        .put_object("/uploads/in/a%20b%2Bc/%C3%BC.png", "<png>")
        .await?;
    services
        .delete_object("/uploads/in/a%20b%2Bc/%C3%BC.png")
        .await?;
    let mut function = Function::start(probe, "orders").await?;
    let mut received = 0;
    for _ in 0..3 {
        received += function.poll(&queue.url).await?.received.len();
    }
    same("messages, the trial's among them", &3, &received)?;
    let object = |function: &str| {
        json!({
            "function": function,
            "subject": "in/a b+c/ü.png",
            "data": {"bucket": "uploads", "key": "in/a b+c/ü.png"},
        })
    };
    let mut stored = object("object-created");
    stored["data"]["size"] = 5.into();
    function.expect(&[stored, object("object-deleted")])
}

/// A message that is raw does not say that it is of a topic: it is one of the queue.
async fn topic(services: &Services, probe: &Path, raw: bool) -> Result<(), String> {
    let (name, queue, function) = if raw {
        ("raw-news", "raw-news-queue", "queue")
    } else {
        ("news", "news-queue", "topic")
    };
    let its_queue = services.create_queue(queue, &json!({})).await?;
    let topic = services.create_topic(name, &its_queue, raw).await?;
    services
        .publish(&topic, "Hello & welcome", ("tenant", "blue"))
        .await?;
    let bound = if raw { queue } else { "another" };
    let mut lambda = Function::start(probe, bound).await?;
    let poll = lambda.poll(&its_queue.url).await?;
    same("messages", &1, &poll.received.len())?;
    lambda.expect(&[json!({
        "function": function,
        "data": {"body": {"text": "Hello & welcome"}, "attributes": {"tenant": "blue"}},
    })])
}

/// The probe under Lambda, with what it tells.
struct Function {
    host: LambdaHost,
    told: Told,
}

impl Function {
    /// Its queue `orders` is really called `queue`.
    async fn start(probe: &Path, queue: &str) -> Result<Self, String> {
        let told = Told::new()?;
        let builder = LambdaHost::builder(probe)
            .env(told::FILE, told.path())
            .env("POLYFN_QUEUE_ORDERS", queue);
        let host = builder.start().await.map_err(|error| error.to_string())?;
        Ok(Self { host, told })
    }

    async fn poll(&self, queue: &str) -> Result<Poll, String> {
        let queue = SqsQueue::open(queue)
            .await
            .map_err(|error| error.to_string())?;
        let poll = self
            .host
            .poll(&queue)
            .await
            .map_err(|error| error.to_string())?;
        if poll.failures.is_empty() {
            return Ok(poll);
        }
        Err(format!("{}\n{}", poll.failures.join("\n"), self.host.log()))
    }

    /// Messages of a batch are handled at once, so their order is nobody's promise.
    fn expect(&mut self, expected: &[Value]) -> Result<(), String> {
        let mut lines = self.told.fresh()?;
        lines.sort_by_key(|line| line["data"]["body"]["json"]["n"].as_u64());
        expect_lines(expected, &lines)
    }
}
