//! Schedules of EventBridge Scheduler whose input names them.
//!
//! The Scheduler replaces its
//! [context attributes](https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html)
//! wherever they stand in a target's input. An input that names the schedule is one:
//!
//! ```json
//! {
//!     "schedule-arn": "<aws.scheduler.schedule-arn>",
//!     "scheduled-time": "<aws.scheduler.scheduled-time>",
//!     "execution-id": "<aws.scheduler.execution-id>",
//!     "attempt-number": "<aws.scheduler.attempt-number>"
//! }
//! ```

use polyfn_core::{Attributes, Delivery};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::arriving::Arriving;
use super::eventbridge::schedule;
use super::flaw::{Flaw, read};
use super::moment;
use crate::text::Text;

#[derive(Debug, Deserialize)]
struct Input<'a> {
    #[serde(borrow, rename = "schedule-arn", alias = "scheduleArn")]
    schedule_arn: Text<'a>,
    #[serde(rename = "scheduled-time", alias = "scheduledTime")]
    scheduled_time: Option<Text<'a>>,
    #[serde(rename = "execution-id", alias = "executionId")]
    execution_id: Option<Text<'a>>,
    /// A number, or one in quotes, as whoever wrote the input has it.
    #[serde(rename = "attempt-number", alias = "attemptNumber")]
    attempt_number: Option<&'a RawValue>,
}

pub(super) fn delivery(json: &str, arriving: Arriving<'_>) -> Result<Delivery, Flaw> {
    let input: Input<'_> = read(json)?;
    let due = input.scheduled_time.as_deref();
    let due = due
        .map(|due| moment::rfc_3339("scheduled-time", due))
        .transpose()?;
    let attempt = input
        .attempt_number
        .map(|number| number.get().trim_matches('"'));
    let attempt: Option<u32> = attempt.and_then(|number| number.parse().ok());
    let context = arriving.context.clone().with_attempt(attempt);

    // As the envelope has them that the Scheduler sends where there is no input.
    let id = input.execution_id.as_deref();
    let id = id.unwrap_or(context.invocation_id());
    let mut attributes = Attributes::new(id, "aws.scheduler", "Scheduled Event");
    attributes.subject = Some(input.schedule_arn.to_string());
    attributes.time = due;
    attributes.datacontenttype = Some("application/json".to_owned());
    let arriving = arriving.in_context(&context);
    let delivery = schedule(attributes, due, Some(&input.schedule_arn), arriving);
    Ok(delivery.with_raw(arriving.data(json)))
}
