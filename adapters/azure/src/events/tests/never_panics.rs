use polyfn_core::EventKind;
use proptest::prelude::*;

use super::*;

const KINDS: [EventKind; 8] = [
    EventKind::ObjectCreated,
    EventKind::ObjectDeleted,
    EventKind::Queue,
    EventKind::Topic,
    EventKind::Schedule,
    EventKind::Stream,
    EventKind::DocumentChanged,
    EventKind::Event,
];

fn decode_in_every_way(binding: &str, call: &Bytes) {
    if let Ok(items) = decode(&trigger(binding), call, &context()) {
        for delivery in items.into_iter().flatten() {
            assert!(!delivery.event().id().is_empty(), "every event has an id");
        }
    }
    for kind in KINDS {
        crate::deliveries(kind, call, &context());
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[\"\\[\\]{}:,0-9a-z\\\\]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z]{0,8}", inner.clone(), 0..4)
                .prop_map(|members| members.into_iter().collect()),
            // As the host encodes it.
            inner.prop_map(|value| value.to_string().into()),
        ]
    })
}

/// The value at the place that `numbers` lead to; the first ones choose the way.
fn place(value: &mut Value, mut numbers: impl Iterator<Item = usize>) -> &mut Value {
    let count = match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    match numbers.next() {
        Some(number) if count > 0 => {
            let inner = match value {
                Value::Array(items) => items.get_mut(number % count),
                Value::Object(members) => members.values_mut().nth(number % count),
                _ => None,
            };
            place(inner.unwrap(), numbers)
        }
        _ => value,
    }
}

proptest! {
    #[test]
    fn any_bytes(call in prop::collection::vec(any::<u8>(), 0..64), which in 0..CALLS.len()) {
        decode_in_every_way(CALLS[which].1, &call.into());
    }

    #[test]
    fn any_json(data in json(), metadata in json(), which in 0..CALLS.len()) {
        let (name, binding) = CALLS[which];
        let golden: Value = serde_json::from_str(&golden(name)).unwrap();
        let datum = golden["Data"].as_object().unwrap().keys().next().unwrap().clone();
        let mut call = serde_json::json!({"Data": {}, "Metadata": metadata});
        call["Data"][datum] = data;
        decode_in_every_way(binding, &call.to_string().into());
    }

    #[test]
    fn golden_calls_with_other_values(
        which in 0..CALLS.len(),
        way in prop::collection::vec(any::<usize>(), 1..5),
        other in prop::option::of(json()),
    ) {
        let (name, binding) = CALLS[which];
        let call = changed(&golden(name), |call| match other {
            Some(other) => *place(call, way.into_iter()) = other,
            None => {
                let (last, way) = way.split_last().unwrap();
                match place(call, way.iter().copied()) {
                    Value::Object(members) if !members.is_empty() => {
                        let key = members.keys().nth(last % members.len()).unwrap().clone();
                        members.remove(&key);
                    }
                    other => *other = Value::Null,
                }
            }
        });
        decode_in_every_way(binding, &call.into());
    }

    #[test]
    fn golden_calls_that_break_off(which in 0..CALLS.len(), length in any::<prop::sample::Index>()) {
        let (name, binding) = CALLS[which];
        let call = golden(name).into_bytes();
        let length = length.index(call.len());
        decode_in_every_way(binding, &call[..length].to_vec().into());
    }
}
