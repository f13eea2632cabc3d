//! The present time, in the two forms that API Gateway writes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Since 1970. A clock before that counts as 1970.
pub(crate) fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// `12/Mar/2020:19:03:58 +0000`.
pub(crate) fn common_log(since_epoch: Duration) -> String {
    let seconds = since_epoch.as_secs();
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let month = MONTHS[month - 1];
    format!("{day:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02} +0000")
}

/// Year, month (1–12) and day of the month; Howard Hinnant's `civil_from_days` for days ≥ 0.
pub(crate) fn civil(days: u64) -> (u64, usize, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
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
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month as usize, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_log_format() {
        // The two of API Gateway's own example event.
        assert_eq!(
            common_log(Duration::from_millis(1_584_039_838_390)),
            "12/Mar/2020:19:03:58 +0000"
        );
        assert_eq!(common_log(Duration::ZERO), "01/Jan/1970:00:00:00 +0000");
        assert_eq!(
            common_log(Duration::from_secs(1_709_164_800)),
            "29/Feb/2024:00:00:00 +0000"
        );
    }
}
