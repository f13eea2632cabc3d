//! What becomes of fields, whatever they are called and whatever is in them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use polyfn_core::Target;
use proptest::prelude::*;
use serde_json::json;
use support::{Object, json, layered, logged};

#[test]
fn values_keep_their_types() {
    let object = json(|| {
        tracing::info!(
            below = -3,
            most = u64::MAX,
            wide = u128::MAX,
            wide_but_small = 7_u128,
            wide_below = i128::MIN,
            part = 0.25,
            yes = true,
            text = "café",
            shown = %1.5,
            debugged = ?Some("x"),
            bytes = &[0xde_u8, 0xad][..],
            none = None::<u32>,
            some = Some(4),
            "all sorts"
        );
    });
    for (name, value) in [
        ("below", json!(-3)),
        ("most", json!(u64::MAX)),
        ("wide", json!(u128::MAX.to_string())),
        ("wide_but_small", json!(7)),
        ("wide_below", json!(i128::MIN.to_string())),
        ("part", json!(0.25)),
        ("yes", json!(true)),
        ("text", json!("café")),
        ("shown", json!("1.5")),
        ("debugged", json!("Some(\"x\")")),
        ("bytes", json!("[de ad]")),
        ("some", json!(4)),
    ] {
        assert_eq!(*object.get(name), value, "{name}");
    }
    assert!(
        object.find("none").is_none(),
        "what is not there is not said"
    );
}

#[test]
fn what_is_no_number_is_still_said() {
    let object = json(|| {
        tracing::info!(nan = f64::NAN, up = f64::INFINITY, down = f64::NEG_INFINITY);
    });
    assert_eq!(object.get("nan"), "NaN");
    assert_eq!(object.get("up"), "inf");
    assert_eq!(object.get("down"), "-inf");
    assert_eq!(object.get("message"), "", "an event need not say anything");
}

#[test]
fn an_error_comes_with_its_causes() {
    let object = json(|| {
        tracing::error!(error = &layered() as &dyn std::error::Error, "not shipped");
    });
    assert_eq!(object.get("error"), "lost");
    let causes = json!(["no route", "cable cut"]);
    assert_eq!(*object.get("error_causes"), causes, "each said once");

    let object = json(|| {
        tracing::error!(
            error_causes = 1,
            error = &layered() as &dyn std::error::Error
        );
    });
    assert_eq!(*object.get("error_causes"), 1);
    assert_eq!(*object.get("event.error_causes"), causes);
}

#[test]
fn a_field_whose_name_is_taken_is_kept() {
    for target in [Target::Aws, Target::Gcp, Target::Azure, Target::Local] {
        let lines = logged(target, &[("POLYFN_LOG", "json")], || {
            let _outer = tracing::info_span!("outer", level = "span's", id = 1).entered();
            let _inner = tracing::info_span!("inner", level = "other span's", id = 2).entered();
            tracing::error!(
                level = "mine",
                severity = "mine",
                timestamp = "mine",
                target = "mine",
                context = "mine",
                spans = "mine",
                requestId = "mine",
                "event.level" = "mine too",
                "hello"
            );
        });
        // Which of them are taken is the form's affair: none may be lost.
        let object = Object::parse(&lines[0]);
        let values = |name: &str| {
            let names = [name.to_owned(), format!("event.{name}")];
            names.map(|name| object.find(&name).cloned().unwrap_or_default())
        };
        for name in [
            "level",
            "severity",
            "timestamp",
            "target",
            "context",
            "spans",
            "requestId",
        ] {
            assert!(
                values(name).contains(&json!("mine")),
                "{target}: {name} in {object:#?}"
            );
        }
        assert_eq!(*object.get("id"), 2, "{target}: the inner span is nearer");
        assert_eq!(*object.get("outer.id"), 1, "{target}");
        assert_eq!(object.get("outer.level"), "span's", "{target}");
        assert!(lines[0].contains(r#""mine too""#), "{target}: {}", lines[0]);
        assert!(
            lines[0].contains(r#""other span's""#),
            "{target}: {}",
            lines[0]
        );
    }
}

#[test]
fn a_field_that_is_given_twice_is_there_twice() {
    let object = json(|| tracing::info!(a = 1, a = 2, "hello"));
    assert_eq!(
        (object.get("a"), object.get("event.a")),
        (&json!(1), &json!(2))
    );
}

#[test]
fn a_span_may_learn_later() {
    let object = json(|| {
        let span = tracing::info_span!("order", id = tracing::field::Empty, state = "new");
        let _entered = span.enter();
        span.record("id", 4);
        span.record("state", "paid");
        tracing::info!("hello");
    });
    assert_eq!(*object.get("id"), 4);
    assert_eq!(object.get("state"), "paid");
    assert_eq!(*object.get("spans"), json!(["order"]));
}

proptest! {
    #[test]
    fn any_text_comes_back_from_json(message in ".*", text in ".*", span in ".*") {
        for target in [Target::Aws, Target::Gcp, Target::Azure, Target::Local] {
            let lines = logged(target, &[("POLYFN_LOG", "json")], || {
                let _span = tracing::info_span!("around", span).entered();
                tracing::info!(text, "{message}");
            });
            let object = Object::parse(&lines[0]);
            prop_assert_eq!(object.get("message"), &message);
            prop_assert_eq!(object.get("text"), &text);
            prop_assert_eq!(object.get("span"), &span);
        }
    }
}
