//! A schedule: `TimerInfo` (`Extensions/Timers/TimerInfo.cs`, `ScheduleStatus.cs` and
//! `Listener/TimerListener.cs` of Azure/azure-webjobs-sdk-extensions).
//!
//! `ScheduleStatus.Next` is the moment that is due now: the status was written down after the
//! invocation before. When the schedule will be due after that, nobody tells. `useMonitor: false`
//! leaves the status out.

use serde_json::{Value, json};

use super::{Arrival, Delivery};
use crate::azure::binding_data::BindingData;
use crate::azure::date_time::DateTime;
use crate::azure::function_json::Binding;
use crate::event::Happening;

/// `default(DateTime)`: the schedule has never been due before.
const NEVER: &str = "0001-01-01T00:00:00+00:00";

pub(super) fn delivery(binding: &Binding, item: &Arrival<'_>) -> Option<Delivery> {
    let Happening::Schedule(tick) = item.happening else {
        return None;
    };
    let last = tick.last.as_deref().and_then(DateTime::parse);
    let last = last.map_or_else(|| NEVER.to_owned(), local);
    let status = if binding.use_monitor == Some(false) {
        Value::Null
    } else {
        json!({"Last": last, "Next": local(item.time), "LastUpdated": last})
    };
    let timer = json!({
        "Schedule": {"AdjustForDST": true},
        "ScheduleStatus": status,
        "IsPastDue": tick.late,
    });
    Some(Delivery {
        value: timer.into(),
        binding_data: BindingData::default(),
    })
}

/// Local time, of a machine in UTC.
fn local(time: DateTime) -> String {
    format!("{}+00:00", time.exact())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timer(binding: Value, tick: Value) -> Value {
        let binding = serde_json::from_value(binding).unwrap();
        let happening = serde_json::from_value(tick).unwrap();
        let delivery = delivery(&binding, &Arrival::new(&happening, 1)).unwrap();
        assert_eq!(delivery.binding_data, BindingData::default());
        delivery.value.wire()
    }

    #[test]
    fn what_is_due_now_is_next() {
        let tick = json!({"kind": "schedule", "due": "2026-01-02T03:00:00Z", "last": "2026-01-01T03:00:00.5Z", "late": true});
        let expected = json!({
            "Schedule": {"AdjustForDST": true},
            "ScheduleStatus": {
                "Last": "2026-01-01T03:00:00.5+00:00",
                "Next": "2026-01-02T03:00:00+00:00",
                "LastUpdated": "2026-01-01T03:00:00.5+00:00",
            },
            "IsPastDue": true,
        });
        assert_eq!(timer(json!({"type": "timerTrigger"}), tick), expected);
    }

    #[test]
    fn the_first_time_and_no_monitor() {
        let tick = json!({"kind": "schedule", "due": "2026-01-02T03:00:00Z"});
        let first = timer(json!({"type": "timerTrigger"}), tick.clone());
        assert_eq!(first["ScheduleStatus"]["Last"], NEVER);
        let unmonitored = timer(json!({"type": "timerTrigger", "useMonitor": false}), tick);
        assert_eq!(unmonitored["ScheduleStatus"], Value::Null);
    }
}
