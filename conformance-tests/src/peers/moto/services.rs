//! What a user does to the services: makes queues, buckets and topics, and puts things in.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::http::{self, Request, Response};

const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Services(SocketAddr);

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) url: String,
    pub(super) arn: String,
}

impl Services {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self(address)
    }

    pub(super) async fn create_queue(
        &self,
        name: &str,
        attributes: &Value,
    ) -> Result<Queue, String> {
        let asked = json!({"QueueName": name, "Attributes": attributes});
        let made = self.sqs("CreateQueue", asked).await?;
        let url = made["QueueUrl"].as_str().ok_or("a queue has no URL")?;
        let asked = json!({"QueueUrl": url, "AttributeNames": ["QueueArn"]});
        let told = self.sqs("GetQueueAttributes", asked).await?;
        let arn = told["Attributes"]["QueueArn"].as_str();
        Ok(Queue {
            url: url.to_owned(),
            arn: arn.ok_or("a queue has no ARN")?.to_owned(),
        })
    }

    pub(super) async fn send(&self, queue: &Queue, mut message: Value) -> Result<Value, String> {
        message["QueueUrl"] = queue.url.as_str().into();
        self.sqs("SendMessage", message).await
    }

    pub(super) async fn receive(&self, queue: &Queue) -> Result<Vec<Value>, String> {
        let asked = json!({"QueueUrl": queue.url, "MaxNumberOfMessages": 10});
        let mut answer = self.sqs("ReceiveMessage", asked).await?;
        match answer["Messages"].take() {
            Value::Array(messages) => Ok(messages),
            _ => Ok(Vec::new()),
        }
    }

    /// A bucket that tells the queue of all that is stored and deleted.
    pub(super) async fn create_bucket(&self, name: &str, queue: &Queue) -> Result<(), String> {
        self.call("PUT", &format!("/{name}"), "s3", &[], "").await?;
        let notification = format!(
            "<NotificationConfiguration><QueueConfiguration><Queue>{}</Queue>\
             <Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event>\
             </QueueConfiguration></NotificationConfiguration>",
            queue.arn
        );
        let target = format!("/{name}?notification");
        self.call("PUT", &target, "s3", &[], &notification)
            .await
            .map(drop)
    }

    /// The path is that of the URL: the bucket, and the key as it is encoded there.
    pub(super) async fn put_object(&self, path: &str, content: &str) -> Result<(), String> {
        let headers = [("Content-Type", "image/png")];
        self.call("PUT", path, "s3", &headers, content)
            .await
            .map(drop)
    }

    pub(super) async fn delete_object(&self, path: &str) -> Result<(), String> {
        self.call("DELETE", path, "s3", &[], "").await.map(drop)
    }

    /// A topic with the queue as its subscriber; its ARN.
    pub(super) async fn create_topic(
        &self,
        name: &str,
        queue: &Queue,
        raw: bool,
    ) -> Result<String, String> {
        let made = self
            .sns(&[("Action", "CreateTopic"), ("Name", name)])
            .await?;
        let (_, rest) = made.split_once("<TopicArn>").ok_or("a topic has no ARN")?;
        let arn = rest.split('<').next().unwrap_or_default().to_owned();
        let raw = raw.to_string();
        self.sns(&[
            ("Action", "Subscribe"),
            ("TopicArn", &arn),
            ("Protocol", "sqs"),
            ("Endpoint", &queue.arn),
            ("Attributes.entry.1.key", "RawMessageDelivery"),
            ("Attributes.entry.1.value", &raw),
        ])
        .await?;
        Ok(arn)
    }

    pub(super) async fn publish(
        &self,
        topic: &str,
        message: &str,
        (name, value): (&str, &str),
    ) -> Result<(), String> {
        self.sns(&[
            ("Action", "Publish"),
            ("TopicArn", topic),
            ("Message", message),
            ("MessageAttributes.entry.1.Name", name),
            ("MessageAttributes.entry.1.Value.DataType", "String"),
            ("MessageAttributes.entry.1.Value.StringValue", value),
        ])
        .await
        .map(drop)
    }

    async fn sqs(&self, action: &str, asked: Value) -> Result<Value, String> {
        let target = format!("AmazonSQS.{action}");
        let headers = [
            ("Content-Type", "application/x-amz-json-1.0"),
            ("X-Amz-Target", target.as_str()),
        ];
        let answer = self
            .call("POST", "/", "sqs", &headers, &asked.to_string())
            .await?;
        serde_json::from_slice(&answer.body).map_err(|error| format!("{action}: {error}"))
    }

    async fn sns(&self, parameters: &[(&str, &str)]) -> Result<String, String> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(parameters)
            .append_pair("Version", "2010-03-31");
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let answer = self
            .call("POST", "/", "sns", &headers, &body.finish())
            .await?;
        Ok(String::from_utf8_lossy(&answer.body).into_owned())
    }

    /// No signature is checked, but its scope tells which service is meant.
    async fn call(
        &self,
        method: &str,
        target: &str,
        service: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Response, String> {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential=none/20260101/us-east-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=none"
        );
        let headers = headers
            .iter()
            .copied()
            .chain([("Authorization", scope.as_str())]);
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body: Some(body.to_owned().into()),
            chunked: false,
        };
        let exchange = http::send(self.0, &request, TIMEOUT)
            .await
            .map_err(|error| error.to_string())?;
        match exchange.response.status {
            200..300 => Ok(exchange.response),
            _ => Err(exchange.transcript()),
        }
    }
}
