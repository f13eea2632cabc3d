//! A queue of SQS, by the AWS JSON protocol
//! (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html>).

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value, json};

use super::request::REGION;
use super::source::BatchRecord;
use crate::Error;
use crate::service::{self, Address};

/// The most that a ReceiveMessage gives.
pub(super) const MOST: usize = 10;

/// A queue in a program that stands for SQS on this machine, such as moto's server.
///
/// Requests are not signed. They name a scope all the same, since such programs learn from it
/// which service is meant.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    port: u16,
    url: String,
    arn: String,
}

/// A message that was received, as an event's record, and the handle by which it is deleted.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) handle: String,
    pub(super) batched: BatchRecord,
}

impl SqsQueue {
    /// The queue with that URL, such as `http://127.0.0.1:5000/123456789012/orders`.
    ///
    /// # Errors
    /// When the URL is none of this machine, or there is no such queue.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let mut queue = Self {
            port: Address::parse(url)?.port,
            url: url.to_owned(),
            arn: String::new(),
        };
        let asked = json!({"AttributeNames": ["QueueArn"]});
        let answer = queue.call("GetQueueAttributes", asked).await?;
        let arn = answer["Attributes"]["QueueArn"].as_str();
        arn.ok_or_else(|| service::unreadable("GetQueueAttributes", &answer))?
            .clone_into(&mut queue.arn);
        Ok(queue)
    }

    pub(super) async fn receive(&self) -> Result<Vec<Received>, Error> {
        let asked = json!({
            "MaxNumberOfMessages": MOST,
            "MessageSystemAttributeNames": ["All"],
            // The name before 2024, which not every program has forgotten.
            "AttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let answer = self.call("ReceiveMessage", asked).await?;
        let messages = answer["Messages"].as_array();
        let messages = messages.map(Vec::as_slice).unwrap_or_default();
        messages
            .iter()
            .map(|message| {
                received(message, &self.arn)
                    .ok_or_else(|| service::unreadable("ReceiveMessage", message))
            })
            .collect()
    }

    pub(super) async fn delete(&self, handle: &str) -> Result<(), Error> {
        let asked = json!({"ReceiptHandle": handle});
        self.call("DeleteMessage", asked).await.map(drop)
    }

    /// Makes a message visible again at once.
    pub(super) async fn release(&self, handle: &str) -> Result<(), Error> {
        let asked = json!({"ReceiptHandle": handle, "VisibilityTimeout": 0});
        self.call("ChangeMessageVisibility", asked).await.map(drop)
    }

    async fn call(&self, action: &str, mut asked: Value) -> Result<Value, Error> {
        asked["QueueUrl"] = self.url.as_str().into();
        let scope = format!("20260101/{REGION}/sqs/aws4_request");
        let request = Request::post("/")
            .header("host", format!("127.0.0.1:{}", self.port))
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("AmazonSQS.{action}"))
            .header(
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 Credential=none/{scope}, SignedHeaders=host, Signature=none"
                ),
            )
            .body(Bytes::from(asked.to_string()))
            .map_err(|error| service::unreadable(action, error))?;
        let answer = service::call(self.port, request).await?.into_body();
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer).map_err(|error| service::unreadable(action, error))
    }
}

/// What Lambda makes of a [message]: the same members under other names.
///
/// [message]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
fn received(message: &Value, queue_arn: &str) -> Option<Received> {
    let text = |name: &str| message.get(name)?.as_str();
    let (id, handle) = (text("MessageId")?, text("ReceiptHandle")?);
    let system = message.get("Attributes").cloned();
    let system = system.unwrap_or_else(|| Map::new().into());
    let group = system.get("MessageGroupId").and_then(Value::as_str);
    let mut record = json!({
        "messageId": id,
        "receiptHandle": handle,
        "body": text("Body")?,
        "attributes": system,
        "messageAttributes": attributes(message.get("MessageAttributes")),
        "md5OfBody": text("MD5OfBody"),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(':').nth(3).unwrap_or(REGION),
    });
    if let Some(md5) = text("MD5OfMessageAttributes") {
        record["md5OfMessageAttributes"] = md5.into();
    }
    Some(Received {
        handle: handle.to_owned(),
        batched: BatchRecord {
            record,
            identifier: id.to_owned(),
            origin: queue_arn.to_owned(),
            group: group.map(str::to_owned),
        },
    })
}

fn attributes(attributes: Option<&Value>) -> Map<String, Value> {
    let attributes = attributes.and_then(Value::as_object).into_iter().flatten();
    let renamed = attributes.map(|(name, attribute)| {
        let mut renamed = json!({
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": attribute["DataType"],
        });
        for (theirs, ours) in [
            ("StringValue", "stringValue"),
            ("BinaryValue", "binaryValue"),
        ] {
            if let Some(value) = attribute.get(theirs) {
                renamed[ours] = value.clone();
            }
        }
        (name.clone(), renamed)
    });
    renamed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo";

    #[test]
    fn a_message_becomes_a_record() {
        let message = json!({
            "MessageId": "d3eda63d", "ReceiptHandle": "handle", "Body": "hi", "MD5OfBody": "49f6",
            "MD5OfMessageAttributes": "0cc2",
            "Attributes": {"ApproximateReceiveCount": "2", "MessageGroupId": "g"},
            "MessageAttributes": {
                "tenant": {"StringValue": "blue", "DataType": "String"},
                "raw": {"BinaryValue": "AP8=", "DataType": "Binary"},
            },
        });
        let received = received(&message, ARN).unwrap();
        assert_eq!(received.handle, "handle");
        assert_eq!(received.batched.identifier, "d3eda63d");
        assert_eq!(received.batched.group.as_deref(), Some("g"));
        assert_eq!(
            received.batched.record,
            json!({
                "messageId": "d3eda63d", "receiptHandle": "handle", "body": "hi",
                "md5OfBody": "49f6", "md5OfMessageAttributes": "0cc2",
                "attributes": {"ApproximateReceiveCount": "2", "MessageGroupId": "g"},
                "messageAttributes": {
                    "tenant": {
                        "stringValue": "blue", "stringListValues": [], "binaryListValues": [],
                        "dataType": "String",
                    },
                    "raw": {
                        "binaryValue": "AP8=", "stringListValues": [], "binaryListValues": [],
                        "dataType": "Binary",
                    },
                },
                "eventSource": "aws:sqs", "eventSourceARN": ARN, "awsRegion": "eu-central-1",
            })
        );
    }

    #[test]
    fn what_is_no_message() {
        for message in [
            json!({}),
            json!([]),
            json!({"MessageId": "a", "ReceiptHandle": "b"}),
        ] {
            assert!(received(&message, ARN).is_none(), "{message}");
        }
    }
}
