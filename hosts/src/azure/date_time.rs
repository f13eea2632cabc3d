//! A point in time as .NET's `DateTime` holds it, and the ways in which the host writes one.

use std::time::Duration;

use crate::timestamp::{MONTHS, since_epoch};

const TICKS_PER_SECOND: u32 = 10_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// A point in time, to the tick (100 ns), in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DateTime {
    /// Since 1970.
    seconds: i64,
    ticks: u32,
}

impl DateTime {
    pub(super) fn now() -> Self {
        let now = since_epoch();
        Self {
            seconds: i64::try_from(now.as_secs()).unwrap_or(i64::MAX),
            ticks: now.subsec_nanos() / 100,
        }
    }

    /// RFC 3339; a time without a zone is in UTC. What is finer than a tick is cut off.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, clock) = text.split_once('T')?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let (clock, offset) = split_zone(clock)?;
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
        let is_fraction = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
        let is_date = (1..=9999).contains(&year) && (1..=12).contains(&month);
        let is_day = is_date && (1..=days_in_month(year, month)).contains(&day);
        if !(is_fraction && is_day && hour < 24 && minute < 60 && second < 60) {
            return None;
        }
        let ticks = format!("{fraction:0<7.7}").parse().ok()?;
        let seconds = days(year, month, day) * SECONDS_PER_DAY;
        let seconds = seconds + hour * 3600 + minute * 60 + second - offset;
        // An offset must not lead out of the years that can be written.
        let years = days(1, 1, 1) * SECONDS_PER_DAY..days(10_000, 1, 1) * SECONDS_PER_DAY;
        years.contains(&seconds).then_some(Self { seconds, ticks })
    }

    /// `Fri, 09 Oct 2009 21:04:30 GMT`, as HTTP writes it.
    pub(super) fn parse_http(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once(", ")?;
        let [day, month, year, clock, "GMT"] = rest.split(' ').collect::<Vec<_>>()[..] else {
            return None;
        };
        let month = MONTHS.iter().position(|name| *name == month)? + 1;
        Self::parse(&format!("{year}-{month:02}-{day}T{clock}Z"))
    }

    pub(super) fn plus(self, time: Duration) -> Self {
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Self {
            seconds: self.seconds.saturating_add(seconds),
            ..self
        }
    }

    /// Seconds since 1970.
    pub(super) fn unix(self) -> i64 {
        self.seconds
    }

    /// `2026-11-23T15:00:00`.
    pub(super) fn to_the_second(self) -> String {
        let ([year, month, day], [hour, minute, second]) = self.parts();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }

    /// `2026-11-23T15:00:00.1234567`, without zeros at the end, as Newtonsoft writes it.
    pub(super) fn exact(self) -> String {
        let mut text = self.to_the_second();
        if self.ticks % TICKS_PER_SECOND > 0 {
            text.push_str(format!(".{:07}", self.ticks).trim_end_matches('0'));
        }
        text
    }

    /// `11/23/2026 15:00:00`, as `Convert.ToString` writes it in the invariant culture.
    pub(super) fn invariant(self) -> String {
        let ([year, month, day], [hour, minute, second]) = self.parts();
        format!("{month:02}/{day:02}/{year:04} {hour:02}:{minute:02}:{second:02}")
    }

    fn parts(self) -> ([i64; 3], [i64; 3]) {
        let of_day = self.seconds.rem_euclid(SECONDS_PER_DAY);
        (
            civil(self.seconds.div_euclid(SECONDS_PER_DAY)),
            [of_day / 3600, of_day / 60 % 60, of_day % 60],
        )
    }
}

/// The time of day and the zone's offset in seconds.
fn split_zone(clock: &str) -> Option<(&str, i64)> {
    if let Some(clock) = clock.strip_suffix('Z') {
        return Some((clock, 0));
    }
    let Some(at) = clock.find(['+', '-']) else {
        return Some((clock, 0));
    };
    let (clock, zone) = clock.split_at(at);
    let [hours, minutes] = numbers(zone.get(1..)?, ':', [2, 2])?;
    let offset = hours * 3600 + minutes * 60;
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    (hours <= 14 && minutes < 60).then_some((clock, sign * offset))
}

/// Numbers of so many digits each.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(separator);
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let (next_year, next) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    days(next_year, next, 1) - days(year, month, 1)
}

/// Days since 1970; Howard Hinnant's `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day; Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> [i64; 3] {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_based = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_based + 2) / 5 + 1;
    let month = if march_based < 10 {
        march_based + 3
    } else {
        march_based - 9
    };
    [year_of_era + era * 400 + i64::from(month <= 2), month, day]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = DateTime::parse(&text);
            let _ = DateTime::parse_http(&text);
        }

        #[test]
        fn what_nearly_is_a_time_does_not_panic(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?(Z|[+-][0-9]{2}:[0-9]{2})?") {
            if let Some(time) = DateTime::parse(&text) {
                prop_assert_eq!(DateTime::parse(&time.exact()), Some(time));
            }
        }

        #[test]
        fn what_is_written_is_read(seconds in -62_135_596_800_i64..253_402_300_800, ticks in 0..TICKS_PER_SECOND) {
            let time = DateTime { seconds, ticks };
            prop_assert_eq!(DateTime::parse(&time.exact()), Some(time));
        }
    }

    #[test]
    fn three_ways_to_write_it() {
        let time = DateTime::parse("2026-11-23T15:00:00.1234567890Z").unwrap();
        assert_eq!(time.to_the_second(), "2026-11-23T15:00:00");
        assert_eq!(time.exact(), "2026-11-23T15:00:00.1234567");
        assert_eq!(time.invariant(), "11/23/2026 15:00:00");
    }

    #[test]
    fn the_time_of_http() {
        let time = DateTime::parse_http("Fri, 09 Oct 2009 21:04:30 GMT");
        assert_eq!(time, DateTime::parse("2009-10-09T21:04:30Z"));
        for text in [
            "",
            "Fri, 09 Oct 2009",
            "Fri, 9 Oct 2009 21:04:30 GMT",
            "Fri, 09 Okt 2009 21:04:30 GMT",
        ] {
            assert_eq!(DateTime::parse_http(text), None, "{text:?}");
        }
    }

    #[test]
    fn offsets_are_taken_out() {
        let time = DateTime::parse("2024-03-01T00:30:00+01:00").unwrap();
        assert_eq!(time.exact(), "2024-02-29T23:30:00");
        assert_eq!(
            DateTime::parse("1969-12-31T23:59:59"),
            DateTime::parse("1969-12-31T23:59:59Z")
        );
    }

    #[test]
    fn every_day_is_itself() {
        for day in -720_000..2_900_000 {
            let [year, month, of_month] = civil(day);
            assert_eq!(days(year, month, of_month), day);
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "2026-11-23",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T15:00:00.Z",
            "2026-11-23T15:00:00+1:00",
            "2026-11-23T15:00:00Zulu",
            "0001-01-01T00:00:00+01:00",
            "+026-11-23T15:00:00Z",
            "2026-11-23T15:00:0é",
        ] {
            assert_eq!(DateTime::parse(text), None, "{text}");
        }
    }
}
