//! Timers.

use polyfn_core::EventKind;

use super::*;

#[test]
fn a_timer() {
    for name in ["timer", "timer_single"] {
        let delivery = only(TIMER, name);
        let schedule = payload!(delivery, Schedule);
        assert_eq!(
            schedule.due,
            time("2026-11-23T15:00:00Z"),
            "{name}: what was next before"
        );
        assert_eq!(schedule.last, time("2026-11-22T15:00:00.0012Z"), "{name}");
        assert_eq!(schedule.next, None, "{name}: nobody tells");
        assert_eq!(schedule.is_late, Some(false), "{name}");
        assert_eq!(schedule.job.as_deref(), Some("folder"), "{name}");
        assert_eq!(delivery.event().id(), "2026-11-23T15:00:00Z", "{name}");
        assert_eq!(delivery.origin().kinds(), [EventKind::Schedule]);
        assert_eq!(delivery.origin().names(), ["folder"]);
    }
    let late = payload!(only(TIMER, "timer_past_due"), Schedule);
    assert_eq!(late.due, time("2026-11-23T03:00:00Z"));
    assert_eq!(late.is_late, Some(true));
    let starting = payload!(only(TIMER, "timer_run_on_startup"), Schedule);
    assert_eq!(
        (starting.due, starting.last),
        (None, None),
        "nothing is due, nor ever was"
    );
    assert_eq!(starting.next, time("2026-11-24T03:00:00Z"));
    let unmonitored = only(TIMER, "timer_unmonitored");
    let schedule = payload!(unmonitored, Schedule);
    assert_eq!(
        (schedule.due, schedule.last, schedule.next),
        (None, None, None)
    );
    assert_eq!(
        unmonitored.event().time(),
        time("2026-11-23T15:00:01.1234567Z")
    );
    assert_eq!(unmonitored.event().id(), "i-1");
}
