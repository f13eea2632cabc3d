//! From `tracing`'s events to lines.

use std::fmt;

use jiff::Timestamp;
use polyfn_core::Context;
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context as Spans;
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::Form;
use super::field::Fields;
use super::invocation::Invocation;
use super::record::{Record, message};

pub(super) struct Log<W> {
    write: W,
    form: Form,
}

/// What a span was opened with.
#[derive(Debug)]
struct Opened {
    fields: Fields,
    /// The invocation that opened it, for the events of tasks that it spawns.
    context: Option<Context>,
}

impl<W: Fn(&[u8])> Log<W> {
    pub(super) fn new(write: W, form: Form) -> Self {
        Self { write, form }
    }
}

impl<W> fmt::Debug for Log<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

impl<W, S> Layer<S> for Log<W>
where
    W: Fn(&[u8]) + 'static,
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, spans: Spans<'_, S>) {
        // The values' own code runs before the span is locked: it may log as well.
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let context = Context::current();
        if let Some(span) = spans.span(id) {
            span.extensions_mut().replace(Opened { fields, context });
        }
    }

    fn on_record(&self, id: &Id, values: &tracing::span::Record<'_>, spans: Spans<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let Some(span) = spans.span(id) else { return };
        if let Some(opened) = span.extensions_mut().get_mut::<Opened>() {
            opened.fields.replace_with(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, spans: Spans<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = message(&mut fields);

        let around: Vec<_> = spans
            .event_scope(event)
            .into_iter()
            .flat_map(Scope::from_root)
            .collect();
        let extensions: Vec<_> = around.iter().map(|span| span.extensions()).collect();
        let opened: Vec<_> = around
            .iter()
            .zip(&extensions)
            .filter_map(|(span, extensions)| Some((span.name(), extensions.get::<Opened>()?)))
            .collect();
        let context = Context::current();
        let opener = || {
            opened
                .iter()
                .rev()
                .find_map(|(_, opened)| opened.context.as_ref())
        };
        let invocation = Invocation::new(context.as_ref().or_else(opener), &mut fields);

        (self.write)(
            &self.form.line(&Record {
                time: Timestamp::now(),
                metadata: event.metadata(),
                message,
                fields,
                spans: opened
                    .iter()
                    .map(|(name, opened)| (*name, &opened.fields))
                    .collect(),
                invocation,
            }),
        );
    }
}
