//! A moment, in the forms that AWS's events write.

use std::time::Duration;

use crate::timestamp;

/// A moment since 1970, to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lambda) struct Moment {
    milliseconds: u64,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self::since_epoch(timestamp::since_epoch())
    }

    fn since_epoch(duration: Duration) -> Self {
        // A clock that counts more milliseconds than this is no clock.
        let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self { milliseconds }
    }

    /// Of RFC 3339; `None` for anything else, and for a time before 1970.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(['T', 't', ' '])?;
        let (clock, offset_minutes) = split_offset(rest)?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let [hour, minute, second] = numbers(whole, ':', [2, 2, 2])?;
        if fraction.is_empty() || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let days = days(year, month, day)?;
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second;
        let seconds = seconds.checked_sub(offset_minutes * 60)?;
        let milliseconds = seconds.checked_mul(1000)? + milliseconds(fraction)?;
        Some(Self {
            milliseconds: u64::try_from(milliseconds).ok()?,
        })
    }

    pub(super) fn epoch_milliseconds(self) -> u64 {
        self.milliseconds
    }

    pub(super) fn epoch_seconds(self) -> u64 {
        self.milliseconds / 1000
    }

    /// Kinesis's form: seconds since 1970, with the milliseconds behind the point.
    pub(super) fn epoch_seconds_with_fraction(self) -> f64 {
        Duration::from_millis(self.milliseconds).as_secs_f64()
    }

    /// `1970-01-01T00:00:00Z`
    pub(super) fn to_the_second(self) -> String {
        format!("{}Z", self.date_and_clock())
    }

    /// `1970-01-01T00:00:00.000Z`
    pub(super) fn to_the_millisecond(self) -> String {
        format!("{}.{:03}Z", self.date_and_clock(), self.milliseconds % 1000)
    }

    fn date_and_clock(self) -> String {
        let seconds = self.epoch_seconds();
        let (year, month, day) = timestamp::civil(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// The clock without its offset, and the offset in minutes.
fn split_offset(rest: &str) -> Option<(&str, i64)> {
    if let Some(clock) = rest.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let sign = rest.rfind(['+', '-'])?;
    let (clock, offset) = rest.split_at_checked(sign)?;
    let factor = if offset.starts_with('-') { -1 } else { 1 };
    let [hours, minutes] = numbers(offset.get(1..)?, ':', [2, 2])?;
    (hours < 24 && minutes < 60).then_some((clock, factor * (hours * 60 + minutes)))
}

/// Decimal numbers with exactly so many digits each.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut found = [0; N];
    for (number, digits) in found.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits)?;
        *number = part
            .parse::<u32>()
            .ok()
            .filter(|_| is_decimal(part))?
            .into();
    }
    parts.next().is_none().then_some(found)
}

fn is_decimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn milliseconds(fraction: &str) -> Option<i64> {
    let padded = format!("{fraction}00");
    is_decimal(fraction).then_some(())?;
    padded.get(..3)?.parse().ok()
}

/// Since 1970; Howard Hinnant's `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let march_based = (month + 9) % 12;
    let year_from_march = if month <= 2 { year - 1 } else { year };
    let era = year_from_march / 400;
    let year_of_era = year_from_march % 400;
    let day_of_year = (153 * march_based + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    // The 30th of February, and the like, are other days.
    let (_, found_month, found_day) = timestamp::civil(u64::try_from(days).ok()?);
    let same = i64::try_from(found_month) == Ok(month) && i64::try_from(found_day) == Ok(day);
    same.then_some(days)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_panics(text in ".*|[0-9]{4}-[0-9]{2}-[0-9]{2}T.*|[0-9TZ:+.-]*") {
            let _ = Moment::parse(&text);
        }

        #[test]
        fn what_is_written_is_read_again(milliseconds in 0..253_402_300_800_000_u64) {
            let moment = Moment { milliseconds };
            prop_assert_eq!(Moment::parse(&moment.to_the_millisecond()), Some(moment));
        }
    }

    #[test]
    fn offsets_and_fractions() {
        for (text, written) in [
            ("2012-04-23T10:32:21.610Z", "2012-04-23T10:32:21.610Z"),
            ("2012-04-23t10:32:21z", "2012-04-23T10:32:21.000Z"),
            ("2012-04-23T12:32:21.61+02:00", "2012-04-23T10:32:21.610Z"),
            (
                "2024-02-29T23:59:59.123456789-00:01",
                "2024-03-01T00:00:59.123Z",
            ),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ] {
            let moment = Moment::parse(text).unwrap_or_else(|| panic!("{text} is a time"));
            assert_eq!(moment.to_the_millisecond(), written, "{text}");
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "yesterday",
            "2012-04-23",
            "2012-04-23T10:32:21",
            "2023-02-29T00:00:00Z",
            "2012-13-01T00:00:00Z",
            "2012-01-01T24:00:00Z",
            "2012-01-01T00:00:00.Z",
            "2012-01-01T00:00:00.+1Z",
            "+012-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
            "2012-01-01T00:00:00é00:00",
        ] {
            assert_eq!(Moment::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_other_forms() {
        let moment = Moment::parse("2018-12-17T22:10:50.987Z").unwrap();
        assert_eq!(moment.to_the_second(), "2018-12-17T22:10:50Z");
        assert_eq!(moment.epoch_milliseconds(), 1_545_084_650_987);
        assert_eq!(moment.epoch_seconds(), 1_545_084_650);
        assert_eq!(
            serde_json::to_string(&moment.epoch_seconds_with_fraction()).unwrap(),
            "1545084650.987"
        );
    }
}
