//! What an event says of itself.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::arn;
use super::records::Records;
use crate::text::Text;

/// The members by which events are told apart, unread: whatever their types are, finding out
/// does not fail.
#[derive(Debug, Deserialize)]
pub(super) struct Said<'a> {
    #[serde(borrow, rename = "Records")]
    records: Option<&'a RawValue>,
    /// EventBridge.
    #[serde(rename = "detail-type")]
    detail_type: Option<&'a RawValue>,
    source: Option<&'a RawValue>,
    id: Option<&'a RawValue>,
    /// CloudEvents.
    specversion: Option<&'a RawValue>,
    /// EventBridge Scheduler.
    #[serde(rename = "schedule-arn", alias = "scheduleArn")]
    schedule_arn: Option<&'a RawValue>,
    /// SNS in the form that queues get.
    #[serde(rename = "Type")]
    kind: Option<&'a RawValue>,
    #[serde(rename = "TopicArn")]
    topic_arn: Option<&'a RawValue>,
    #[serde(rename = "MessageId")]
    message_id: Option<&'a RawValue>,
    /// S3's way of trying out a queue or a topic.
    #[serde(rename = "Service")]
    service: Option<&'a RawValue>,
    #[serde(rename = "Event")]
    event: Option<&'a RawValue>,
}

impl<'a> Said<'a> {
    /// `None` where it is no JSON object.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        // A struct would be read from an array as well.
        let is_object = text.trim_ascii_start().starts_with('{');
        is_object.then(|| serde_json::from_str(text).ok())?
    }

    pub(super) fn records(&self) -> Option<Records<'a>> {
        Records::of(self.records?)
    }

    /// Whether it is an event of EventBridge.
    pub(super) fn is_bridged(&self) -> bool {
        text(self.source).is_some() && text(self.detail_type).is_some()
    }

    /// Whether it has an id of its own. EventBridge leaves it out only where somebody has it
    /// send something else than the event.
    pub(super) fn has_id(&self) -> bool {
        text(self.id).is_some()
    }

    pub(super) fn is_cloud_event(&self) -> bool {
        text(self.specversion).is_some()
    }

    /// Whether it is an input of EventBridge Scheduler that names the schedule.
    pub(super) fn names_a_schedule(&self) -> bool {
        text(self.schedule_arn).is_some_and(|arn| arn::is_of_service(&arn, "scheduler"))
    }

    /// Whether it is what SNS writes into a queue.
    pub(super) fn is_notification(&self) -> bool {
        text(self.kind).is_some_and(|kind| &*kind == "Notification")
            && text(self.topic_arn).is_some()
            && text(self.message_id).is_some()
    }

    /// Whether it is what S3 sends once it is told to notify somebody
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>).
    pub(super) fn is_test_of_s3(&self) -> bool {
        text(self.service).is_some_and(|service| &*service == "Amazon S3")
            && text(self.event).is_some_and(|event| &*event == "s3:TestEvent")
    }
}

/// The text, if it is one.
fn text(json: Option<&RawValue>) -> Option<Text<'_>> {
    serde_json::from_str(json?.get()).ok()
}
