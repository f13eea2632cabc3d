//! Which function hears of a happening.

use super::function_json::Function;
use super::source::Source;
use crate::Error;
use crate::error::Kind;
use crate::event::{DeliveryOptions, Happening};

/// The one function whose trigger is of the source's type and listens to where it happened.
pub(super) fn subscriber<'a>(
    functions: &'a [Function],
    source: Source,
    happening: &Happening,
    options: &DeliveryOptions,
) -> Result<&'a Function, Error> {
    if !source.takes(happening) {
        return Err(undeliverable(
            source,
            "it does not tell of such a thing".to_owned(),
        ));
    }
    let of_source: Vec<_> = functions
        .iter()
        .filter(|function| source.is_source_of(&function.trigger))
        .collect();
    let is_asked = |function: &&Function| match &options.function {
        Some(name) => function.name.eq_ignore_ascii_case(name),
        None => true,
    };
    let listens = |function: &&Function| {
        let is_named = source == Source::Timer && options.function.is_some();
        is_named || source.listens(&function.trigger, &function.name, happening)
    };
    let mut subscribers = of_source.iter().copied().filter(is_asked).filter(listens);
    match (subscribers.next(), subscribers.next()) {
        (Some(function), None) => Ok(function),
        (Some(_), Some(_)) => Err(undeliverable(
            source,
            format!(
                "several functions listen, name one of them: {}",
                list(&of_source)
            ),
        )),
        (None, _) => {
            let all: Vec<_> = functions.iter().collect();
            Err(undeliverable(
                source,
                format!("no function listens; there are: {}", list(&all)),
            ))
        }
    }
}

fn undeliverable(source: Source, problem: String) -> Error {
    Kind::Undeliverable {
        source_name: source.name(),
        problem,
    }
    .into()
}

/// Each function with its trigger and what it listens to.
fn list(functions: &[&Function]) -> String {
    let described = functions.iter().map(|function| {
        let trigger = &function.trigger;
        let many = if trigger.is_many() { ", many" } else { "" };
        let resource = trigger
            .resource()
            .map(|name| format!(" {name:?}"))
            .unwrap_or_default();
        format!("{} ({}{resource}{many})", function.name, trigger.kind)
    });
    described.collect::<Vec<_>>().join(", ")
}
