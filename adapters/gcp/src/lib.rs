//! Runs a polyfn app on Google Cloud Functions and Cloud Run.
//!
//! It keeps the [Functions Framework contract]: requests stream in and responses stream out, and
//! events come as requests.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `PORT` | the port | 8080 |
//! | `POLYFN_BIND` | the IP address to listen on | 0.0.0.0 |
//! | `FUNCTION_TARGET` | the function that is deployed alone, if it is one of the app's | all of them, by route or trigger |
//! | `FUNCTION_SIGNATURE_TYPE` | `http`, or `typed`, which is JSON in and out over HTTP; `cloudevent`, or `event`, where all that comes is events | `http` |
//! | `CLOUD_RUN_TIMEOUT_SECONDS` | the deadline of a request: its handler, or the body of its answer, is ended a little before | none is known |
//! | `POLYFN_CONCURRENCY` | how many requests and events are in flight at once; beyond it 429 | no limit |
//! | `POLYFN_HEALTH` | `off` gives `/_polyfn/health` and `/_polyfn/warmup` to the app ([`Probes`]) | `on` |
//!
//! `POLYFN_CONCURRENCY` is for a limit that must hold whatever the platform does. Cloud Run's own
//! (`--concurrency`) is better where it will do: it sends what is beyond it to other instances.
//!
//! Where one function is deployed alone it gets every path save `/robots.txt` and
//! `/favicon.ico`, which that contract keeps from a function. A whole app routes these two
//! like any other.
//!
//! # Events
//!
//! | source | payload | what is told |
//! |---|---|---|
//! | Cloud Storage, `google.cloud.storage.object.v1.finalized` and `….deleted`, in JSON or protobuf | [`ObjectCreated`], [`ObjectDeleted`] | all of it; the version is the generation |
//! | a [notification][notifications] of Cloud Storage in a Pub/Sub message | [`Message`], which carries [`ObjectCreated`] or [`ObjectDeleted`] for a function of these | as above; with `payloadFormat=NONE` key, bucket and version |
//! | Pub/Sub: by Eventarc, [pushed][push], or [without wrapper][unwrapped] | [`Message`]; for a `stream` a [`Record`], for a `schedule` a [`Schedule`] | id, data, attributes, ordering key, time; the attempt where there is a dead-letter topic |
//! | Cloud Scheduler by HTTP | [`Schedule`] | when it was due, the job |
//! | Firestore, `google.cloud.firestore.document.v1.*`, in JSON or protobuf | [`DocumentChange`] | the collection's path, the document's below `documents/`, what was done, both images, the time |
//! | [background events][background] | that of the CloudEvent that they are | |
//! | any other CloudEvent | its data, for a function of its type | |
//!
//! CloudEvents come in the binary, the structured or the batched mode. Functions of a bucket are
//! found by its name; of a topic by that, by the subscription's, or by either's resource name
//! (`projects/…`), and a push does not tell the topic; of a collection by its id or its path; of
//! a schedule by the job. In a push without wrapper attributes are headers: their names are in
//! lower case, and those that the protocol and Google's front set are left out.
//!
//! Of a document's values numbers keep their digits; a double for which JSON has no number is
//! `"NaN"`, `"Infinity"` or `"-Infinity"`; times are RFC 3339, bytes base64, references names,
//! geo points `{"latitude", "longitude"}`.
//!
//! [`Event::native`] has the [`GoogleEvent`]: the request's headers and body, just as they came.
//! A function that was written for background events gets one of any event that has that form,
//! CloudEvent or not: [`BackgroundEvent`] has both directions of Google's [mapping][background].
//!
//! ## Which requests are events
//!
//! An app without functions of events takes requests alone. Else, where a function of events is
//! deployed alone, or `FUNCTION_SIGNATURE_TYPE` says so, every request has to be an event: what is
//! not posted is refused with 405 (the scheduler may call by any method), and what is none with
//! 400. A whole app takes both. Events are there
//!
//! - CloudEvents that are posted, on whatever path;
//! - calls of Cloud Scheduler, and pushes without wrapper that are posted, where no function's
//!   route answers them;
//! - what is posted as JSON, where no function's route answers it, and is a push or a background
//!   event.
//!
//! ## The answer
//!
//! | events | answer |
//! |---|---|
//! | done | 204, or 200 with what the handler returned as JSON |
//! | failed | a problem document with the headers of the handler's [`Error`], and with its status if that is 408, 409, 429, 500, 502, 503 or 504; else 500 |
//! | out of time | 504 |
//! | data that do not fit | 500, with the path of what does not |
//! | for no function of the app, or for several | 500 or 409, with the functions that there are |
//! | malformed | 400, with what is wrong |
//! | larger than the limit | 413 |
//! | several, in the batched mode | 200, or 500 where one failed: all are tried, and the body lists what came of each: `{"invocation_id", "outcomes": [{"id", "outcome": "done" \| "failed" \| "skipped", "returned"?, "status"?, "detail"?}]}` |
//!
//! With a 5xx comes `X-Google-Status`: `crash` for a panic, else `error`. Pub/Sub, and Eventarc
//! and the scheduler with it, deliver again after whatever is no 2xx. Eventarc Advanced
//! [gives up][advanced] after all others than those above, which is why an event that failed has
//! no other.
//!
//! A message of Pub/Sub may have [10 MB][quotas], which makes 13.4 MB in base64, and an app's limit
//! is 6 MiB unless it says more ([`App::body_limit`]): one beyond it is refused each time it comes.
//!
//! # The end
//!
//! On SIGTERM new requests are served for another half second, and what is in flight has
//! nine seconds to end. What is left of them, and half a second more, is for
//! [`App::on_shutdown`]; Google kills the process after ten.
//!
//! [Functions Framework contract]: https://github.com/GoogleCloudPlatform/functions-framework
//! [notifications]: https://cloud.google.com/storage/docs/pubsub-notifications
//! [push]: https://cloud.google.com/pubsub/docs/push
//! [unwrapped]: https://cloud.google.com/pubsub/docs/payload-unwrapping
//! [background]: https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md
//! [advanced]: https://cloud.google.com/eventarc/advanced/docs/retry-events
//! [quotas]: https://cloud.google.com/pubsub/quotas#resource_limits
//! [`App::body_limit`]: polyfn_core::App::body_limit
//! [`App::on_shutdown`]: polyfn_core::App::on_shutdown
//! [`DocumentChange`]: polyfn_core::DocumentChange
//! [`Error`]: polyfn_core::Error
//! [`Event::native`]: polyfn_core::Event::native
//! [`Message`]: polyfn_core::Message
//! [`ObjectCreated`]: polyfn_core::ObjectCreated
//! [`ObjectDeleted`]: polyfn_core::ObjectDeleted
//! [`Record`]: polyfn_core::Record
//! [`Schedule`]: polyfn_core::Schedule

mod event_answer;
mod events;
mod intake;
mod respond;
mod settings;
mod trace;

use std::sync::Arc;

use polyfn_core::{AppService, Request, Result};
use polyfn_server::{Listener, Probes, RunError, Signals, block_on};

use respond::Front;
use settings::{DRAIN, Settings};

pub use events::{
    BackgroundContext, BackgroundEvent, BackgroundResource, Decoded, Form, GoogleEvent, decode,
    decode_from_google,
};

/// Serves the app that `start` makes, until SIGTERM, which also ends a `start` that is under
/// way.
///
/// # Errors
///
/// When the port is taken, `start` fails, or a variable's value means nothing.
pub fn run(start: impl Future<Output = Result<AppService>>) -> Result<(), RunError> {
    block_on(async {
        let mut signals = Signals::watch();
        let settings = Settings::from_env()?;
        let listener = Listener::bind(settings.ip, settings.port).await?;
        let probes = Probes::from_env(listener.draining())?;
        let Some(service) = signals.unless(start).await else {
            return Ok(());
        };
        let service = settings.deployed(service.map_err(RunError::App)?);
        let front = Arc::new(Front {
            intake: settings.intake(&service),
            service: service.clone(),
            timeout: settings.timeout,
            concurrency: settings.concurrency,
            probes,
        });
        let respond = move |request: Request| front.respond(request);
        let ending = listener.serve(respond, DRAIN, signals).await;
        ending.spend_on(service.shut_down()).await;
        Ok(())
    })
}
