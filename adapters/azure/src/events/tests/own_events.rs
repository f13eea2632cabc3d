//! Events of one's own, by Event Grid.

use polyfn_core::{EventKind, cloudevents};

use super::*;

#[test]
fn events_of_ones_own_by_event_grid() {
    let cloud_event = only(EVENT_GRID, "event_grid_cloud_event");
    let event = cloud_event.event();
    assert_eq!((event.id(), event.source()), ("e-3", "/shop"));
    assert_eq!(event.event_type(), "com.example.order.placed");
    assert_eq!(event.attributes.extension("tenant"), Some("eu"));
    let data = payload!(cloud_event, Custom);
    assert_eq!(data.read::<Value>().unwrap()["order"], 7);
    assert_eq!(cloud_event.origin().kinds(), [EventKind::Event]);
    for name in ["event_grid_event", "event_grid_event_encoded"] {
        let own_schema = only(EVENT_GRID, name);
        let event = own_schema.event();
        assert_eq!((event.id(), event.source()), ("e-4", "/shop"), "{name}");
        assert_eq!(event.event_type(), "com.example.order.placed", "{name}");
        assert_eq!(event.subject(), Some("orders/7"), "{name}");
        assert_eq!(event.time(), time("2026-11-23T15:00:00Z"), "{name}");
        assert_eq!(
            event.attributes.extension("dataversion"),
            Some("2"),
            "{name}"
        );
        let data = payload!(own_schema, Custom);
        assert_eq!(data.read::<Value>().unwrap()["order"], 7, "{name}");
        assert_eq!(data.content_type(), Some("application/json"), "{name}");
        let again = cloudevents::CloudEvent::new(event.attributes.clone(), data);
        let json = cloudevents::to_json(&again).unwrap().into();
        assert!(
            cloudevents::from_json(&json).is_ok(),
            "{name}: it is a CloudEvent"
        );
    }
}

#[test]
fn what_an_event_of_event_grid_needs() {
    for (member, said) in [
        ("id", Some("`id`")),
        ("eventType", Some("`eventType`")),
        ("topic", None),
        ("data", None),
        ("eventTime", None),
    ] {
        let call = changed(&golden("event_grid_event"), |call| {
            call["Data"]["event"]
                .as_object_mut()
                .unwrap()
                .remove(member);
        });
        let item = decoded(EVENT_GRID, call).unwrap().remove(0);
        match (item, said) {
            (Ok(delivery), None) => assert!(!delivery.event().source().is_empty(), "{member}"),
            (Err(error), Some(said)) => assert!(error.to_string().contains(said), "{error}"),
            (item, _) => panic!("without {member}: {item:?}"),
        }
    }
    let call = changed(&golden("event_grid_cloud_event"), |call| {
        call["Data"]["event"]["id"] = "".into();
    });
    let error = decoded(EVENT_GRID, call).unwrap().remove(0).unwrap_err();
    assert!(error.to_string().contains("`id`"), "{error}");
}
