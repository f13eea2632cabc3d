//! An SNS notification: as Lambda gets it, as a queue gets it, and raw.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>,
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html> and
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html>. The
//! queue's form has no `Subject` where there is none, Lambda's has `null`; and Lambda writes `Url`
//! where the queue's form writes `URL`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Source;
use super::moment::Moment;
use super::s3::Stored;
use super::sqs::{self, Letter};
use crate::Error;
use crate::event::{Happening, Message};
use crate::lambda::request::{ACCOUNT, REGION, new_request_id};

/// Nobody here checks it.
const SIGNATURE: &str = "EXAMPLEpH+DcEwjAPg8O9mY8dReBSwksfg2S7WKQcikcNKWLQjwu6A4VbeS0QHVCkhRS7fUQvi2egU3N858fiTDN6bkkOxYDVrY0Ad8L10Hs3zH81mtnPk5uvvolIC1CXGu43obcgFxeL3khZl8IKvO61GWB6jI9b5+gLPoBc1Q=";

/// What is published to a topic.
#[derive(Debug)]
pub(super) struct Notice {
    topic: String,
    id: String,
    subject: Option<&'static str>,
    message: String,
    attributes: BTreeMap<String, String>,
    group: Option<String>,
    time: Moment,
    subscription: String,
}

impl Notice {
    fn new(topic: &str, message: String, time: Moment) -> Self {
        Self {
            topic: topic.to_owned(),
            id: new_request_id(),
            subject: None,
            message,
            attributes: BTreeMap::new(),
            group: None,
            time,
            subscription: new_request_id(),
        }
    }

    pub(super) fn of_message(source: Source, message: &Message) -> Result<Self, Error> {
        let refused = || source.refuses(&Happening::Message(message.clone()));
        let text = sqs::sendable(&message.body).ok_or_else(refused)?;
        let time = source.moment(message.sent.as_deref())?;
        let mut notice = Self::new(&message.channel, text, time);
        notice.attributes.clone_from(&message.attributes);
        notice.group.clone_from(&message.group);
        if let Some(id) = &message.id {
            notice.id.clone_from(id);
        }
        Ok(notice)
    }

    /// S3's notification on a topic that is named like the bucket.
    pub(super) fn of_object(stored: &Stored<'_>) -> Self {
        let message = stored.notification().to_string();
        Self {
            subject: Some("Amazon S3 Notification"),
            ..Self::new(stored.bucket(), message, stored.time)
        }
    }

    /// The payload of Lambda's invocation.
    pub(super) fn event(&self) -> Value {
        let mut notification = self.notification();
        notification.insert("Subject".to_owned(), self.subject.into());
        notification.insert("MessageAttributes".to_owned(), self.attributes().into());
        notification.extend(self.urls("Url"));
        json!({"Records": [{
            "EventVersion": "1.0",
            "EventSubscriptionArn": self.subscription_arn(),
            "EventSource": "aws:sns",
            "Sns": notification,
        }]})
    }

    /// The notification as the message of a queue that is named like the topic.
    pub(super) fn in_queue(&self) -> Letter {
        let mut notification = self.notification();
        notification.extend(self.subject.map(|text| ("Subject".to_owned(), text.into())));
        if !self.attributes.is_empty() {
            notification.insert("MessageAttributes".to_owned(), self.attributes().into());
        }
        notification.extend(self.urls("URL"));
        let body = Value::from(notification).to_string();
        Letter {
            group: self.group.clone(),
            ..Letter::new(&self.topic, body, self.time)
        }
    }

    /// What was published itself, with raw message delivery.
    pub(super) fn in_queue_raw(&self) -> Letter {
        Letter {
            group: self.group.clone(),
            attributes: self.attributes.clone(),
            ..Letter::new(&self.topic, self.message.clone(), self.time)
        }
    }

    fn notification(&self) -> Map<String, Value> {
        let members = [
            ("Type", "Notification".to_owned()),
            ("MessageId", self.id.clone()),
            ("TopicArn", self.topic_arn()),
            ("Message", self.message.clone()),
            ("Timestamp", self.time.to_the_millisecond()),
            ("SignatureVersion", "1".to_owned()),
            ("Signature", SIGNATURE.to_owned()),
        ];
        let members = members.into_iter();
        members
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect()
    }

    fn attributes(&self) -> Map<String, Value> {
        let attributes = self.attributes.iter();
        attributes
            .map(|(name, value)| (name.clone(), json!({"Type": "String", "Value": value})))
            .collect()
    }

    fn urls(&self, spelling: &str) -> [(String, Value); 2] {
        let host = format!("https://sns.{REGION}.amazonaws.com");
        let certificate =
            format!("{host}/SimpleNotificationService-ac565b8b1a6c5d002d285f9598aa1d9b.pem");
        let unsubscribe = format!(
            "{host}/?Action=Unsubscribe&SubscriptionArn={}",
            self.subscription_arn()
        );
        [
            (format!("SigningCert{spelling}"), certificate.into()),
            (format!("Unsubscribe{spelling}"), unsubscribe.into()),
        ]
    }

    fn topic_arn(&self) -> String {
        format!("arn:aws:sns:{REGION}:{ACCOUNT}:{}", self.topic)
    }

    fn subscription_arn(&self) -> String {
        format!("{}:{}", self.topic_arn(), self.subscription)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Content;

    fn notice(attributes: &[(&str, &str)]) -> Notice {
        let attributes = attributes.iter();
        let message = Message {
            channel: "sns-lambda".to_owned(),
            id: Some("95df01b4-ee98-5cb9-9903-4c221d41eb5e".to_owned()),
            body: Content::Text("Hello from SNS!".to_owned()),
            attributes: attributes
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            sent: Some("2019-01-02T12:45:07.000Z".to_owned()),
            ..Message::default()
        };
        let mut notice = Notice::of_message(Source::Sns, &message).unwrap();
        notice.subscription = "21be56ed-a058-49f5-8c98-aedd2564c486".to_owned();
        notice
    }

    #[test]
    fn the_documented_event() {
        assert_eq!(
            notice(&[("Test", "TestString")]).event(),
            json!({"Records": [{
                "EventVersion": "1.0",
                "EventSubscriptionArn": "arn:aws:sns:us-east-1:123456789012:sns-lambda:21be56ed-a058-49f5-8c98-aedd2564c486",
                "EventSource": "aws:sns",
                "Sns": {
                    "SignatureVersion": "1",
                    "Timestamp": "2019-01-02T12:45:07.000Z",
                    "Signature": SIGNATURE,
                    "SigningCertUrl": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-ac565b8b1a6c5d002d285f9598aa1d9b.pem",
                    "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                    "Message": "Hello from SNS!",
                    "MessageAttributes": {"Test": {"Type": "String", "Value": "TestString"}},
                    "Type": "Notification",
                    "UnsubscribeUrl": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:123456789012:sns-lambda:21be56ed-a058-49f5-8c98-aedd2564c486",
                    "TopicArn": "arn:aws:sns:us-east-1:123456789012:sns-lambda",
                    "Subject": null,
                },
            }]})
        );
    }

    #[test]
    fn in_a_queue_it_is_the_documented_json() {
        let letter = notice(&[]).in_queue();
        let body: Value = serde_json::from_str(&letter.body).unwrap();
        assert_eq!(
            body,
            json!({
                "Type": "Notification",
                "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                "TopicArn": "arn:aws:sns:us-east-1:123456789012:sns-lambda",
                "Message": "Hello from SNS!",
                "Timestamp": "2019-01-02T12:45:07.000Z",
                "SignatureVersion": "1",
                "Signature": SIGNATURE,
                "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-ac565b8b1a6c5d002d285f9598aa1d9b.pem",
                "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:123456789012:sns-lambda:21be56ed-a058-49f5-8c98-aedd2564c486",
            })
        );
        assert!(letter.attributes.is_empty(), "they stand in the body");
    }

    #[test]
    fn raw_it_is_the_message_itself() {
        let letter = notice(&[("Test", "TestString")]).in_queue_raw();
        assert_eq!(letter.body, "Hello from SNS!");
        let record = letter.record().record;
        assert_eq!(
            record["messageAttributes"]["Test"]["stringValue"],
            "TestString"
        );
    }
}
