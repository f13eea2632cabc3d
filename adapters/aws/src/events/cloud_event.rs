//! CloudEvents in JSON, which somebody invokes the function with.

use polyfn_core::cloudevents::{CloudEvent, from_json};
use polyfn_core::{Delivery, Event, EventKind, Origin, Payload, TraceContext};

use super::arriving::Arriving;
use super::flaw::Flaw;

pub(super) fn delivery(arriving: Arriving<'_>) -> Result<Delivery, Flaw> {
    let read = from_json(arriving.buffer);
    let CloudEvent {
        attributes, data, ..
    } = read.map_err(|error| {
        let place = error.attribute().unwrap_or_default().to_owned();
        Flaw::new(place, error.to_string())
    })?;
    // https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
    let trace = attributes.extension("traceparent");
    let trace: Option<TraceContext> = trace.and_then(|text| text.parse().ok());
    let context = arriving.context.clone();
    let trace = trace.or_else(|| context.trace());
    let event = Event::new(attributes, Payload::Custom(data), context.with_trace(trace));
    Ok(Delivery::new(event, Origin::new([EventKind::Event])))
}
