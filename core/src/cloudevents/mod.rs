//! [CloudEvents 1.0](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md) as they
//! travel over HTTP and in JSON.
//!
//! | mode | content type | attributes | data |
//! |---|---|---|---|
//! | [binary] | that of the data | headers that begin with `ce-` | the body |
//! | [structured] | `application/cloudevents+json` | members of a JSON object | its `data` or `data_base64` |
//! | [batched] | `application/cloudevents-batch+json` | an array of such objects | |
//!
//! Content types count in any case and with any parameters.
//!
//! [binary]: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode
//! [structured]: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
//! [batched]: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format

mod binary;
mod cloud_event;
mod error;
mod header_text;
mod json;
mod mode;
#[cfg(feature = "cloudevents-sdk")]
mod sdk;

pub use binary::to_message;
pub use cloud_event::CloudEvent;
pub use error::CloudEventError;
pub use json::{batch_to_json, from_json, to_json};
pub use mode::{Mode, decode};
