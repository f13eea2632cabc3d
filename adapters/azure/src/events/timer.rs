//! [Timers]: `TimerInfo` of Azure/azure-webjobs-sdk-extensions.
//!
//! The status that comes along was written after the invocation before, so its `Next` is the time
//! that is due now; when the schedule is due again nobody tells. At a start with `runOnStartup`
//! nothing is due, and `Next` is still to come. Without a monitor (`"useMonitor": false`, and
//! schedules more frequent than once a minute) no times are told at all.
//!
//! [Timers]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer

use polyfn_core::{
    Attributes, Data, Delivery, Error, Event, EventKind, Payload, Result, Schedule, Timestamp,
};

use super::item::{Item, origin, source};
use super::json_value::Members;

/// How much too early a timer may fire: the host counts with it.
const EARLY_SECONDS: i64 = 60;

pub(super) fn delivery(function: Option<&str>, item: &Item<'_>) -> Result<Delivery> {
    let timer = Members::read(&item.body);
    let timer =
        timer.map_err(|error| Error::bad_request(format!("it is no TimerInfo: {error}")))?;
    let status = timer
        .get("ScheduleStatus")
        .and_then(|status| status.members());
    let told = |name: &str| status.as_ref()?.get(name)?.time();
    let system = item.facts.shared("sys").and_then(|sys| sys.members());
    let now = system.and_then(|sys| sys.get("UtcNow")?.time());

    let mut schedule = Schedule::default();
    schedule.last = told("Last");
    schedule.is_late = timer.get("IsPastDue").and_then(|late| late.is_true());
    schedule.job = function.map(str::to_owned);
    if let Some(next) = told("Next") {
        if has_come(next, now) {
            schedule.due = Some(next);
        } else {
            schedule.next = Some(next);
        }
    }
    let id = schedule.due.map(|due| due.to_string());
    let id = id.unwrap_or_else(|| item.fallback_id());
    let source = source(&[("timers", function)]);
    let mut attributes = Attributes::new(id, source, "com.microsoft.azure.timer.due");
    attributes.time = schedule.due.or(now);
    let event = Event::new(attributes, Payload::Schedule(schedule), item.context(None));
    let raw = Data::json(item.body.clone());
    Ok(Delivery::new(event, origin(EventKind::Schedule, [function])).with_raw(raw))
}

fn has_come(time: Timestamp, now: Option<Timestamp>) -> bool {
    now.is_none_or(|now| time.as_second() <= now.as_second().saturating_add(EARLY_SECONDS))
}
