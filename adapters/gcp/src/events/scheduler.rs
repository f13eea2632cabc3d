//! Cloud Scheduler, which calls by HTTP.
//!
//! Its headers are those of [`HttpTarget`]. A job that publishes to a topic is a message there.
//!
//! [`HttpTarget`]: https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use polyfn_core::{
    Attributes, Context, Data, Delivery, Error, Event, EventKind, Origin, Payload, Schedule,
};

use super::malformed::{malformed, read_time};

/// Google's own type of the event that a job ran.
const EXECUTED: &str = "google.cloud.scheduler.job.v1.executed";

const JOB_NAME: &str = "x-cloudscheduler-jobname";

const SCHEDULE_TIME: &str = "x-cloudscheduler-scheduletime";

pub(super) fn delivery(
    headers: &HeaderMap,
    body: &Bytes,
    context: Context,
) -> Result<Delivery, Error> {
    let job = text(headers, JOB_NAME)?;
    let time = text(headers, SCHEDULE_TIME)?;
    let due = time
        .map(|time| read_time(SCHEDULE_TIME, time))
        .transpose()?;

    // The same for each attempt of a run, which the time of the schedule names.
    let id = match (job, time) {
        (Some(job), Some(time)) => format!("{job}/{time}"),
        _ => context.invocation_id().to_owned(),
    };
    let source = format!(
        "//cloudscheduler.googleapis.com/{}",
        job.unwrap_or_default()
    );
    let mut attributes = Attributes::new(id, source, EXECUTED);
    attributes.time = due;
    attributes.datacontenttype = text(headers, CONTENT_TYPE.as_str())?.map(str::to_owned);
    let data = Data::new(body.clone());
    let data = match &attributes.datacontenttype {
        Some(content_type) => data.with_content_type(content_type.clone()),
        None => data,
    };

    let mut schedule = Schedule::default();
    schedule.due = due;
    schedule.job = job.map(str::to_owned);
    let mut origin = Origin::new([EventKind::Schedule]);
    if let Some(job) = job {
        let short = job.rsplit('/').next().filter(|short| *short != job);
        origin = origin.named(job);
        if let Some(short) = short {
            origin = origin.named(short);
        }
    }
    let event = Event::new(attributes, Payload::Schedule(schedule), context);
    Ok(Delivery::new(event, origin).with_raw(data))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Error> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|error| malformed(name, error))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}
