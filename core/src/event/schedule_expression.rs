//! The expressions of schedules.

use std::ops::RangeInclusive;

/// The fields of cron: their names, the numbers that they may have, and words for some of these.
const FIELDS: [(&str, RangeInclusive<u32>, &[&str]); 5] = [
    ("minute", 0..=59, &[]),
    ("hour", 0..=23, &[]),
    ("day of month", 1..=31, &[]),
    (
        "month",
        1..=12,
        &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    ),
    (
        "day of week",
        0..=7,
        &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    ),
];

/// Whether `expression` is one that every platform can keep: five fields of cron, with `*`,
/// numbers, names, ranges, steps and lists, of which one of the two for days is `*`
/// ([EventBridge](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html)
/// takes no others); or `rate(5 minutes)`.
pub(crate) fn check(expression: &str) -> Result<(), String> {
    let rate = expression.trim().strip_prefix("rate(");
    if let Some(rate) = rate.and_then(|rest| rest.strip_suffix(')')) {
        return check_rate(rate);
    }
    let fields: Vec<_> = expression.split_ascii_whitespace().collect();
    let [_, _, day_of_month, _, day_of_week] = fields[..] else {
        return Err(format!(
            "five fields of cron (`0 3 * * *`) or a rate (`rate(5 minutes)`) are needed, and it \
             has {} fields",
            fields.len()
        ));
    };
    for (field, (name, range, words)) in fields.into_iter().zip(FIELDS) {
        for part in field.split(',') {
            if !is_part(part, &range, words) {
                return Err(format!("`{part}` is no {name}"));
            }
        }
    }
    if day_of_month != "*" && day_of_week != "*" {
        // Some platforms take what is on either, others what is on both, and one refuses it.
        return Err(format!(
            "a day of month (`{day_of_month}`) and a day of week (`{day_of_week}`) mean another \
             thing on each platform; one of them has to be `*`"
        ));
    }
    Ok(())
}

fn check_rate(rate: &str) -> Result<(), String> {
    let unit = |word: &str| {
        matches!(
            word,
            "minute" | "minutes" | "hour" | "hours" | "day" | "days"
        )
    };
    match rate.split_ascii_whitespace().collect::<Vec<_>>()[..] {
        [count, word] if unit(word) && number(count).is_some_and(|count| count > 0) => Ok(()),
        _ => Err(format!(
            "`{rate}` is no rate: a number above zero, and minutes, hours or days"
        )),
    }
}

/// Digits alone, without the sign that Rust would take.
fn number(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// `*`, `5`, `1-5`, `mon`, each maybe with a step: `*/15`.
fn is_part(part: &str, range: &RangeInclusive<u32>, words: &[&str]) -> bool {
    let (what, step) = match part.split_once('/') {
        Some((what, step)) => (what, Some(step)),
        None => (part, None),
    };
    if step.is_some_and(|step| number(step).is_none_or(|step| step == 0)) {
        return false;
    }
    let value = |text: &str| {
        let word = words
            .iter()
            .position(|word| word.eq_ignore_ascii_case(text));
        let word = word.and_then(|place| u32::try_from(place).ok());
        word.map(|place| place + range.start())
            .or_else(|| number(text))
            .filter(|value| range.contains(value))
    };
    match what.split_once('-') {
        _ if what == "*" => true,
        Some((first, last)) => value(first)
            .zip(value(last))
            .is_some_and(|(first, last)| first <= last),
        None => value(what).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_platform_can_keep() {
        for good in [
            "0 3 * * *",
            "*/15 0-6 1,15 jan-mar *",
            "*/15 0-6 * jan-mar MON-FRI",
            "0 0 31 12 *",
            "0 0 * 12 7",
            "rate(5 minutes)",
            "rate(1 hour)",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", "0 fields"),
            ("0 3 * *", "4 fields"),
            ("0 3 * * ? *", "6 fields"),
            ("60 3 * * *", "`60` is no minute"),
            ("0 3 0 * *", "`0` is no day of month"),
            ("0 3 * foo *", "`foo` is no month"),
            ("0 5-3 * * *", "`5-3` is no hour"),
            ("*/0 3 * * *", "`*/0` is no minute"),
            ("+5 3 * * *", "`+5` is no minute"),
            ("*/+5 3 * * *", "`*/+5` is no minute"),
            ("/5 3 * * *", "`/5` is no minute"),
            (
                "0 3 1 * mon",
                "a day of month (`1`) and a day of week (`mon`)",
            ),
            ("0 3 * * fri-sun", "`fri-sun` is no day of week"),
            ("rate(0 minutes)", "is no rate"),
            ("rate(five minutes)", "is no rate"),
            ("rate(+5 minutes)", "is no rate"),
            ("rate(5 weeks)", "is no rate"),
            ("rate(5 minutes", "2 fields"),
        ] {
            let said = check(bad).unwrap_err();
            assert!(said.contains(why), "{bad}: {said}");
        }
    }
}
