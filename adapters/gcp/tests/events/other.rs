//! Schedules, batches, and what only Google has.

use http::HeaderValue;
use polyfn_core::cloudevents::Mode;
use polyfn_core::{Data, EventKind, ObjectCreated, Payload, Schedule};
use polyfn_gcp::{Form, GoogleEvent};

use crate::golden::{Golden, names, time};

#[test]
fn what_other_clouds_have_not_is_an_event_of_its_type() {
    for (name, event_type) in [
        (
            "storage-archived",
            "google.cloud.storage.object.v1.archived",
        ),
        ("audit-log", "google.cloud.audit.log.v1.written"),
        ("custom-channel", "com.example.order.placed"),
    ] {
        let golden = Golden::read(name);
        let delivery = golden.delivery();
        assert_eq!(delivery.event().event_type(), event_type);
        assert_eq!(delivery.origin().kinds(), [EventKind::Event], "{name}");
        let Payload::Custom(data) = &delivery.event().data else {
            panic!("{name}: {:?}", delivery.event().data);
        };
        assert_eq!(data.bytes(), &golden.body, "{name}");
    }
}

#[test]
fn a_call_of_the_scheduler_says_its_job_and_when_it_was_due() {
    let golden = Golden::read("scheduler");
    let delivery = golden.delivery();
    assert_eq!(golden.decoded().form, Form::Scheduler);
    let mut schedule = Schedule::default();
    schedule.due = Some(time("2023-04-13T19:00:00Z"));
    schedule.job = Some("nightly".to_owned());
    assert_eq!(delivery.event().data, Payload::Schedule(schedule));
    assert_eq!(names(&delivery), ["nightly"]);
    assert_eq!(delivery.event().id(), "nightly/2023-04-13T12:00:00-07:00");
    assert_eq!(delivery.raw().bytes(), "hello");

    let mut golden = golden;
    let long = "projects/p/locations/l/jobs/nightly";
    let value = HeaderValue::from_static(long);
    golden.headers.insert("x-cloudscheduler-jobname", value);
    assert_eq!(names(&golden.delivery()), [long, "nightly"]);
}

#[test]
fn a_batch_has_all_its_events() {
    let decoded = Golden::read("batch").decoded();
    assert_eq!(decoded.form, Form::CloudEvent(Mode::Batched));
    let [object, custom] = &decoded.deliveries[..] else {
        panic!("two events: {:?}", decoded.deliveries);
    };
    let mut expected = ObjectCreated::new("b", "k");
    expected.size = Some(3);
    assert_eq!(object.event().data, Payload::ObjectCreated(expected));
    let text = Data::new("order 7").with_content_type("text/plain");
    assert_eq!(custom.event().data, Payload::Custom(text));
}

#[test]
fn the_platforms_own_value_is_the_request() {
    let golden = Golden::read("storage-finalized");
    let delivery = golden.delivery();
    let native = delivery.event().native::<GoogleEvent>().unwrap();
    assert_eq!(native.headers, golden.headers);
    assert_eq!(native.body, golden.body);
}
