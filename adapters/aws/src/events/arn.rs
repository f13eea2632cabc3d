//! Amazon Resource Names: `arn:partition:service:region:account:resource`.

use polyfn_core::{EventKind, Origin};

const FIFO: &str = ".fifo";

/// What follows the last colon: the name of a queue or a topic.
fn last_part(arn: &str) -> &str {
    arn.rsplit_once(':').map_or(arn, |(_, last)| last)
}

/// A queue or a topic, with its name and its ARN for names. That of a FIFO one has to end in
/// `.fifo`, which says nothing of what it is for.
pub(super) fn channel(kind: EventKind, arn: &str) -> Origin {
    let name = last_part(arn);
    let origin = Origin::new([kind]).named(name).named(arn);
    match name.strip_suffix(FIFO) {
        Some(short) => origin.shortened(short),
        None => origin,
    }
}

/// Whether it is a queue or a topic that keeps an order.
pub(super) fn is_fifo(arn: &str) -> bool {
    arn.ends_with(FIFO)
}

/// What follows the last slash: the name of a rule or a schedule.
pub(super) fn last_segment(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(_, last)| last)
}

/// The name and the ARN of the `table` or the `stream` that an ARN is of, whatever follows it:
/// `arn:aws:dynamodb:eu-west-1:123456789012:table/users/stream/2026-01-01T00:00:00.000`, or
/// `arn:aws:kinesis:eu-west-1:123456789012:stream/readings/consumer/polyfn:1735689600`.
pub(super) fn resource<'a>(arn: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    let (start, prefix) = arn.match_indices(&format!(":{kind}/")).next()?;
    let name = arn.get(start + prefix.len()..)?.split('/').next()?;
    let length = start + prefix.len() + name.len();
    (!name.is_empty()).then_some((name, arn.get(..length)?))
}

/// Whether it names something of that service.
pub(super) fn is_of_service(arn: &str, service: &str) -> bool {
    let mut parts = arn.split(':');
    parts.next() == Some("arn") && parts.nth(1) == Some(service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert_eq!(
            last_part("arn:aws:sqs:eu-west-1:123456789012:orders.fifo"),
            "orders.fifo"
        );
        assert_eq!(last_part("orders"), "orders");
        assert_eq!(
            last_segment("arn:aws:events:eu-west-1:1:rule/bus/nightly"),
            "nightly"
        );
        for (arn, kind, found) in [
            (
                "arn:aws:dynamodb:eu-west-1:1:table/users/stream/2026-01-01T00:00:00.000",
                "table",
                Some(("users", "arn:aws:dynamodb:eu-west-1:1:table/users")),
            ),
            (
                "arn:aws:kinesis:eu-west-1:1:stream/readings",
                "stream",
                Some(("readings", "arn:aws:kinesis:eu-west-1:1:stream/readings")),
            ),
            (
                "arn:aws:kinesis:eu-west-1:1:stream/readings/consumer/polyfn:7",
                "stream",
                Some(("readings", "arn:aws:kinesis:eu-west-1:1:stream/readings")),
            ),
            ("arn:aws:dynamodb:eu-west-1:1:table/", "table", None),
            ("users", "table", None),
        ] {
            assert_eq!(resource(arn, kind), found, "{arn}");
        }
    }

    #[test]
    fn a_fifo_channel_has_a_short_name() {
        for (arn, name, short_name) in [
            ("arn:aws:sqs:eu-west-1:1:orders", "orders", None),
            (
                "arn:aws:sqs:eu-west-1:1:orders.fifo",
                "orders.fifo",
                Some("orders"),
            ),
        ] {
            let origin = channel(EventKind::Queue, arn);
            assert_eq!(origin.names(), [name, arn]);
            assert_eq!(origin.short_name(), short_name, "{arn}");
            assert_eq!(is_fifo(arn), short_name.is_some(), "{arn}");
        }
    }

    #[test]
    fn a_service_is_the_third_part() {
        assert!(is_of_service(
            "arn:aws:scheduler:eu-west-1:1:schedule/default/nightly",
            "scheduler"
        ));
        assert!(!is_of_service(
            "arn:aws:events:eu-west-1:1:rule/scheduler",
            "scheduler"
        ));
        assert!(!is_of_service("scheduler", "scheduler"));
    }
}
