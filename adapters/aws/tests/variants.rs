//! Events that differ a little from those that AWS documents: what is taken for an envelope and
//! what is not, and what stands in for what is left out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use polyfn_aws::decode_event;
use polyfn_core::{Context, Delivery, Payload, Target};
use serde_json::{Value, json};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn only(event: &Value) -> Delivery {
    let context = Context::new(Target::Aws, "8476a536").with_trace(TRACE.parse().ok());
    let event = decode_event(event.to_string().into(), &context);
    let (mut deliveries, _) = event.unwrap().unwrap().into_deliveries();
    assert_eq!(deliveries.len(), 1);
    deliveries.remove(0)
}

fn queued(body: &str) -> Delivery {
    only(&json!({"Records": [{
        "messageId": "m-1", "body": body, "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
    }]}))
}

#[test]
fn an_envelope_has_all_that_tells_it() {
    let notification = json!({
        "Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:1:news", "MessageId": "n-1",
        "Message": "hello",
    });
    let bridged = json!({"source": "shop", "detail-type": "placed", "id": "1"});
    let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent"});
    for (envelope, needed) in [
        (&notification, &["Type", "TopicArn", "MessageId"][..]),
        (&bridged, &["source", "detail-type", "id"]),
        (&test, &["Service", "Event"]),
    ] {
        let carries = |body: &Value| queued(&body.to_string()).carried().is_some();
        assert!(carries(envelope), "{envelope}");
        for name in needed {
            for other in [Value::Null, json!(1), json!({})] {
                let mut body = envelope.clone();
                body[name] = other;
                assert!(!carries(&body), "{body}");
            }
        }
    }
    for name in ["Service", "Event"] {
        let mut body = test.clone();
        body[name] = "another".into();
        assert!(queued(&body.to_string()).carried().is_none(), "{body}");
    }
}

#[test]
fn an_event_without_an_id_has_that_of_the_invocation() {
    let delivery = only(&json!({"source": "shop", "detail-type": "placed"}));
    assert_eq!(delivery.event().id(), "8476a536");
}

#[test]
fn what_has_no_trace_has_that_of_the_invocation() {
    let cloud_event = json!({"specversion": "1.0", "id": "1", "source": "/shop", "type": "placed"});
    for delivery in [queued("x"), only(&cloud_event)] {
        let trace = delivery.event().context().trace().unwrap();
        assert_eq!(
            trace.to_string(),
            TRACE,
            "{}",
            delivery.event().event_type()
        );
    }
}

#[test]
fn the_senders_own_subject_goes_before_that_of_the_notification() {
    let delivery = only(&json!({"Records": [{
        "EventSource": "aws:sns",
        "Sns": {
            "MessageId": "n-1", "TopicArn": "arn:aws:sns:eu-west-1:1:news", "Message": "hello",
            "Subject": "theirs",
            "MessageAttributes": {"subject": {"Type": "String", "Value": "mine"}},
        },
    }]}));
    let Payload::Message(message) = &delivery.event().data else {
        panic!("a message, not {:?}", delivery.event().data);
    };
    assert_eq!(message.attributes["subject"], "mine");
    assert_eq!(
        delivery.event().attributes.subject.as_deref(),
        Some("theirs")
    );
}
