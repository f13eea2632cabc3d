//! Events through the loop.

use std::sync::{Arc, Mutex};

use polyfn_core::{App, Error, Event, Message, Result, queue};

use super::*;

mod batches;
mod singles;

const A_MINUTE: Duration = Duration::from_secs(60);

/// What handlers have seen, in order.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn add(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn sorted(&self) -> Vec<String> {
        let mut all = self.all();
        all.sort();
        all
    }
}

/// What a text asks for by its first word.
async fn obey(seen: Seen, text: String) -> Result<()> {
    seen.add(&text);
    match text.split(' ').next().unwrap() {
        "fail" => Err(Error::internal("secret source")),
        "refuse" => Err(Error::not_found("no such order")),
        "discard" => Err(Error::discard("nothing helps")),
        "panic" => panic!("secret"),
        "sleep" => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn records(records: impl IntoIterator<Item = Value>) -> Value {
    json!({"Records": records.into_iter().collect::<Vec<_>>()})
}

/// A message to `queue`.
fn message(queue: &str, id: usize, body: &str) -> Value {
    json!({
        "messageId": format!("m-{id}"), "body": body, "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:eu-west-1:123456789012:{queue}"),
        "attributes": {"ApproximateReceiveCount": "2", "SentTimestamp": "1545082649183"},
    })
}

/// What Lambda is told of an invocation of `app`.
async fn told_of_app(app: App, event: &Value) -> Told {
    told_within(app, event, A_MINUTE).await
}

async fn told_within(app: App, event: &Value, limit: Duration) -> Told {
    let event = planned(event.to_string(), SystemTime::now() + limit);
    let api = FakeRuntimeApi::start(vec![event]).await;
    let start = async { Ok(app.into_service()?) };
    serve(start, environment(&api.address), api.done())
        .await
        .unwrap();
    api.told().remove(0)
}
