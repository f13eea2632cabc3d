//! Amazon Resource Names: `arn:partition:service:region:account:resource`.

/// What follows the last colon: the name of a queue or a topic.
pub(super) fn last_part(arn: &str) -> &str {
    arn.rsplit_once(':').map_or(arn, |(_, last)| last)
}

/// What follows the last slash: the name of a rule, a schedule or a stream.
pub(super) fn last_segment(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(_, last)| last)
}

/// The name and the ARN of the table that a stream's ARN names:
/// `arn:aws:dynamodb:eu-west-1:123456789012:table/users/stream/2026-01-01T00:00:00.000`.
pub(super) fn table(stream_arn: &str) -> Option<(&str, &str)> {
    let (before, after) = stream_arn.split_once(":table/")?;
    let name = after.split('/').next().filter(|name| !name.is_empty())?;
    let length = before.len() + ":table/".len() + name.len();
    Some((name, stream_arn.get(..length)?))
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
        let stream = "arn:aws:dynamodb:eu-west-1:1:table/users/stream/2026-01-01T00:00:00.000";
        assert_eq!(
            table(stream),
            Some(("users", "arn:aws:dynamodb:eu-west-1:1:table/users"))
        );
        assert_eq!(table("arn:aws:dynamodb:eu-west-1:1:table/"), None);
        assert_eq!(table("users"), None);
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
