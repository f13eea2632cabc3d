//! Which of the events that functions saw is which of those that they had to see.

use serde_json::Value;

use crate::Difference;
use crate::event::line::{self, Line};
use crate::event::observed::shortened;
use crate::event::{EventColumn, EventExpectation, Seen};

/// What was seen that had not to be, and the other way round.
pub(super) fn check(
    expected: &EventExpectation,
    lines: &[String],
    column: EventColumn,
) -> Vec<Difference> {
    let mut slots: Vec<_> = expected.seen.iter().map(Slot::new).collect();
    let lines = lines.iter().map(|line| Line::read(line));
    let left = if expected.ordered {
        in_order(&mut slots, lines, column)
    } else {
        Ok(in_any_order(&mut slots, lines, column))
    };
    let mut differences = match left {
        Ok(left) => unmet(&slots, left, column),
        Err(out_of_order) => return out_of_order,
    };
    differences.extend(slots.iter().filter_map(Slot::changed_id));
    differences
}

/// An event that had to be seen, and the ids of those that were it.
struct Slot<'a> {
    expected: &'a Seen,
    ids: Vec<Value>,
}

impl<'a> Slot<'a> {
    fn new(expected: &'a Seen) -> Self {
        Self {
            expected,
            ids: Vec::new(),
        }
    }

    fn is_open(&self) -> bool {
        self.ids.len() < self.expected.deliveries()
    }

    /// What tells the line from the next delivery that is expected.
    fn differences(&self, line: &Line, column: EventColumn) -> Vec<Difference> {
        line::check(self.expected, self.ids.len(), line, column)
    }

    fn take(&mut self, line: &Line) {
        self.ids.push(line.value["id"].clone());
    }

    /// An event that is delivered again is still the same.
    fn changed_id(&self) -> Option<Difference> {
        let (first, others) = self.ids.split_first()?;
        let other = others.iter().find(|id| *id != first)?;
        let what = "the id of an event that was delivered again";
        Some(Difference::new(what, first.to_string(), other.to_string()))
    }
}

/// The lines after all that were expected, or what is different in the first that is not the next.
fn in_order(
    slots: &mut [Slot<'_>],
    lines: impl Iterator<Item = Line>,
    column: EventColumn,
) -> Result<Vec<Line>, Vec<Difference>> {
    let mut left = Vec::new();
    for (number, line) in lines.enumerate() {
        let Some(slot) = slots.iter_mut().find(|slot| slot.is_open()) else {
            left.push(line);
            continue;
        };
        let differences = slot.differences(&line, column);
        if !differences.is_empty() {
            let named = differences.into_iter().map(|difference| Difference {
                what: format!("event {} in order: {}", number + 1, difference.what),
                ..difference
            });
            return Err(named.collect());
        }
        slot.take(&line);
    }
    Ok(left)
}

/// The lines that are none of those that were expected.
fn in_any_order(
    slots: &mut [Slot<'_>],
    lines: impl Iterator<Item = Line>,
    column: EventColumn,
) -> Vec<Line> {
    let mut left = Vec::new();
    for line in lines {
        let mut open = slots.iter_mut().filter(|slot| slot.is_open());
        match open.find(|slot| slot.differences(&line, column).is_empty()) {
            Some(slot) => slot.take(&line),
            None => left.push(line),
        }
    }
    left
}

/// What is still to come, beside what came instead.
fn unmet(slots: &[Slot<'_>], mut left: Vec<Line>, column: EventColumn) -> Vec<Difference> {
    let mut differences = Vec::new();
    for slot in slots.iter().filter(|slot| slot.is_open()) {
        let of_function = |line: &Line| line.value["function"] == slot.expected.function.as_str();
        let places = (0..left.len()).filter(|place| of_function(&left[*place]));
        let nearest = places.min_by_key(|place| slot.differences(&left[*place], column).len());
        match nearest {
            Some(place) => {
                let line = left.swap_remove(place);
                differences.extend(slot.differences(&line, column));
            }
            None => {
                let what = format!("what `{}` saw", slot.expected.function);
                let wanted = slot.expected.deliveries();
                let described = shortened(&format!("{:?}", slot.expected.data));
                differences.push(Difference::new(
                    what,
                    format!("{wanted} deliveries of {described}"),
                    slot.ids.len().to_string(),
                ));
            }
        }
    }
    let unasked = left
        .iter()
        .map(|line| Difference::new("an event that nobody sent", "none", shortened(&line.text)));
    differences.extend(unasked);
    differences
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn expectation(seen: Value, ordered: bool) -> EventExpectation {
        EventExpectation {
            seen: serde_json::from_value(seen).unwrap(),
            ordered,
            ..EventExpectation::default()
        }
    }

    fn line(body: &str, attempt: u32, id: &str) -> String {
        json!({
            "function": "queue", "id": id, "source": "s", "type": "t",
            "data": {"body": {"text": body}},
            "context": {
                "target": "aws", "function": "queue", "invocation_id": "i", "attempt": attempt,
            },
        })
        .to_string()
    }

    fn found(expected: &EventExpectation, lines: &[String]) -> String {
        let differences = check(expected, lines, "aws/sqs".parse().unwrap());
        let lines: Vec<_> = differences.iter().map(ToString::to_string).collect();
        lines.join("\n")
    }

    #[test]
    fn any_order_unless_one_is_asked_for() {
        let seen = json!([
            {"function": "queue", "data": {"body": {"text": "a"}}},
            {"function": "queue", "data": {"body": {"text": "b"}}},
        ]);
        let lines = [line("b", 1, "2"), line("a", 1, "1")];
        assert_eq!(found(&expectation(seen.clone(), false), &lines), "");
        let wrong = found(&expectation(seen, true), &lines);
        assert!(
            wrong.starts_with("event 1 in order: data.body.text"),
            "{wrong}"
        );
    }

    #[test]
    fn deliveries_are_counted_and_keep_their_id() {
        let seen = json!([{"function": "queue", "attempts": [1, 2]}]);
        let expected = expectation(seen, false);
        let lines = [line("a", 1, "1"), line("a", 2, "1")];
        assert_eq!(found(&expected, &lines), "");
        let wrong = found(&expected, &lines[..1]);
        assert!(wrong.contains("expected 2 deliveries"), "{wrong}");
        let wrong = found(&expected, &[line("a", 1, "1"), line("a", 1, "1")]);
        assert!(
            wrong.contains("context.attempt: expected 2, came 1"),
            "{wrong}"
        );
        let wrong = found(&expected, &[line("a", 1, "1"), line("a", 2, "other")]);
        assert!(wrong.contains("the id of an event"), "{wrong}");
    }

    #[test]
    fn what_is_missing_is_told_by_the_line_that_is_nearest_to_it() {
        let seen = json!([{"function": "queue", "data": {"body": {"text": "a"}}}]);
        let wrong = found(&expectation(seen, false), &[line("b", 1, "1")]);
        assert_eq!(wrong, r#"data.body.text: expected "a", came "b""#);
    }
}
