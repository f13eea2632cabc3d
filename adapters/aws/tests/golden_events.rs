//! Events as AWS documents them, one file each, and what handlers get of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use polyfn_aws::{EventInvocation, EventSource, Invocation, decode_event, decode_invocation};
use polyfn_core::{
    ChangeKind, Context, Data, Delivery, EventKind, Message, ObjectCreated, ObjectDeleted, Payload,
    Record, Target, Timestamp,
};

fn data(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn context() -> Context {
    Context::new(Target::Aws, "8476a536")
}

fn events(name: &str) -> EventInvocation {
    decode_event(data(name).into(), &context())
        .unwrap()
        .unwrap_or_else(|| panic!("{name} is an event of AWS's"))
}

fn deliveries(name: &str) -> Vec<Delivery> {
    events(name).into_deliveries().0
}

fn only(name: &str) -> Delivery {
    let mut all = deliveries(name);
    assert_eq!(all.len(), 1, "{name} has one event");
    all.remove(0)
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn created(delivery: &Delivery) -> &ObjectCreated {
    match &delivery.event().data {
        Payload::ObjectCreated(object) => object,
        other => panic!("a stored object, not {other:?}"),
    }
}

fn deleted(delivery: &Delivery) -> &ObjectDeleted {
    match &delivery.event().data {
        Payload::ObjectDeleted(object) => object,
        other => panic!("a deleted object, not {other:?}"),
    }
}

fn message(delivery: &Delivery) -> &Message {
    match &delivery.event().data {
        Payload::Message(message) => message,
        other => panic!("a message, not {other:?}"),
    }
}

fn record(delivery: &Delivery) -> &Record {
    match &delivery.event().data {
        Payload::Record(record) => record,
        other => panic!("a record, not {other:?}"),
    }
}

fn custom(delivery: &Delivery) -> &Data {
    match &delivery.event().data {
        Payload::Custom(data) => data,
        other => panic!("data of its own, not {other:?}"),
    }
}

#[test]
fn s3_created() {
    let delivery = only("s3_created");
    let object = created(&delivery);
    assert_eq!(object.bucket, "amzn-s3-demo-bucket");
    assert_eq!(object.key, "in/red flower+ü.jpg");
    assert_eq!(object.size, Some(1_305_107));
    assert_eq!(
        object.etag.as_deref(),
        Some("b21b84d653bb07b05b1e6b33684dc11b")
    );
    assert_eq!(
        object.version.as_deref(),
        Some("096fKKXTRTtl3on89fVO.nfljtsv6qko")
    );
    assert_eq!(object.content_type, None);

    let attributes = &delivery.event().attributes;
    assert_eq!(
        attributes.id,
        "D82B88E5F771F645.vlR7PnpV2Ce81l0PRw6jlUpck7Jo5ZsQjryTjKlc5aLWGVHPZLj5NeC6qMa0emYBDXOo6QBU0Wo="
    );
    assert_eq!(attributes.source, "aws:s3.us-east-2.amzn-s3-demo-bucket");
    assert_eq!(attributes.event_type, "com.amazonaws.s3.ObjectCreated:Put");
    assert_eq!(attributes.subject.as_deref(), Some("in/red flower+ü.jpg"));
    assert_eq!(attributes.time, Some(time("2019-09-03T19:37:27.192Z")));
    assert_eq!(
        attributes.datacontenttype.as_deref(),
        Some("application/json")
    );
    assert_eq!(attributes.extension("sequence"), Some("0C0F6F405D6ED209E1"));

    assert_eq!(delivery.origin().kinds(), [EventKind::ObjectCreated]);
    assert_eq!(
        delivery.origin().names(),
        ["amzn-s3-demo-bucket", "arn:aws:s3:::amzn-s3-demo-bucket"]
    );
    let raw: serde_json::Value = delivery.raw().read().unwrap();
    assert_eq!(raw["eventName"], "ObjectCreated:Put");
    assert_eq!(delivery.sequence(), None);
}

#[test]
fn stores_that_only_speak_like_s3_tell_less() {
    let event = br#"{"Records": [{"eventSource": "aws:s3", "eventName": "s3:ObjectCreated:Put",
        "s3": {"bucket": {"name": "b"}, "object": {"key": "a+b"}}}]}"#;
    let invocation = decode_event(event.as_slice().into(), &context()).unwrap();
    let delivery = invocation.unwrap().into_deliveries().0.remove(0);
    assert_eq!(created(&delivery).key, "a b");
    assert_eq!(delivery.event().id(), "8476a536.a b");
    assert_eq!(delivery.event().time(), None);
}

#[test]
fn s3_deleted() {
    let all = deliveries("s3_deleted");
    let [marked, expired] = [deleted(&all[0]), deleted(&all[1])];
    assert_eq!((marked.key.as_str(), marked.size), ("red flower.jpg", None));
    assert_eq!(marked.version.as_deref(), Some("v2"));
    assert_eq!(
        (expired.key.as_str(), expired.etag.as_ref()),
        ("old.log", None)
    );
    assert_eq!(
        all[0].event().event_type(),
        "com.amazonaws.s3.ObjectRemoved:DeleteMarkerCreated"
    );
    assert_eq!(
        all[1].event().event_type(),
        "com.amazonaws.s3.LifecycleExpiration:Delete"
    );
    assert_eq!(all[1].origin().kinds(), [EventKind::ObjectDeleted]);
}

#[test]
fn s3_does_more_than_store_and_delete() {
    let delivery = only("s3_tagged");
    assert_eq!(
        delivery.event().event_type(),
        "com.amazonaws.s3.ObjectTagging:Put"
    );
    assert_eq!(delivery.event().subject(), Some("a.txt"));
    let record: serde_json::Value = custom(&delivery).read().unwrap();
    assert_eq!(record["s3"]["object"]["eTag"], "e");
    assert_eq!(delivery.origin().kinds(), [EventKind::Event]);
}

#[test]
fn sqs() {
    let invocation = events("sqs");
    assert_eq!(invocation.source, EventSource::Sqs);
    assert_eq!(
        invocation.items[1].identifier(),
        Some("2e1424d4-f796-459a-8184-9c92662be6da")
    );
    let all = deliveries("sqs");
    let first = message(&all[0]);
    assert_eq!(first.id, "059f36b4-87a3-44ab-83d2-661975830a7d");
    assert_eq!(first.body, Data::new("Test message."));
    assert_eq!(first.body.content_type(), None);
    let attributes: Vec<_> = first.attributes.iter().collect();
    assert_eq!(
        format!("{attributes:?}"),
        r#"[("bytes", "MTEwMA=="), ("count", "123"), ("myAttribute", "myValue")]"#
    );
    assert_eq!(first.sent, Some(time("2018-12-17T21:37:29.183Z")));
    assert_eq!(first.group, None);

    let event = all[0].event();
    assert_eq!(
        event.source(),
        "arn:aws:sqs:us-east-2:123456789012:my-queue"
    );
    assert_eq!(event.event_type(), "com.amazonaws.sqs.message");
    assert_eq!((event.id(), event.time()), (first.id.as_str(), first.sent));
    assert_eq!(event.context().attempt(), Some(1));
    assert_eq!(
        event.context().trace().unwrap().to_string(),
        "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"
    );
    assert_eq!(all[0].origin().kinds(), [EventKind::Queue]);
    assert_eq!(
        all[0].origin().names(),
        ["my-queue", "arn:aws:sqs:us-east-2:123456789012:my-queue"]
    );
    assert!(all[0].carried().is_none());

    let (second, event) = (message(&all[1]), all[1].event());
    assert_eq!(second.body, Data::new("{\"order\": \"café \\\"7\\\"\"}"));
    assert!(all[1].carried().is_none(), "JSON alone makes no envelope");
    assert_eq!(event.context().attempt(), Some(3));
    // The sender's own trace context goes before X-Ray's.
    assert_eq!(
        event.context().trace().unwrap().to_string(),
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    );
    assert_eq!(second.group.as_deref(), Some("tenant-1"));
    assert_eq!(
        all[1].sequence(),
        None,
        "the groups of a fair queue have no order"
    );
}

#[test]
fn sqs_fifo() {
    let delivery = only("sqs_fifo");
    assert_eq!(message(&delivery).group.as_deref(), Some("1"));
    assert_eq!(delivery.sequence(), Some("1"));
    assert_eq!(delivery.origin().names()[0], "fifo.fifo");
    assert_eq!(delivery.origin().short_name(), Some("fifo"));
}

#[test]
fn sns() {
    assert_eq!(events("sns").source, EventSource::Sns);
    let delivery = only("sns");
    let told = message(&delivery);
    assert_eq!(told.id, "95df01b4-ee98-5cb9-9903-4c221d41eb5e");
    assert_eq!(told.body, Data::new("Hello from SNS!"));
    for (name, value) in [
        ("Test", "TestString"),
        ("TestBinary", "VGVzdEJpbmFyeQ=="),
        ("List", "[\"a\", 1]"),
        ("subject", "TestInvoke"),
    ] {
        assert_eq!(told.attributes[name], value);
    }
    assert_eq!(told.sent, Some(time("2019-01-02T12:45:07Z")));
    let attributes = &delivery.event().attributes;
    assert_eq!(attributes.id, told.id);
    assert_eq!(
        attributes.source,
        "arn:aws:sns:us-east-1:123456789012:sns-lambda:21be56ed-a058-49f5-8c98-aedd2564c486"
    );
    assert_eq!(attributes.event_type, "com.amazonaws.sns.Notification");
    assert_eq!(attributes.subject.as_deref(), Some("TestInvoke"));
    assert_eq!(attributes.time, told.sent);
    assert_eq!(delivery.origin().kinds(), [EventKind::Topic]);
    assert_eq!(
        delivery.origin().names(),
        [
            "sns-lambda",
            "arn:aws:sns:us-east-1:123456789012:sns-lambda"
        ]
    );
}

#[test]
fn kinesis() {
    let invocation = events("kinesis");
    assert_eq!(invocation.source, EventSource::Kinesis);
    let number = "49590338271490256608559692538361571095921575989136588898";
    assert_eq!(invocation.items[0].identifier(), Some(number));
    let all = deliveries("kinesis");
    let first = record(&all[0]);
    assert_eq!(first.body, Data::new("Hello, this is a test."));
    assert_eq!(first.partition_key.as_deref(), Some("1"));
    assert_eq!(first.sequence_number.as_deref(), Some(number));
    assert_eq!(first.partition.as_deref(), Some("shardId-000000000006"));
    assert_eq!(first.written, Some(time("2018-12-17T22:10:50.987Z")));
    assert_eq!(record(&all[1]).body, Data::new(vec![0, 255, 240]));

    let event = all[0].event();
    assert_eq!(event.id(), format!("shardId-000000000006:{number}"));
    assert_eq!(event.event_type(), "com.amazonaws.kinesis.record");
    assert_eq!(
        event.source(),
        "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"
    );
    assert_eq!(all[0].sequence(), Some("shard"));
    assert_eq!(all[0].origin().kinds(), [EventKind::Stream]);
    assert_eq!(all[0].origin().names()[0], "lambda-stream");
}

#[test]
fn dynamodb() {
    let invocation = events("dynamodb");
    assert_eq!(invocation.source, EventSource::DynamoDb);
    assert_eq!(invocation.items[2].identifier(), Some("333"));
    let all = deliveries("dynamodb");
    let told: Vec<_> = all
        .iter()
        .map(|delivery| match &delivery.event().data {
            Payload::DocumentChange(change) => change,
            other => panic!("a changed document, not {other:?}"),
        })
        .collect();
    let kinds: Vec<_> = told.iter().map(|change| change.kind.unwrap()).collect();
    assert_eq!(
        kinds,
        [
            ChangeKind::Created,
            ChangeKind::Updated,
            ChangeKind::Deleted
        ]
    );
    let images: Vec<_> = told
        .iter()
        .map(|change| (change.old.is_some(), change.new.is_some()))
        .collect();
    assert_eq!(images, [(false, true), (true, true), (true, false)]);
    assert_eq!(told[0].collection, "ExampleTableWithStream");
    assert_eq!(told[0].id, "101/2026/1");
    assert_eq!(told[0].changed, Some(time("2016-11-18T20:09:00Z")));
    assert_eq!(
        std::str::from_utf8(told[0].new.as_ref().unwrap().bytes()).unwrap(),
        r#"{"Message":"New item!","Id":101,"At":"2026/1","Price":0.12345678901234567890123456789012345678,"Tags":["a","b"],"Raw":"AP8=","In":{"L":[true,null]}}"#
    );
    let event = all[1].event();
    assert_eq!(event.id(), "2");
    assert_eq!(event.event_type(), "com.amazonaws.dynamodb.MODIFY");
    assert_eq!(event.subject(), Some("101/2026/1"));
    assert!(all[0].sequence().is_some());
    assert_eq!(all[0].sequence(), all[2].sequence());
    assert_eq!(
        all[0].origin().names()[..2],
        [
            "ExampleTableWithStream",
            "arn:aws:dynamodb:us-west-2:123456789012:table/ExampleTableWithStream"
        ]
    );
}

#[test]
fn eventbridge_custom() {
    let delivery = only("eventbridge_custom");
    let attributes = &delivery.event().attributes;
    assert_eq!(attributes.id, "17793124-05d4-b198-2fde-7ededc63b103");
    assert_eq!(attributes.source, "com.example.shop");
    assert_eq!(attributes.event_type, "order placed");
    assert_eq!(attributes.subject.as_deref(), Some("order/7"));
    assert_eq!(attributes.time, Some(time("2021-11-12T00:00:00Z")));
    assert_eq!(
        attributes.datacontenttype.as_deref(),
        Some("application/json")
    );
    assert_eq!(attributes.extension("account"), Some("111122223333"));
    assert_eq!(attributes.extension("region"), Some("ca-central-1"));
    let data = custom(&delivery);
    assert_eq!(data.content_type(), Some("application/json"));
    let text = std::str::from_utf8(data.bytes()).unwrap();
    assert!(
        text.contains("12345678901234567890.10"),
        "no digit is lost: {text}"
    );
    assert_eq!(delivery.origin().kinds(), [EventKind::Event]);
}

#[test]
fn schedules_in_their_three_forms() {
    for (name, source, due, arn) in [
        (
            "unknown_eventbridge",
            EventSource::EventBridge,
            "2026-11-23T15:10:38Z",
            "arn:aws:events:eu-west-1:123456789012:rule/nightly",
        ),
        (
            "eventbridge_scheduler",
            EventSource::EventBridge,
            "2021-11-12T00:00:00Z",
            "arn:aws:scheduler:ca-central-1:111122223333:schedule/default/nightly",
        ),
        (
            "scheduler_input",
            EventSource::Scheduler,
            "2022-03-22T18:59:43Z",
            "arn:aws:scheduler:us-west-2:123456789012:schedule/default/nightly",
        ),
    ] {
        assert_eq!(events(name).source, source);
        let delivery = only(name);
        let Payload::Schedule(schedule) = &delivery.event().data else {
            panic!("{name} is a schedule");
        };
        assert_eq!(schedule.due, Some(time(due)), "{name}");
        assert_eq!(schedule.job.as_deref(), Some("nightly"), "{name}");
        assert_eq!(delivery.origin().kinds(), [EventKind::Schedule]);
        assert_eq!(delivery.origin().names(), ["nightly", arn]);
        assert_eq!(delivery.event().event_type(), "Scheduled Event");
        assert_eq!(delivery.event().time(), schedule.due);
    }
    let event = only("scheduler_input").event().clone();
    assert_eq!(event.id(), "d32c5kddcf5bb8c3");
    assert_eq!(event.context().attempt(), Some(2));
}

#[test]
fn the_schedulers_attributes_may_be_in_camel_case_and_numbers() {
    let input = br#"{"scheduleArn": "arn:aws:scheduler:eu-west-1:1:schedule/group/hourly",
        "scheduledTime": "2026-01-01T00:00:00Z", "attemptNumber": 3}"#;
    let invocation = decode_event(input.as_slice().into(), &context()).unwrap();
    let delivery = invocation.unwrap().into_deliveries().0.remove(0);
    assert_eq!(delivery.origin().names()[0], "hourly");
    assert_eq!(delivery.event().id(), "8476a536");
    assert_eq!(delivery.event().context().attempt(), Some(3));
    // Something else that has such a member is nobody's.
    let own = br#"{"schedule-arn": "arn:aws:events:eu-west-1:1:rule/x"}"#;
    assert!(
        decode_event(own.as_slice().into(), &context())
            .unwrap()
            .is_none()
    );
}

#[test]
fn objects_by_eventbridge() {
    let delivery = only("eventbridge_s3_created");
    let object = created(&delivery);
    assert_eq!(object.bucket, "amzn-s3-demo-bucket1");
    assert_eq!(
        object.key, "in/red+flower%20ü.jpg",
        "the key is not encoded there"
    );
    assert_eq!(object.size, Some(5));
    assert_eq!(
        object.etag.as_deref(),
        Some("b1946ac92492d2347c6235b4d2611184")
    );
    assert_eq!(
        object.version.as_deref(),
        Some("IYV3p45BT0ac8hjHg1houSdS1a.Mro8e")
    );
    let event = delivery.event();
    assert_eq!(event.event_type(), "Object Created");
    assert_eq!(event.subject(), Some(object.key.as_str()));
    assert_eq!(
        event.attributes.extension("sequence"),
        Some("617f08299329d189")
    );
    let delivery = only("eventbridge_s3_deleted");
    assert_eq!(deleted(&delivery).key, "example-key");
    assert_eq!(deleted(&delivery).size, None);
    assert_eq!(delivery.origin().kinds(), [EventKind::ObjectDeleted]);
}

#[test]
fn cloud_event() {
    assert_eq!(events("cloud_event").source, EventSource::CloudEvent);
    let delivery = only("cloud_event");
    let event = delivery.event();
    assert_eq!((event.id(), event.source()), ("A234-1234-1234", "/shop"));
    assert_eq!(event.event_type(), "com.example.order.placed");
    assert_eq!(event.subject(), Some("order/7"));
    let trace = event.context().trace().unwrap().to_string();
    assert_eq!(
        trace,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    );
    let data: serde_json::Value = custom(&delivery).read().unwrap();
    assert_eq!(data, serde_json::json!({"order": 7}));
}

fn carried(delivery: &Delivery) -> &[Delivery] {
    delivery.carried().unwrap()
}

#[test]
fn a_queues_message_carries_what_stores_topics_and_buses_say() {
    let envelope = only("sqs_s3");
    message(&envelope);
    let within = carried(&envelope);
    assert_eq!(created(&within[0]).key, "in/red flower+ü.jpg");
    assert_eq!(deleted(&within[1]).key, "gone.txt");

    let envelope = only("sqs_sns");
    let within = carried(&envelope);
    assert_eq!(message(&within[0]).body, Data::new("Hello from SNS!"));
    assert_eq!(message(&within[0]).attributes["Test"], "TestString");
    assert_eq!(message(&within[0]).group.as_deref(), Some("1"));
    assert_eq!(within[0].origin().names()[0], "sns-lambda");
    assert!(within[0].carried().is_none());

    let all = deliveries("sqs_eventbridge");
    assert_eq!(created(&carried(&all[0])[0]).key, "in/red+flower%20ü.jpg");
    assert_eq!(carried(&all[1])[0].event().event_type(), "order placed");
}

#[test]
fn objects_in_a_topics_message_in_a_queues_message() {
    let envelope = only("sqs_sns_s3");
    let notification = &carried(&envelope)[0];
    assert_eq!(
        message(notification).attributes["subject"],
        "Amazon S3 Notification"
    );
    let object = &carried(notification)[0];
    assert_eq!(created(object).key, "in/red flower+ü.jpg");
    assert_eq!(
        object.event().context().attempt(),
        Some(2),
        "the attempt is the message's"
    );
    assert_eq!(created(&carried(&only("sns_s3"))[0]).size, Some(1_305_107));
}

#[test]
fn the_test_of_s3_carries_nothing() {
    let envelope = only("sqs_s3_test");
    assert!(carried(&envelope).is_empty());
    let body: serde_json::Value = message(&envelope).body.read().unwrap();
    assert_eq!(body["Event"], "s3:TestEvent");
}

#[test]
fn what_says_nothing_that_is_known_is_nobodys() {
    for name in [
        "unknown_logs",
        "unknown_cognito",
        "unknown_websocket",
        "http_api",
    ] {
        let event = decode_event(data(name).into(), &context()).unwrap();
        assert!(event.is_none(), "{name}");
    }
    for text in [
        "null",
        "[]",
        "7",
        "{}",
        "no json",
        "{\"Records\": 7}",
        "[{\"source\":1}]",
    ] {
        let event = decode_event(text.to_owned().into(), &context()).unwrap();
        assert!(event.is_none(), "{text}");
    }
}

#[test]
fn any_other_json_is_a_plain_invocation() {
    for text in [
        "null",
        "[1]",
        "7",
        "\"warm\"",
        "{}",
        "{\"Records\":[{\"eventSource\":\"aws:ses\"}]}",
    ] {
        let invocation = decode_invocation(text.to_owned().into(), &context()).unwrap();
        let Invocation::Event(invocation) = invocation else {
            panic!("{text} is no request");
        };
        assert_eq!(invocation.source, EventSource::Invoke, "{text}");
        let delivery = invocation.into_deliveries().0.remove(0);
        assert_eq!(custom(&delivery), &Data::json(text.to_owned()));
        let event = delivery.event();
        assert_eq!((event.id(), event.event_type()), ("8476a536", ""));
        assert_eq!(delivery.origin().kinds(), [EventKind::Event]);
        assert!(delivery.origin().names().is_empty());
    }
}

#[test]
fn what_the_fronts_ask_for_is_no_plain_invocation() {
    for name in [
        "unknown_websocket",
        "unknown_authorizer",
        "unknown_vpc_lattice_v1",
    ] {
        let error = decode_invocation(data(name).into(), &context()).unwrap_err();
        assert!(error.is_unknown(), "{name}");
    }
    let error = decode_invocation("no json".into(), &context()).unwrap_err();
    assert_eq!(error.error_type(), "polyfn.MalformedEvent");
    let request = decode_invocation(data("http_api").into(), &context()).unwrap();
    assert!(matches!(request, Invocation::Http(_)));
}

#[test]
fn bodies_and_data_share_the_buffer_of_the_event() {
    let event = bytes::Bytes::from(data("sqs"));
    let within = event.as_ptr_range();
    let invocation = decode_event(event, &context()).unwrap().unwrap();
    let delivery = invocation.items[0].delivery().unwrap();
    assert!(within.contains(&message(delivery).body.bytes().as_ptr()));
    let event = bytes::Bytes::from(data("eventbridge_custom"));
    let within = event.as_ptr_range();
    let invocation = decode_event(event, &context()).unwrap().unwrap();
    let delivery = invocation.items[0].delivery().unwrap();
    assert!(within.contains(&custom(delivery).bytes().as_ptr()));
}
