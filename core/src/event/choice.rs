//! Which function takes an event.

use http::StatusCode;

use super::delivery::Delivery;
use super::{Event, EventKind, EventTrigger, Payload};
use crate::{Error, Function, Result};

/// The functions that events can be for.
pub(super) struct Choice<'a> {
    /// Their places in the app, and what their triggers' names are bound to.
    pub(super) candidates: &'a [Candidate],
    pub(super) functions: &'a [Function],
    /// Whether the one candidate is deployed alone: what the platform sends is for it then.
    pub(super) is_alone: bool,
}

/// A function that events can be for.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Its place in the app.
    pub(super) place: usize,
    /// The real name of what triggers it.
    pub(super) real_name: String,
}

/// A call of a function with an event.
pub(super) struct Call {
    pub(super) place: usize,
    pub(super) event: Event<Payload>,
}

impl Choice<'_> {
    /// The calls that a delivery leads to: one, or one for each event that it carries; none
    /// where it is an object whose key its function does not ask for.
    pub(super) fn calls(&self, delivery: Delivery) -> Result<Vec<Call>> {
        let mut fitting = self.fitting(&delivery);
        let is_for_some = !fitting.is_empty();
        fitting.retain(|(_, trigger)| takes_key(trigger, &delivery.event.data));
        match fitting[..] {
            [(place, trigger)] => {
                let Delivery { mut event, raw, .. } = delivery;
                event.data = event.data.seen_as(trigger.kind(), &raw);
                Ok(vec![Call { place, event }])
            }
            [] if is_for_some => {
                let event_id = delivery.event.id();
                tracing::debug!(event_id, "an object whose key no function asks for");
                Ok(Vec::new())
            }
            [] => match delivery.carried {
                Some(carried) => {
                    let mut calls = Vec::with_capacity(carried.len());
                    for delivery in carried {
                        calls.extend(self.calls(delivery)?);
                    }
                    Ok(calls)
                }
                None => Err(Error::unclaimed(
                    StatusCode::NOT_FOUND,
                    self.explain("no function takes", &delivery),
                )),
            },
            _ => Err(Error::unclaimed(
                StatusCode::CONFLICT,
                self.explain("more than one function takes", &delivery),
            )),
        }
    }

    /// The functions that it is for, whatever the keys that they ask for.
    fn fitting(&self, delivery: &Delivery) -> Vec<(usize, &EventTrigger)> {
        let fitting = |fits: &dyn Fn(&Candidate, &EventTrigger) -> bool| {
            let triggers = self.triggers();
            let fitting = triggers.filter(|(candidate, trigger)| fits(candidate, trigger));
            let fitting = fitting.map(|(candidate, trigger)| (candidate.place, trigger));
            fitting.collect::<Vec<_>>()
        };
        let origin = &delivery.origin;
        let event_type = delivery.event.event_type();
        if self.is_alone {
            return fitting(&|_, trigger| {
                trigger.kind() == EventKind::Event && delivery.carried.is_none()
                    || origin.is_for(trigger.kind())
            });
        }
        let named = fitting(&|candidate, trigger| match trigger.kind() {
            EventKind::Event => candidate.real_name == event_type,
            kind => origin.is_for(kind) && origin.names().contains(&candidate.real_name),
        });
        if !named.is_empty() {
            return named;
        }
        let shortly = fitting(&|candidate, trigger| {
            origin.is_for(trigger.kind()) && origin.short_name() == Some(&candidate.real_name)
        });
        if !shortly.is_empty() {
            return shortly;
        }
        // Where there is no name, the kind has to do. Rules and jobs are often given made-up
        // names, which say nothing either.
        fitting(&|_, trigger| match trigger.kind() {
            EventKind::Event => origin.is_for(EventKind::Event) && event_type.is_empty(),
            EventKind::Schedule => matches!(delivery.event.data, Payload::Schedule(_)),
            kind => origin.is_for(kind) && origin.names().is_empty(),
        })
    }

    fn triggers(&self) -> impl Iterator<Item = (&Candidate, &EventTrigger)> {
        self.candidates.iter().filter_map(|candidate| {
            let function = self.functions.get(candidate.place)?;
            Some((candidate, function.event_trigger()?))
        })
    }

    fn explain(&self, what: &str, delivery: &Delivery) -> String {
        let Delivery { event, origin, .. } = delivery;
        let kinds = origin.kinds().iter().map(|kind| kind.name());
        let kinds: Vec<_> = kinds.collect();
        let (id, event_type) = (event.id(), event.event_type());
        let mut text = format!("{what} the event {id:?} (type {event_type:?}");
        if !kinds.is_empty() {
            text += &format!(", for {}", kinds.join(" or "));
        }
        if !origin.names().is_empty() {
            let names = origin.names().iter().map(String::as_str);
            let names: Vec<_> = names.chain(origin.short_name()).collect();
            text += &format!(", of {}", names.join(" or "));
        }
        let known = self.triggers().map(|(candidate, trigger)| {
            let function = &self.functions[candidate.place];
            let variable = function.binding_variable().unwrap_or_default();
            format!("`{}` {trigger} ({variable} binds it)", function.name())
        });
        let known: Vec<_> = known.collect();
        let known = match known.is_empty() {
            true => "none that events trigger".to_owned(),
            false => known.join(", "),
        };
        format!("{text}); the app's functions are {known}")
    }
}

fn takes_key(trigger: &EventTrigger, payload: &Payload) -> bool {
    match payload {
        Payload::ObjectCreated(object) => trigger.takes_key(&object.key),
        Payload::ObjectDeleted(object) => trigger.takes_key(&object.key),
        _ => true,
    }
}
