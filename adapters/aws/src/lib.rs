//! Runs a polyfn app on AWS Lambda.
//!
//! [`run()`] is the loop; the `polyfn` crate calls it. [`decode_invocation()`] is what it does to
//! whatever Lambda delivers, [`encode()`] and [`EventAnswer::encode`] make the answers; none of
//! them does any I/O. [`decode()`] reads requests alone, [`decode_event()`] events alone.
//!
//! # Requests
//!
//! | front | event | answer |
//! |---|---|---|
//! | API Gateway REST API | format 1.0 without a version | `multiValueHeaders` |
//! | API Gateway HTTP API | format 1.0 or 2.0 | `multiValueHeaders`; `headers` and `cookies` |
//! | Lambda function URL | format 2.0 | `headers` and `cookies` |
//! | application load balancer | with or without multi-value headers | the same as the event |
//! | VPC Lattice | event structure version 2 | `headers`, lists for repeated ones |
//!
//! Where the shape is known and a field is of a wrong type, the answer is 400.
//!
//! # Streamed answers
//!
//! With `POLYFN_AWS_INVOKE_MODE=response_stream` the answers to REST APIs and function URLs leave
//! while they are made, errors included, and may be larger than 6 MiB. It needs the front's
//! consent, `RESPONSE_STREAM` as the invoke mode of the function URL or `STREAM` as the
//! [response transfer mode](https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html)
//! of the integration: **who asks for a whole answer sees the prelude of a streamed one**. No
//! other front streams; what it is answered is whole in this mode too, and so is what comes of
//! events.
//!
//! A slow reader holds the body, and one that goes away drops it. A body that fails at once is a
//! 500. One that fails later, or does not end in time, ends with the trailers
//! `Lambda-Runtime-Function-Error-Type` and `-Body`; Lambda passes them on, so that they name
//! what happened (`polyfn.BodyFailed`, `polyfn.TimedOut`) and the log alone says why.
//!
//! # Events
//!
//! An app that has functions for events gets these as well, told apart by what they say of
//! themselves:
//!
//! | source | payload | answer |
//! |---|---|---|
//! | S3 | [`ObjectCreated`], [`ObjectDeleted`]; other happenings as events of the type `com.amazonaws.s3.<eventName>` | value |
//! | SQS | [`Message`] of a queue, and what it carries | each that is not done |
//! | SNS | [`Message`] of a topic, and what it carries | value |
//! | Kinesis | [`Record`] | the first that is not done |
//! | DynamoDB stream | [`DocumentChange`] | the first that is not done |
//! | EventBridge | S3's objects, [`Schedule`], else an event of the type `detail-type` | value |
//! | EventBridge Scheduler | [`Schedule`] | value |
//! | CloudEvent in JSON | an event of its type | value |
//! | any other JSON (`Invoke`, a state machine's task) | an event without a type | value |
//!
//! - **Each that is not done** and **the first** is `{"batchItemFailures":[…]}`, always, with `[]`
//!   for none. Lambda only reads it where the event source mapping has `ReportBatchItemFailures`;
//!   **without that setting all of a batch counts as done**. Of a shard, Lambda starts again
//!   from the first, whatever else is named.
//! - **Value** is what the handler returned, as JSON; `null` where it returned none or there are
//!   several records. All records are tried; if one fails, the invocation fails
//!   ([`EventFailure::error_type`] has the names), and Lambda or whoever waits for the answer
//!   decides whether all of it comes again.
//! - A record that is malformed is an item that failed, and costs none of its siblings but those
//!   that have to stay behind it. One that can't even be named makes the event malformed.
//! - Messages of a FIFO queue keep the order of their group, records of a stream that of their
//!   shard. Other messages, and the records of S3 and SNS, are handled several at once.
//!
//! A message is an envelope where its body is a notification of SNS (`Type`, `TopicArn`,
//! `MessageId`), one of S3, or an event of EventBridge with its `id`. Functions of the topic, the
//! bucket or the event's type then get what is in it, unless a function takes the queue itself.
//! S3's `s3:TestEvent` carries nothing, and is done at once. JSON that is none of these is a
//! message like any other. Nothing in a message proves who wrote it: who may write to a queue
//! that no function takes may call the functions of topics, buckets and types, so let its policy
//! allow the services alone.
//!
//! The name of a FIFO queue or topic may do without its `.fifo`: `queue("orders")` takes the
//! messages of `orders.fifo` too, unless a function has that name or its ARN.
//!
//! What else is told of them:
//!
//! | | id | source | subject | names of the origin | beside that |
//! |---|---|---|---|---|---|
//! | S3 | the request's ids | `aws:s3.<region>.<bucket>` | the key | bucket, its ARN | the extension `sequence`: S3's sequencer |
//! | SQS | message id | queue's ARN | | queue, its ARN; for short without `.fifo` | attempt; trace, by a `traceparent` attribute or X-Ray's |
//! | SNS | message id | the subscription's ARN (in a queue, the topic's) | `Subject`, also the attribute `subject` | topic, its ARN; for short without `.fifo` | |
//! | Kinesis | `eventID` | stream's ARN | | stream, its ARN | |
//! | DynamoDB | `eventID` | stream's ARN | the key's values, joined by `/` in the order of the event | table, its ARN, the stream's ARN | |
//! | EventBridge | `id` | `source` | the first of `resources`; an object's key | of a schedule: the rule, its ARN | the extensions `account` and `region` |
//!
//! The attributes of S3 and SNS are those of CloudEvents' adapters
//! ([S3](https://github.com/cloudevents/spec/blob/main/cloudevents/adapters/aws-s3.md),
//! [SNS](https://github.com/cloudevents/spec/blob/main/cloudevents/adapters/aws-sns.md)). S3 gives
//! all objects of one multi-object deletion the same request id; tell those apart by the subject
//! as well.
//!
//! A number of DynamoDB keeps all its digits; one that JSON has no form for is a string. Records
//! that the Kinesis Producer Library has aggregated fail, with an error that says so. A tumbling
//! window's state is not kept.
//!
//! EventBridge Scheduler's default notification needs nothing. A target with an input of its own
//! is a schedule if it names it by these
//! [context attributes](https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html),
//! in kebab or camel case; the last three may be left out:
//!
//! ```json
//! {
//!     "schedule-arn": "<aws.scheduler.schedule-arn>",
//!     "scheduled-time": "<aws.scheduler.scheduled-time>",
//!     "execution-id": "<aws.scheduler.execution-id>",
//!     "attempt-number": "<aws.scheduler.attempt-number>"
//! }
//! ```
//!
//! # What is no such thing
//!
//! The messages of WebSocket APIs, the questions of Lambda authorizers and VPC Lattice's event
//! structure version 1 fail their invocation with the error type `polyfn.UnknownEvent`, and a
//! message that says what was looked at. So does any event where no function is for events,
//! and JSON that says nothing where none has an `event` trigger. What is no JSON, or says
//! whose it is and is malformed, fails with `polyfn.MalformedEvent`.
//!
//! # What the fronts themselves lose
//!
//! - **HTTP API**: the path arrives percent-decoded, so `%2F` is a slash; it is encoded
//!   again where a URI needs it. Repeated headers arrive joined by commas, repeated response
//!   headers leave joined (but `Set-Cookie`).
//! - **Function URL**: headers as above.
//! - **REST API**: the query arrives decoded and as a map: `%20` or `+`, `flag` or `flag=`,
//!   and the order of different names are gone. Binary answers need the API's
//!   `binaryMediaTypes`. A base path mapping of a custom domain stays in the path.
//! - **Load balancer**: the query is a map, yet raw. Without multi-value headers only the
//!   last value of a repeated header or query name arrives; repeated response headers leave
//!   joined, and several `Set-Cookie` as spellings of the name that differ in case. With
//!   them, it "might send the headers to the client in a different order": it has been seen
//!   to reverse the values of a name. An answer over 1 MB, as JSON, becomes a 500 that says so.
//! - **VPC Lattice**: the query is a map, yet raw.
//! - **All**: `?` without a query, the version of HTTP, trailers, the case of header names. A
//!   header value that is not UTF-8 arrives altered, since an event is JSON and JSON is text
//!   (a handler sees the UTF-8 of what the front made of it); one in a response leaves as if
//!   it were Latin-1. A status outside 200–599 is a 500 here.
//!
//! # Environment variables
//!
//! | variable | what it does |
//! |---|---|
//! | `AWS_LAMBDA_RUNTIME_API` | where the Runtime API is; needed, and set by Lambda |
//! | `_HANDLER` | the handler setting: where it is a function's name, that function is deployed alone |
//! | `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` | [`Context::memory_mb`](polyfn_core::Context::memory_mb) |
//! | `AWS_REGION` | [`Context::region`](polyfn_core::Context::region) |
//! | `POLYFN_AWS_INVOKE_MODE` | `buffered` (if not set) or `response_stream`, see above |
//! | `AWS_LAMBDA_MAX_CONCURRENCY` | how many invocations are taken at once, see below |
//!
//! A value of Lambda's own that can't be read counts as not set; one of `POLYFN_AWS_INVOKE_MODE`
//! stops the start.
//!
//! A handler is dropped [a little](polyfn_core::AppService::timeout_buffer) before Lambda's own
//! limit, with a 504 or a failed event, but gets at least half of the time that there is. Of a
//! batch, only what is not done by then fails.
//!
//! # Several invocations at once
//!
//! [Managed Instances](https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html)
//! say by `AWS_LAMBDA_MAX_CONCURRENCY` how many invocations they give a process at once. So many
//! workers take them then, on as many threads as there are processors; handlers share the app's
//! state, as on a server. Elsewhere there is one thread, and one invocation at a time. Managed
//! Instances do not stop a handler whose time is up: that it is dropped here is what frees its
//! worker, and one that blocks its thread keeps it.
//!
//! `_X_AMZN_TRACE_ID` is never set: a variable of the process can't tell invocations apart, and
//! [`Context::trace`](polyfn_core::Context::trace) has what it would say.
//!
//! # The end of the process
//!
//! Lambda only says that a process is to end where an
//! [extension](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html) is
//! registered. An app that has something to do then
//! ([`App::on_shutdown`](polyfn_core::App::on_shutdown)) registers one of its own, named `polyfn`,
//! before it asks for the first invocation; it takes no events, and the round trip is all it
//! costs. On SIGTERM what Lambda has handed out is answered, and no more is asked for; then the
//! app has 400 ms of the 500 that Lambda gives. Other apps lose nothing when they are killed,
//! since Lambda does so between invocations.
//!
//! # Warm-up
//!
//! `{"warmup": true}`, as the constant input of a schedule or from whoever invokes,
//! [warms the app up](polyfn_core::App::warmup) and is answered `"warmed up"`. It reaches no
//! function, and needs none for events.
//!
//! # What is not there yet
//!
//! - **SnapStart**: nothing is called before a snapshot or after it is restored. What `start`
//!   opened (connections, random seeds) is what the snapshot holds.
//!
//! # Native values
//!
//! [`Context::native`](polyfn_core::Context::native) has [`LambdaEvent`] and
//! [`LambdaContext`], and where an event has records [`LambdaRecord`].
//!
//! [`DocumentChange`]: polyfn_core::DocumentChange
//! [`Message`]: polyfn_core::Message
//! [`ObjectCreated`]: polyfn_core::ObjectCreated
//! [`ObjectDeleted`]: polyfn_core::ObjectDeleted
//! [`Record`]: polyfn_core::Record
//! [`Schedule`]: polyfn_core::Schedule

#[cfg(test)]
mod captured_log;
mod collected;
mod connection;
mod decode;
mod decode_error;
mod decode_invocation;
mod deployment;
mod encode;
mod encode_headers;
mod endpoint;
mod environment;
mod event;
mod events;
mod extension;
mod failure;
mod headers;
mod http_answer;
mod invocation;
mod invoke_mode;
mod json_string;
mod native;
mod outgoing;
mod pairs;
mod prelude;
mod run;
mod run_error;
mod runtime_api;
mod salvage;
mod shape;
mod stop;
mod streamed;
mod target;
mod text;
mod time_limit;
mod upcoming;
mod worker;
mod workers;
mod xray;

pub use decode::{HttpInvocation, decode};
pub use decode_error::DecodeError;
pub use decode_invocation::{Invocation, decode_event, decode_invocation};
pub use encode::encode;
pub use events::{EventAnswer, EventFailure, EventInvocation, EventItem, EventSource};
pub use native::{LambdaContext, LambdaEvent, LambdaRecord};
pub use run::run;
pub use run_error::RunError;
pub use shape::Shape;
