//! Runs a polyfn app as an Azure Functions [custom handler].
//!
//! HTTP functions work in each of the host's three modes, which `host.json` chooses:
//!
//! | mode | `customHandler` | what passes |
//! |---|---|---|
//! | proxying (preferred) | `"enableProxyingHttpRequest": true` | everything, streamed both ways |
//! | forwarding | `"enableForwardingHttpRequest": true` | buffered; the host joins repeated query keys and drops chunked bodies |
//! | invocation | neither | JSON: no binary response, one value per response header |
//!
//! The socket is bound and the host's readiness probe answered before the app has started;
//! requests wait until it has. The route prefix of `host.json` is stripped, so that a
//! function sees the same path as on every other target.
//!
//! In invocation mode the request is the datum that the `httpTrigger` binding of the
//! function's `function.json` names; where there is no such file, `req`, or the only one.
//!
//! # Events
//!
//! Functions for every other trigger are called by `POST /<folder>` with
//! `{"Data":{…},"Metadata":{…}}` in each of the modes. What came tells the `function.json` in the
//! folder, never the looks of the data: the type of its trigger, the queue, topic, hub or
//! container, `dataType` and `cardinality`. `%SETTINGS%` in names are looked up.
//!
//! | trigger | payload | what is reported |
//! |---|---|---|
//! | `queueTrigger` | [`Message`] | id, body, when it was sent; the attempt |
//! | `serviceBusTrigger` | [`Message`] | the same, application properties, content type; the session is the group, in order; subject; the extensions `correlationid`, `sequencenumber` |
//! | `timerTrigger` | [`Schedule`] | due, last, late; the job is the folder. `next` at a start with `runOnStartup`, when nothing is due; no times without a monitor |
//! | `blobTrigger` | [`ObjectCreated`] | container, key, size, content type, version, and the entity tag where the host can write it |
//! | `eventGridTrigger`, `Microsoft.Storage.BlobCreated`, `…BlobDeleted` | [`ObjectCreated`], [`ObjectDeleted`] | container, key, size, content type, entity tag |
//! | `eventGridTrigger`, all else | the data | CloudEvents as they are; of the Event Grid schema `topic` is the source, `dataVersion` the extension `dataversion` |
//! | `eventHubTrigger` | [`Record`] | partition and its key, sequence number, when it was written, properties; in the order of the partition; the extension `offset` |
//! | `kafkaTrigger` | [`Record`] | partition, key, offset (the sequence number), when it was written, headers (text, or base64 where they are none); in the order of the partition |
//! | `cosmosDBTrigger` | [`DocumentChange`] | the document as it is, its id and container, when it was changed; not what it was, nor what was done |
//! | [`warmupTrigger`], and a `timerTrigger` in a folder called `warmup` of which the app has no function | none | it is [`App::warmup`] that is called |
//!
//! The attempt is what queues and Service Bus count; elsewhere the function's retry policy tells it.
//! Write `dataType` and `cardinality` into each `function.json`: with `"dataType": "binary"` the
//! data come in base64 and are decoded here, and without it the host takes them for text, which
//! destroys bytes that are none. Blobs come with all of their content, which a handler does not
//! get: for large ones take Event Grid's events.
//!
//! A folder that bears a function's name is for that function; what comes for any other folder
//! finds its function by the kind of the trigger and its names. A schedule's folder is named after
//! its function.
//!
//! **Metadata can be forged.** Where the data are the text of a JSON object, the host lets its
//! members overwrite `Metadata`. A key that the data have as well, in any case, is not believed: an
//! id is then the invocation's, and anything else is `None`. With `"dataType": "binary"` nothing is
//! overwritten. A blob whose content overwrites its address fails.
//!
//! **A failure fails the invocation**, and with it the whole batch: Azure has no failures of single
//! items. All items are tried (but for those that come after a failure in their session or
//! partition), and then all come again, also those that went well. Where that matters use
//! `"cardinality": "one"`, or look an event's id up before its work is done twice.
//!
//! A value that a function returns, [`Json`], is the invocation's `ReturnValue`, for a binding that
//! is called `$return`: one item's value as it is, several items' as an array. The host decodes
//! strings that are valid base64 (`done`, `2024`) unless the output has `"dataType": "binary"`,
//! parses strings that look like JSON, and makes several messages of an array. Bytes that
//! have to stay what they are, a function returns in base64 itself.
//!
//! An invocation is told from an HTTP request by what no client can send through the host. It
//! never has the `x-ms-invocation-id` that each proxied request has, and it is chunked, where
//! forwarded bodies have a `Content-Length`. So a route may have a folder's name.
//!
//! [`AzureInvocation`] is the host's call as it came, for
//! [`Context::native`](polyfn_core::Context::native). [`deliveries`] reads a call without the files
//! of a function app.
//!
//! # What stands before an app
//!
//! `functionTimeout` in `host.json` is the deadline of every call: what still runs a little before
//! is ended, since the host kills the whole worker otherwise.
//!
//! `POLYFN_CONCURRENCY` limits the HTTP requests in flight: beyond it they get 429, in invocation
//! mode within an invocation that succeeds, so that the host counts no failure. Events are never
//! refused, since that would make them fail; how many come at once is set in `host.json`, per
//! extension (`batchSize`, `maxConcurrentCalls`, …). Nor is the host's own probe.
//!
//! `/_polyfn/health` and `/_polyfn/warmup` ([`Probes`]) can be asked where a function's route covers
//! them, as `{*path}` does.
//!
//! The host ends the process without a word, so that [`App::on_shutdown`] is called only after a
//! SIGTERM, from a person or a container's platform: what is in flight has five seconds then, and
//! it has what is left of ten.
//!
//! # Settings
//!
//! | variable | meaning |
//! |---|---|
//! | `FUNCTIONS_CUSTOMHANDLER_PORT` | the port on 127.0.0.1 that the host dials |
//! | `FUNCTIONS_APP_ROOT_PATH` | where `host.json` and the functions' folders are |
//! | `POLYFN_CONCURRENCY` | how many HTTP requests are in flight at once (no limit) |
//! | `POLYFN_HEALTH` | `off` gives `/_polyfn/health` and `/_polyfn/warmup` to the app (`on`) |
//! | `AzureFunctionsJobHost__…` | overrides a setting of `host.json`, as for the host: `AzureFunctionsJobHost__extensions__http__routePrefix` |
//!
//! The wire forms are those of the sources of the host, `src/WebJobs.Script/Workers/Http` in its
//! public repository, and of the extensions that bring the triggers; no real host can be installed
//! from a registry to prove them.
//!
//! [`App::on_shutdown`]: polyfn_core::App::on_shutdown
//! [`App::warmup`]: polyfn_core::App::warmup
//! [`DocumentChange`]: polyfn_core::DocumentChange
//! [`Json`]: polyfn_core::Json
//! [`Message`]: polyfn_core::Message
//! [`warmupTrigger`]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-warmup
//! [`Probes`]: polyfn_server::Probes
//! [`ObjectCreated`]: polyfn_core::ObjectCreated
//! [`ObjectDeleted`]: polyfn_core::ObjectDeleted
//! [`Record`]: polyfn_core::Record
//! [`Schedule`]: polyfn_core::Schedule
//! [custom handler]: https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers

mod app_root;
mod app_settings;
mod decode;
mod deployed;
mod encode;
mod events;
mod function_json;
mod host_settings;
mod invocation;
mod invocation_error;
mod json_file;
mod native;
mod pairs;
mod plain;
mod respond;
mod run;
mod time_span;
mod warmup;

pub use decode::decode;
pub use encode::encode;
pub use events::deliveries;
pub use invocation_error::InvocationError;
pub use json_file::AppRootError;
pub use native::AzureInvocation;
pub use run::{RunError, run};
