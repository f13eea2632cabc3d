//! Which function takes an event.

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
    /// The calls that a delivery leads to: one, or one for each event that it carries.
    pub(super) fn calls(&self, delivery: Delivery) -> Result<Vec<Call>> {
        match self.fitting(&delivery)[..] {
            [(place, kind)] => {
                let Delivery { mut event, raw, .. } = delivery;
                event.data = event.data.seen_as(kind, &raw);
                Ok(vec![Call { place, event }])
            }
            [] => match delivery.carried {
                Some(carried) => {
                    let calls = carried.into_iter().map(|delivery| self.calls(delivery));
                    Ok(calls
                        .collect::<Result<Vec<_>>>()?
                        .into_iter()
                        .flatten()
                        .collect())
                }
                None => Err(self.explain("no function takes", &delivery)),
            },
            _ => Err(self.explain("more than one function takes", &delivery)),
        }
    }

    fn fitting(&self, delivery: &Delivery) -> Vec<(usize, EventKind)> {
        let fitting = |fits: &dyn Fn(&Candidate, &EventTrigger) -> bool| {
            let triggers = self.triggers();
            let fitting = triggers.filter(|(candidate, trigger)| fits(candidate, trigger));
            let fitting = fitting.map(|(candidate, trigger)| (candidate.place, trigger.kind()));
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
            kind => {
                origin.is_for(kind)
                    && origin.names().contains(&candidate.real_name)
                    && takes_key(trigger, &delivery.event.data)
            }
        });
        if !named.is_empty() {
            return named;
        }
        // Where there is no name, the kind has to do. Rules and jobs are often given made-up
        // names, which say nothing either.
        fitting(&|_, trigger| match trigger.kind() {
            EventKind::Event => origin.is_for(EventKind::Event) && event_type.is_empty(),
            EventKind::Schedule => matches!(delivery.event.data, Payload::Schedule(_)),
            kind => {
                origin.is_for(kind)
                    && origin.names().is_empty()
                    && takes_key(trigger, &delivery.event.data)
            }
        })
    }

    fn triggers(&self) -> impl Iterator<Item = (&Candidate, &EventTrigger)> {
        self.candidates.iter().filter_map(|candidate| {
            let function = self.functions.get(candidate.place)?;
            Some((candidate, function.event_trigger()?))
        })
    }

    fn explain(&self, what: &str, delivery: &Delivery) -> Error {
        let origin = &delivery.origin;
        let kinds = origin.kinds().iter().map(|kind| kind.name());
        let kinds: Vec<_> = kinds.collect();
        let mut text = format!("{what} this event (type {:?}", delivery.event.event_type());
        if !kinds.is_empty() {
            text += &format!(", for {}", kinds.join(" or "));
        }
        if !origin.names().is_empty() {
            text += &format!(", of {}", origin.names().join(" or "));
        }
        if let Payload::ObjectCreated(object) = &delivery.event.data {
            text += &format!(", key {:?}", object.key);
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
        Error::unclaimed(format!("{text}); the app's functions are {known}"))
    }
}

fn takes_key(trigger: &EventTrigger, payload: &Payload) -> bool {
    match payload {
        Payload::ObjectCreated(object) => trigger.takes_key(&object.key),
        Payload::ObjectDeleted(object) => trigger.takes_key(&object.key),
        _ => true,
    }
}
