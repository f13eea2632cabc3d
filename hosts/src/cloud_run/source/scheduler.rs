//! Cloud Scheduler.
//!
//! An HTTP target's headers as in
//! <https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget>;
//! the job has no body, as unless one is configured. It tells of no attempts: the time of the
//! schedule stays the same.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::occasion::Occasion;
use super::pubsub::Published;
use super::push::Push;
use crate::Error;
use crate::event::Tick;

pub(super) fn http(tick: &Tick, occasion: &Occasion<'_>) -> Result<Push, Error> {
    Push::new(Bytes::new())
        .header("user-agent", "Google-Cloud-Scheduler")?
        .header("x-cloudscheduler", "true")?
        .header("x-cloudscheduler-jobname", &tick.job)?
        .header("x-cloudscheduler-scheduletime", &occasion.time)
}

/// A topic that is named after the job. The attribute is the one that the scheduled functions of
/// Firebase ask for, since a message has to have data or attributes.
pub(super) fn published(tick: &Tick, occasion: &Occasion<'_>) -> Published {
    Published {
        topic: tick.job.clone(),
        id: occasion.id.clone(),
        time: occasion.time.clone(),
        data: Bytes::new(),
        attributes: BTreeMap::from([("scheduled".to_owned(), "true".to_owned())]),
        ordering_key: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Happening;

    fn tick() -> Tick {
        Tick {
            job: "nightly".to_owned(),
            due: Some("2026-01-02T03:00:00Z".to_owned()),
            ..Tick::default()
        }
    }

    #[test]
    fn an_http_target_has_the_jobs_headers_and_no_body() {
        let happening = Happening::Schedule(tick());
        let push = http(&tick(), &Occasion::of(&happening)).unwrap();
        let expected = [
            ("user-agent", "Google-Cloud-Scheduler"),
            ("x-cloudscheduler", "true"),
            ("x-cloudscheduler-jobname", "nightly"),
            ("x-cloudscheduler-scheduletime", "2026-01-02T03:00:00Z"),
        ];
        for (name, value) in expected {
            assert_eq!(push.headers[name], value, "{name}");
        }
        assert!(push.body.is_empty() && !push.headers.contains_key("content-type"));
    }

    #[test]
    fn a_topic_target_has_the_jobs_topic() {
        let happening = Happening::Schedule(tick());
        let push = published(&tick(), &Occasion::of(&happening));
        let push = push.eventarc(1).unwrap();
        assert_eq!(
            push.headers["ce-source"],
            "//pubsub.googleapis.com/projects/my-project/topics/nightly"
        );
        assert_eq!(push.headers["ce-time"], "2026-01-02T03:00:00Z");
    }
}
