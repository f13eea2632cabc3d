//! .NET's time spans.

use std::time::Duration;

/// `[d.]hh:mm[:ss[.fraction]]`. `-1`, which means no limit, is none, and so is whatever else
/// is no such span.
pub(crate) fn time_span(text: &str) -> Option<Duration> {
    let (days, clock) = match text.split_once('.') {
        // A dot before the first colon ends the days; one after it starts the fraction.
        Some((days, clock)) if !days.contains(':') => (number(days)?, clock),
        _ => (0, text),
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut fields = clock.split(':').map(number);
    let (hours, minutes) = (fields.next()??, fields.next()??);
    let seconds = fields.next().unwrap_or(Some(0))?;
    if fields.next().is_some() {
        return None;
    }
    let whole = [days.checked_mul(24)?.checked_add(hours)?, minutes, seconds]
        .into_iter()
        .try_fold(0_u64, |sum, field| sum.checked_mul(60)?.checked_add(field))?;
    Duration::from_secs(whole).checked_add(Duration::from_nanos(nanoseconds(fraction)?))
}

fn number(digits: &str) -> Option<u64> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// The digits after the dot; .NET's unit is 100 ns, so there are seven at most.
fn nanoseconds(digits: &str) -> Option<u64> {
    if digits.len() > 7 {
        return None;
    }
    number(&format!("{digits:0<9}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spans_are_dotnets() {
        for (text, expected) in [
            ("00:05:00", Some(300_000)),
            ("00:05:00.5", Some(300_500)),
            ("00:05:00.0010000", Some(300_001)),
            ("00:05", Some(300_000)),
            ("1.00:00:01", Some(86_401_000)),
            ("1.00:00:01.25", Some(86_401_250)),
            ("-1", None),
            ("", None),
            ("5", None),
            (".5", None),
            ("00:05:00.x", None),
            ("00:05:00.123456789", None),
            ("00:00:00:00:01", None),
            ("+1:00:00", None),
            ("99999999999999999999:00:00", None),
            ("18446744073709551615:00:00", None),
        ] {
            let span = time_span(text).map(|span| span.as_millis());
            assert_eq!(span, expected, "{text}");
        }
    }
}
