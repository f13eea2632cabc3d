//! What can be wrong with the functions of events.

use super::schedule_expression;
use super::{EventKind, EventTrigger};
use crate::Function;

/// What is wrong with the triggers, and with what their handlers take.
pub(crate) fn mistriggered(functions: &[Function]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut known: Vec<(&Function, &EventTrigger)> = Vec::new();
    for function in functions {
        let Some(trigger) = function.event_trigger() else {
            continue;
        };
        let name = function.name();
        if trigger.name().is_empty() {
            problems.push(format!("function `{name}`: {trigger} names nothing"));
        }
        if trigger.kind() == EventKind::Schedule {
            if let Err(why) = schedule_expression::check(trigger.name()) {
                problems.push(format!("function `{name}`: {trigger}: {why}"));
            }
        }
        if let Some(handler) = function.event_handler() {
            if !handler.comes_by(trigger.kind()) {
                problems.push(format!(
                    "function `{name}` takes `{}`, which {trigger} does not deliver",
                    without_paths(handler.input())
                ));
            }
        }
        // Two schedules may be due at the same time; anything else has one function.
        let rival = known
            .iter()
            .find(|(_, other)| trigger.kind() != EventKind::Schedule && trigger.overlaps(other));
        if let Some((other, others_trigger)) = rival {
            problems.push(format!(
                "functions `{}` and `{name}` would both take what {others_trigger} and {trigger} \
                 have in common",
                other.name()
            ));
        }
        let namesake = known.iter().find(|(other, others_trigger)| {
            let is_schedule = trigger.kind() == EventKind::Schedule;
            (is_schedule || others_trigger.name() != trigger.name())
                && other.binding_variable() == function.binding_variable()
        });
        if let Some((other, _)) = namesake {
            problems.push(format!(
                "functions `{}` and `{name}` would both be bound by {}: give one of the two \
                 another name",
                other.name(),
                function.binding_variable().unwrap_or_default()
            ));
        }
        known.push((function, trigger));
    }
    problems
}

/// `Event<Message<Order>>`, as its author wrote it, of a name with the paths of modules.
fn without_paths(type_name: &str) -> String {
    let is_of_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let parts = type_name.split_inclusive(|c| !is_of_path(c));
    let names = parts.map(|part| part.rsplit_once("::").map_or(part, |(_, name)| name));
    names.collect()
}
