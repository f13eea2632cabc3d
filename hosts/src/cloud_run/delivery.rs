//! Delivering, and delivering again.
//!
//! Pub/Sub (<https://cloud.google.com/pubsub/docs/handling-failures>), Eventarc
//! (<https://cloud.google.com/eventarc/docs/retry-events>) and Cloud Scheduler
//! (<https://cloud.google.com/scheduler/docs/configuring/retry-jobs>) all take an answer of the
//! 200s for a receipt and deliver again after any other. They wait in between, longer each time;
//! a test should not.

use std::collections::HashSet;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderValue, Method, Request, StatusCode};

use super::CloudRunHost;
use super::source::{Occasion, Push, Source};
use crate::error::Kind;
use crate::event::{DeliveryOptions, DeliveryReport, Fate, Happening, ItemReport};
use crate::{Error, body, http_client};

/// What one request delivers: one item, or the batch of a source that has batches.
#[derive(Debug)]
struct Parcel<'a> {
    occasions: Vec<Occasion<'a>>,
    /// Topic and ordering key.
    ordering: Option<(&'a str, &'a str)>,
    attempts: u32,
    fate: Option<Fate>,
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    body: Bytes,
}

impl CloudRunHost {
    /// Tells the function of `happenings`, in the wire form of `source`, by requests through the
    /// front end to the [push path](super::CloudRunHostBuilder::push_path).
    ///
    /// Each item has a request of its own, save with [`Source::CloudeventBatch`]. An answer of the
    /// 200s acknowledges; after any other the items are delivered again, after the others have had
    /// their turn, until they have been delivered as often as they may. Of the messages (or
    /// records) of one topic and ordering key, a later one is not delivered before the earlier one
    /// is done or among the dead letters.
    ///
    /// `options.function` has no meaning here: the path says which function it is for.
    ///
    /// # Errors
    /// When the source does not tell of such a happening, or the happening cannot be written in
    /// its form (a job's name that is no header value); nothing or not all has been delivered then.
    pub async fn deliver(
        &self,
        source: Source,
        happenings: &[Happening],
        options: &DeliveryOptions,
    ) -> Result<DeliveryReport, Error> {
        let refused = happenings.iter().find(|happening| !source.takes(happening));
        if let Some(happening) = refused {
            return Err(source.undeliverable(happening));
        }
        let size = match source {
            Source::CloudeventBatch => options.batch_size.max(1),
            _ => 1,
        };
        let mut parcels: Vec<Parcel<'_>> = happenings.chunks(size).map(Parcel::of).collect();
        let mut report = DeliveryReport::default();
        while parcels.iter().any(|parcel| parcel.fate.is_none()) {
            let mut held_back = HashSet::new();
            for parcel in parcels.iter_mut().filter(|parcel| parcel.fate.is_none()) {
                if parcel.ordering.is_some_and(|key| held_back.contains(&key)) {
                    continue;
                }
                parcel.attempts += 1;
                let push = source.encode(&parcel.occasions, parcel.attempts)?;
                let answer = self.send(push).await?;
                report.invocations += 1;
                let is_last = parcel.attempts >= options.max_attempts;
                parcel.fate = settle(&answer, is_last, &mut report);
                if parcel.fate.is_none() {
                    held_back.extend(parcel.ordering);
                }
            }
        }
        report.items = parcels.iter().flat_map(Parcel::reports).collect();
        Ok(report)
    }

    async fn send(&self, push: Push) -> Result<Answer, Error> {
        let address = self.server.address();
        let length = HeaderValue::from(push.body.len());
        let mut request = Request::new(body::full(push.body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.push_path.clone().into();
        *request.headers_mut() = push.headers;
        let host = HeaderValue::from_str(&address.to_string());
        let host = host.map_err(|_| Kind::InvalidHeader(address.to_string()))?;
        request.headers_mut().insert(HOST, host);
        request.headers_mut().insert(CONTENT_LENGTH, length);
        let response = http_client::send(address.port(), request).await;
        // The front end answers whatever happens to the container.
        let (head, stream) = response.map_err(|_| Kind::Stopped)?.into_parts();
        Ok(match body::read(stream, usize::MAX).await {
            Ok(body) => Answer {
                status: head.status,
                body,
            },
            // An answer that breaks off has not been received.
            Err(_) => Answer {
                status: StatusCode::BAD_GATEWAY,
                body: "the answer broke off".into(),
            },
        })
    }
}

/// What `answer` means for the items it is about; `None` if they are to be delivered again.
fn settle(answer: &Answer, is_last: bool, report: &mut DeliveryReport) -> Option<Fate> {
    if answer.status.is_success() {
        report.returned = serde_json::from_slice(&answer.body).ok();
        return Some(Fate::Done);
    }
    let body = String::from_utf8_lossy(&answer.body);
    let status = answer.status.as_u16();
    report.failures.push(format!("{status}: {body}"));
    is_last.then_some(Fate::DeadLettered)
}

impl<'a> Parcel<'a> {
    fn of(happenings: &'a [Happening]) -> Self {
        let ordering = match happenings {
            [Happening::Message(message)] => {
                message.group.as_deref().map(|key| (&*message.channel, key))
            }
            [Happening::Record(record)] => {
                let key = record.partition_key.as_deref();
                key.map(|key| (&*record.stream, key))
            }
            _ => None,
        };
        Self {
            occasions: happenings.iter().map(Occasion::of).collect(),
            ordering,
            attempts: 0,
            fate: None,
        }
    }

    fn reports(&self) -> impl Iterator<Item = ItemReport> {
        let report = self.fate.map(|fate| ItemReport {
            attempts: self.attempts,
            fate,
        });
        std::iter::repeat_n(report, self.occasions.len()).flatten()
    }
}
