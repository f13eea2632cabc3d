//! EventBridge's envelope, and what its schedules and an application's own events put into it.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html> and
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchevents.html>. Times are kept to
//! the second.

use serde_json::{Value, json};

use super::invoke;
use super::moment::Moment;
use crate::event::{Custom, Tick};
use crate::lambda::request::{ACCOUNT, REGION, new_request_id};

#[derive(Debug)]
pub(super) struct Envelope<'a> {
    /// Made up when absent.
    pub(super) id: Option<&'a str>,
    pub(super) detail_type: &'a str,
    pub(super) source: &'a str,
    pub(super) time: Moment,
    pub(super) resources: Vec<String>,
    pub(super) detail: Value,
}

impl Envelope<'_> {
    pub(super) fn event(self) -> Value {
        json!({
            "version": "0",
            "id": self.id.map_or_else(new_request_id, str::to_owned),
            "detail-type": self.detail_type,
            "source": self.source,
            "account": ACCOUNT,
            "time": self.time.to_the_second(),
            "region": REGION,
            "resources": self.resources,
            "detail": self.detail,
        })
    }
}

/// A rule with a schedule.
pub(super) fn rule(tick: &Tick, due: Moment) -> Value {
    Envelope {
        id: None,
        detail_type: "Scheduled Event",
        source: "aws.events",
        time: due,
        resources: vec![format!(
            "arn:aws:events:{REGION}:{ACCOUNT}:rule/{}",
            tick.job
        )],
        detail: json!({}),
    }
    .event()
}

/// A schedule of EventBridge Scheduler, in the group `default` and without an input of its own.
///
/// AWS's pages do not show that event. It is the rule's with another source and ARN, and its
/// `detail` is a string.
pub(super) fn scheduler(tick: &Tick, due: Moment) -> Value {
    Envelope {
        id: None,
        detail_type: "Scheduled Event",
        source: "aws.scheduler",
        time: due,
        resources: vec![format!(
            "arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{}",
            tick.job
        )],
        detail: "{}".into(),
    }
    .event()
}

/// An application's own event. What it is about stands in `resources`, the only member that the
/// sender has for it.
pub(super) fn custom(custom: &Custom, detail: Value, time: Moment) -> Value {
    Envelope {
        id: custom.id.as_deref(),
        detail_type: &custom.event_type,
        source: &custom.source,
        time,
        resources: custom.subject.iter().cloned().collect(),
        detail,
    }
    .event()
}

/// "A valid JSON object", of an event that has a type and a source
/// (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html>).
pub(super) fn detail(custom: &Custom) -> Option<Value> {
    let named = !custom.event_type.is_empty() && !custom.source.is_empty();
    invoke::json(&custom.data).filter(|detail| named && detail.is_object())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Content;

    #[test]
    fn the_documented_scheduled_event() {
        let tick = Tick {
            job: "my-scheduled-rule".to_owned(),
            ..Tick::default()
        };
        let due = Moment::parse("2015-10-08T16:53:06.5Z").unwrap();
        let mut event = rule(&tick, due);
        event["id"] = "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa".into();
        let mut expected = json!({
            "version": "0",
            "account": "123456789012",
            "region": "us-east-1",
            "detail": {},
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "time": "2015-10-08T16:53:06Z",
            "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
            "resources": ["arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule"],
        });
        assert_eq!(event, expected);

        let mut event = scheduler(&tick, due);
        event["id"] = expected["id"].clone();
        expected["source"] = "aws.scheduler".into();
        expected["detail"] = "{}".into();
        expected["resources"] =
            json!(["arn:aws:scheduler:us-east-1:123456789012:schedule/default/my-scheduled-rule"]);
        assert_eq!(event, expected);
    }

    #[test]
    fn an_own_event() {
        let own = Custom {
            event_type: "EC2 Instance Launch Successful".to_owned(),
            source: "com.example".to_owned(),
            id: Some("3e3c153a-8339-4e30-8c35-687ebef853fe".to_owned()),
            subject: Some("arn:example:1".to_owned()),
            data: Content::Text(r#"{"a": 1}"#.to_owned()),
            ..Custom::default()
        };
        let time = Moment::parse("2015-11-11T21:31:47Z").unwrap();
        assert_eq!(
            custom(&own, detail(&own).unwrap(), time),
            json!({
                "version": "0",
                "id": "3e3c153a-8339-4e30-8c35-687ebef853fe",
                "detail-type": "EC2 Instance Launch Successful",
                "source": "com.example",
                "account": "123456789012",
                "time": "2015-11-11T21:31:47Z",
                "region": "us-east-1",
                "resources": ["arn:example:1"],
                "detail": {"a": 1},
            })
        );
    }
}
