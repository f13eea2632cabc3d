//! CloudEvents are the background events that Google's conformance tests say they are, and nothing
//! is lost on the way from one to the other and back.

use http::HeaderMap;
use polyfn_core::cloudevents::{CloudEvent, from_json, to_json, to_message};
use polyfn_core::{App, Attributes, Data, Event, event};
use polyfn_gcp::{BackgroundEvent, decode};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::background::CASES;
use crate::golden::{context, data};

/// Each type, and what an event of it is in either form: the service with the resource of the
/// source, the subject, and the background event's own resource and domain.
const TYPES: [(&str, &str, [&str; 4]); 17] = [
    (
        "google.cloud.pubsub.topic.v1.messagePublished",
        "google.pubsub.topic.publish",
        PUBSUB,
    ),
    (
        "google.cloud.storage.object.v1.finalized",
        "google.storage.object.finalize",
        STORAGE,
    ),
    (
        "google.cloud.storage.object.v1.deleted",
        "google.storage.object.delete",
        STORAGE,
    ),
    (
        "google.cloud.storage.object.v1.archived",
        "google.storage.object.archive",
        STORAGE,
    ),
    (
        "google.cloud.storage.object.v1.metadataUpdated",
        "google.storage.object.metadataUpdate",
        STORAGE,
    ),
    (
        "google.cloud.firestore.document.v1.written",
        "providers/cloud.firestore/eventTypes/document.write",
        FIRESTORE,
    ),
    (
        "google.cloud.firestore.document.v1.created",
        "providers/cloud.firestore/eventTypes/document.create",
        FIRESTORE,
    ),
    (
        "google.cloud.firestore.document.v1.updated",
        "providers/cloud.firestore/eventTypes/document.update",
        FIRESTORE,
    ),
    (
        "google.cloud.firestore.document.v1.deleted",
        "providers/cloud.firestore/eventTypes/document.delete",
        FIRESTORE,
    ),
    (
        "google.firebase.auth.user.v1.created",
        "providers/firebase.auth/eventTypes/user.create",
        AUTH,
    ),
    (
        "google.firebase.auth.user.v1.deleted",
        "providers/firebase.auth/eventTypes/user.delete",
        AUTH,
    ),
    (
        "google.firebase.remoteconfig.remoteConfig.v1.updated",
        "providers/firebase.remoteConfig/remoteconfig.update",
        REMOTE_CONFIG,
    ),
    (
        "google.firebase.analytics.log.v1.written",
        "providers/google.firebase.analytics/eventTypes/event.log",
        ANALYTICS,
    ),
    (
        "google.firebase.database.ref.v1.created",
        "providers/google.firebase.database/eventTypes/ref.create",
        DATABASE,
    ),
    (
        "google.firebase.database.ref.v1.written",
        "providers/google.firebase.database/eventTypes/ref.write",
        DATABASE,
    ),
    (
        "google.firebase.database.ref.v1.updated",
        "providers/google.firebase.database/eventTypes/ref.update",
        DATABASE,
    ),
    (
        "google.firebase.database.ref.v1.deleted",
        "providers/google.firebase.database/eventTypes/ref.delete",
        DATABASE,
    ),
];

const PUBSUB: [&str; 4] = [
    "pubsub.googleapis.com/projects/tea-house/topics/orders",
    "",
    "projects/tea-house/topics/orders",
    "",
];

const STORAGE: [&str; 4] = [
    "storage.googleapis.com/projects/_/buckets/tea-uploads",
    "objects/leaves/oolong #12.txt",
    "projects/_/buckets/tea-uploads/objects/leaves/oolong #12.txt",
    "",
];

const FIRESTORE: [&str; 4] = [
    "firestore.googleapis.com/projects/tea-house/databases/(default)",
    "documents/pots/blue/lids/1",
    "projects/tea-house/databases/(default)/documents/pots/blue/lids/1",
    "",
];

const AUTH: [&str; 4] = [
    "firebaseauth.googleapis.com/projects/tea-house",
    "users/ada",
    "projects/tea-house",
    "",
];

const REMOTE_CONFIG: [&str; 4] = [
    "firebaseremoteconfig.googleapis.com/projects/tea-house",
    "",
    "projects/tea-house",
    "",
];

const ANALYTICS: [&str; 4] = [
    "firebaseanalytics.googleapis.com/projects/tea-house/apps/com.example.tea",
    "events/poured",
    "projects/tea-house/events/poured",
    "",
];

const DATABASE: [&str; 4] = [
    "firebasedatabase.googleapis.com/projects/_/locations/asia-southeast1/instances/menu",
    "refs/teas/green",
    "projects/_/instances/menu/refs/teas/green",
    "asia-southeast1.firebasedatabase.app",
];

const TIME: &str = "2026-03-04T05:06:07.891Z";

fn told(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The data of an event of that service, in either form.
fn data_of(place: [&str; 4], id: &str) -> (Value, Value) {
    let data = match place {
        PUBSUB => {
            let mut message = json!({"data": "dGVh", "attributes": {"cup": "2"}});
            let background = message.clone();
            message["messageId"] = id.into();
            message["publishTime"] = TIME.into();
            return (json!({"message": message}), background);
        }
        AUTH => {
            let user = |created: &str, seen: &str| json!({"uid": "ada", "metadata": {created: "a", seen: "b", "n": 1}});
            return (
                user("createTime", "lastSignInTime"),
                user("createdAt", "lastSignedInAt"),
            );
        }
        STORAGE => json!({"name": "leaves/oolong #12.txt", "generation": "1772600767891234"}),
        ANALYTICS => json!({"userDim": {"appInfo": {"appId": "com.example.tea"}}}),
        _ => json!({"any": ["thing", null]}),
    };
    (data.clone(), data)
}

/// An event in both forms.
fn forms(
    (cloud_type, background_type, place): (&str, &str, [&str; 4]),
    id: &str,
) -> (CloudEvent, Value) {
    let [source, subject, resource, domain] = place;
    let (cloud_data, background_data) = data_of(place, id);
    let mut attributes = Attributes::new(id, format!("//{source}"), cloud_type);
    attributes.subject = told(subject).map(str::to_owned);
    attributes.time = TIME.parse().ok();
    let cloud = CloudEvent::new(attributes, Data::json(cloud_data.to_string()));

    let described =
        |service: &str, kind: &str| json!({"service": service, "name": resource, "type": kind});
    let resource = match place {
        PUBSUB => described(
            "pubsub.googleapis.com",
            "type.googleapis.com/google.pubsub.v1.PubsubMessage",
        ),
        STORAGE => described("storage.googleapis.com", "storage#object"),
        _ => resource.into(),
    };
    let context = json!({
        "eventId": id,
        "timestamp": TIME,
        "eventType": background_type,
        "resource": resource,
    });
    let mut background = json!({"data": background_data, "context": context});
    if let Some(domain) = told(domain) {
        background["domain"] = domain.into();
    }
    (cloud, background)
}

fn read(background: &Value) -> BackgroundEvent {
    BackgroundEvent::from_json(background.to_string().as_bytes()).unwrap()
}

fn written(background: &BackgroundEvent) -> Value {
    serde_json::to_value(background).unwrap()
}

fn of_cloud_event(event: &CloudEvent) -> Value {
    written(&BackgroundEvent::try_from(event).unwrap())
}

/// In a form that can be compared: the data have their members in no order.
fn in_order(event: &CloudEvent) -> (Attributes, Value) {
    (event.attributes.clone(), event.data.read().unwrap())
}

#[test]
fn each_type_is_converted_in_both_directions() {
    for known in TYPES {
        let (cloud, background) = forms(known, "7");
        assert_eq!(of_cloud_event(&cloud), background, "{known:?}");
        let back = CloudEvent::try_from(read(&background)).unwrap();
        assert_eq!(in_order(&back), in_order(&cloud), "{known:?}");
    }
}

#[test]
fn each_event_of_the_conformance_client_is_what_it_was() {
    for name in CASES {
        let case: Value =
            serde_json::from_slice(&data(&format!("background/{name}.json"))).unwrap();
        let cloud = from_json(&case["cloudevent"].to_string().into()).unwrap();
        let mut expected = written(&read(&case["background"]));
        if name == "legacy-pubsub" {
            // Of two types for the same event, this is the one that functions are deployed for.
            expected["context"]["eventType"] = "google.pubsub.topic.publish".into();
            expected["context"]["resource"] = json!({
                "service": "pubsub.googleapis.com",
                "name": expected["context"]["resource"],
                "type": "type.googleapis.com/google.pubsub.v1.PubsubMessage",
            });
        }
        assert_eq!(of_cloud_event(&cloud), expected, "{name}");
    }
}

#[test]
fn the_first_location_has_a_domain_of_its_own() {
    let (mut cloud, mut background) = forms(TYPES[14], "7");
    cloud.attributes.source =
        "//firebasedatabase.googleapis.com/projects/_/locations/us-central1/instances/menu".into();
    background["domain"] = "firebaseio.com".into();
    assert_eq!(of_cloud_event(&cloud), background);
    let back = CloudEvent::try_from(read(&background)).unwrap();
    assert_eq!(back.attributes, cloud.attributes);
}

#[test]
fn a_message_without_the_event_s_time_has_that_of_its_publishing() {
    let (mut cloud, background) = forms(TYPES[0], "7");
    cloud.attributes.time = None;
    assert_eq!(of_cloud_event(&cloud), background);
}

#[test]
fn digits_stay_as_they_are_written() {
    let (mut cloud, _) = forms(TYPES[9], "7");
    cloud.data = Data::json(r#"{"uid":"ada","n":12345678901234567890123,"metadata":null}"#);
    let background = BackgroundEvent::try_from(&cloud).unwrap();
    assert!(
        background.data.get().contains("12345678901234567890123"),
        "{}",
        background.data
    );
}

#[test]
fn what_is_no_background_event_says_why() {
    type Spoil = fn(&mut CloudEvent);
    let cases: [(usize, Spoil, &str); 11] = [
        (
            0,
            |e| e.attributes.event_type = "com.example.tea".into(),
            "`type`",
        ),
        (
            0,
            |e| e.attributes.source = "//storage.googleapis.com/x".into(),
            "`source`",
        ),
        (
            0,
            |e| e.data = Data::json("{}"),
            "`data.message` is missing",
        ),
        (0, |e| e.data = Data::none(), "`data` is missing"),
        (0, |e| e.data = Data::json("{"), "`data`"),
        (1, |e| e.attributes.subject = None, "`subject` is missing"),
        (
            1,
            |e| e.attributes.subject = Some("leaf".into()),
            "`subject`",
        ),
        (
            5,
            |e| e.data = Data::new("\n").with_content_type("application/protobuf"),
            "no protobuf",
        ),
        (
            9,
            |e| e.data = Data::json(r#"{"metadata": 7}"#),
            "`data.metadata`",
        ),
        (
            12,
            |e| e.attributes.source = "//firebaseanalytics.googleapis.com/projects/p".into(),
            "`source`",
        ),
        (
            13,
            |e| {
                e.attributes.source =
                    "//firebasedatabase.googleapis.com/projects/_/instances/menu".into();
            },
            "`source`",
        ),
    ];
    for (known, spoil, named) in cases {
        let (mut cloud, _) = forms(TYPES[known], "7");
        spoil(&mut cloud);
        let error = BackgroundEvent::try_from(&cloud).unwrap_err();
        assert_eq!(error.status(), 400, "{cloud:?}");
        assert!(error.to_string().contains(named), "{named}: {error}");
    }
}

/// What a function gets of a request that is written for background events.
async fn got(headers: &HeaderMap, body: Value) -> Value {
    let (sender, receiver) = std::sync::mpsc::channel();
    let function = move |event: Event<Box<RawValue>>| {
        let sent = BackgroundEvent::try_from(&event).map(|event| sender.send(written(&event)));
        async move { sent.map(|_| ()) }
    };
    let app = App::new().on("f", event("any"), function);
    let service = app.into_service().unwrap().alone("f").unwrap();
    let decoded = decode(headers, &body.to_string().into(), &context()).unwrap();
    let deliveries = decoded.expect("it is an event").deliveries;
    let outcomes = service
        .deliver(&context(), deliveries, std::future::pending())
        .await;
    assert!(outcomes[0].is_done(), "{outcomes:?}");
    receiver.recv().unwrap()
}

#[tokio::test]
async fn a_function_gets_a_background_event_as_it_was_sent() {
    let (_, mut sent) = forms(TYPES[0], "7");
    sent["context"]["eventType"] = "providers/cloud.pubsub/eventTypes/topic.publish".into();
    sent["context"]["resource"] = "projects/tea-house/topics/orders".into();
    assert_eq!(got(&HeaderMap::new(), sent.clone()).await, sent);
}

#[tokio::test]
async fn a_function_gets_a_cloud_event_converted_whatever_its_data_look_like() {
    let (mut cloud, mut expected) = forms(TYPES[9], "7");
    let (_, mut data) = forms(TYPES[1], "8");
    data["uid"] = "ada".into();
    cloud.data = Data::json(data.to_string());
    expected["data"] = data.clone();
    let (headers, _) = to_message(&cloud).unwrap();
    assert_eq!(got(&headers, data).await, expected);
}

#[test]
fn an_event_of_no_request_of_google_s_is_converted_as_well() {
    let (cloud, expected) = forms(TYPES[1], "7");
    let event = Event::new(cloud.attributes, cloud.data.read().unwrap(), context());
    assert_eq!(
        written(&BackgroundEvent::try_from(&event).unwrap()),
        expected
    );
}

/// What may stand between two slashes.
const PART: &str = "[a-zA-Z0-9()_.~#é -]{1,12}";

/// A path of such parts.
const PATH: &str = "[a-zA-Z0-9()_.~#é -]{1,12}(/[a-zA-Z0-9()_.~#é -]{1,12}){0,3}";

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A background event of any type, about anything.
fn background_event() -> impl Strategy<Value = Value> {
    let names = (PART, PART, PATH);
    let when = (0_i64..4_000_000_000, 0_i32..1_000_000_000);
    let seed = (
        select(&TYPES[..]),
        "\\PC{1,20}",
        names,
        json_value(),
        any::<u64>(),
        when,
    );
    seed.prop_map(
        |(known, id, (first, second, path), value, number, (second_of, nano))| {
            let (_, mut event) = forms(known, &id);
            let time = polyfn_core::Timestamp::new(second_of, nano).unwrap();
            event["context"]["timestamp"] = time.to_string().into();
            event["data"]["more"] = value;
            match known.2 {
                PUBSUB => {
                    let name = format!("projects/{first}/topics/{second}");
                    event["context"]["resource"]["name"] = name.into();
                }
                STORAGE => {
                    let name = format!("projects/_/buckets/{first}/objects/{path}");
                    event["context"]["resource"]["name"] = name.into();
                    event["data"]["generation"] = format!("9{number}").into();
                }
                FIRESTORE => {
                    let name = format!("projects/{first}/databases/{second}/documents/{path}");
                    event["context"]["resource"] = name.into();
                }
                ANALYTICS => {
                    event["data"]["userDim"]["appInfo"]["appId"] = second.into();
                    let name = format!("projects/{first}/events/{path}");
                    event["context"]["resource"] = name.into();
                }
                DATABASE => {
                    let name = format!("projects/_/instances/{first}/refs/{path}");
                    event["context"]["resource"] = name.into();
                    event["domain"] = match number % 3 {
                        0 => "firebaseio.com".into(),
                        _ => format!("region-{number}.firebasedatabase.app").into(),
                    };
                }
                _ => event["context"]["resource"] = format!("projects/{first}").into(),
            }
            event
        },
    )
}

proptest! {
    #[test]
    fn nothing_is_lost_on_the_way_to_a_cloud_event_and_back(event in background_event()) {
        let sent = read(&event);
        prop_assert_eq!(written(&sent), event.clone());
        let cloud = CloudEvent::try_from(sent).unwrap();
        let travelled = from_json(&to_json(&cloud).unwrap().into()).unwrap();
        let back = BackgroundEvent::try_from(&travelled).unwrap();
        prop_assert_eq!(written(&back), event);
        let again = CloudEvent::try_from(back).unwrap();
        prop_assert_eq!(in_order(&again), in_order(&cloud));
    }

    #[test]
    fn odd_attributes_and_data_are_converted_or_refused(
        known in select(&TYPES[..]),
        source in prop_oneof![Just(None), "\\PC{0,20}".prop_map(Some), "(/[a-z_é]{0,4}){0,7}".prop_map(Some)],
        subject in prop::option::of("(objects|documents|refs|events|users|é)?/?\\PC{0,12}"),
        data in json_value(),
    ) {
        let (mut cloud, _) = forms(known, "7");
        let service = known.2[0].split('/').next().unwrap_or_default();
        cloud.attributes.source = match source {
            Some(source) => format!("//{service}{source}"),
            None => cloud.attributes.source,
        };
        cloud.attributes.subject = subject;
        cloud.data = Data::json(data.to_string());
        match BackgroundEvent::try_from(&cloud) {
            Ok(background) => {
                prop_assert_eq!(&background.context.event_id, "7");
                prop_assert_eq!(background.context.event_type.as_str(), known.1);
                // What nobody sends may be refused on the way back.
                let _ = CloudEvent::try_from(background);
            }
            Err(error) => prop_assert_eq!(error.status(), 400, "{}", error),
        }
    }
}
