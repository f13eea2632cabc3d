//! `google.protobuf.Timestamp`.

/// Seconds and nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Timestamp {
    pub(super) seconds: i64,
    pub(super) nanos: i32,
}

impl Timestamp {
    /// Of a time in RFC 3339; what is none counts as 1970.
    pub(super) fn parse(text: &str) -> Self {
        parse(text).unwrap_or_default()
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut clock = clock.splitn(3, ':').map(|part| part.parse::<u32>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let day_seconds = i64::from(hour * 3600 + minute * 60 + second);
    Some(Timestamp {
        seconds: days(year, month, day) * 86_400 + day_seconds - offset(zone)?,
        nanos: nanos(fraction)?,
    })
}

/// How many seconds a clock in that zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let hours = i64::from(hours.parse::<u8>().ok()?);
    let minutes = i64::from(minutes.parse::<u8>().ok()?);
    Some(sign * (hours * 3600 + minutes * 60))
}

fn nanos(fraction: &str) -> Option<i32> {
    let digits: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    digits.parse::<u32>().ok()?.try_into().ok()
}

/// Days since 1970; Howard Hinnant's `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let march_based = (month + 9) % 12;
    let day_of_year = (153 * march_based + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::timestamp::civil;

    #[test]
    fn times_are_read_with_zone_and_fraction() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("2020-03-12T19:03:58.39Z", 1_584_039_838, 390_000_000),
            ("2020-03-12T20:03:58.000000001+01:00", 1_584_039_838, 1),
            ("2020-03-12t14:33:58-04:30", 1_584_039_838, 0),
            ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
        ];
        for (text, seconds, nanos) in cases {
            assert_eq!(
                Timestamp::parse(text),
                Timestamp { seconds, nanos },
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_time_is_1970() {
        for text in [
            "",
            "yesterday",
            "2020-13-01T00:00:00Z",
            "2020-01-01T00:00:00",
            "2020-01-01",
        ] {
            assert_eq!(Timestamp::parse(text), Timestamp::default(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            Timestamp::parse(&text);
        }

        #[test]
        fn days_are_the_inverse_of_dates(day in 0..2_932_896_u64) {
            let (year, month, of_month) = civil(day);
            let found = days(year as i64, month as i64, of_month as i64);
            prop_assert_eq!(found, day as i64);
        }
    }
}
