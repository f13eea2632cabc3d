//! Times, in the forms that AWS has for them.

use polyfn_core::Timestamp;

use super::flaw::Flaw;

/// RFC 3339, as S3, SNS and EventBridge write it.
pub(super) fn rfc_3339(place: &str, text: &str) -> Result<Timestamp, Flaw> {
    text.parse()
        .map_err(|error| Flaw::new(place, format!("{text:?} is no time: {error}")))
}

/// Milliseconds since 1970 in a string, as SQS writes them.
pub(super) fn epoch_milliseconds(place: &str, text: &str) -> Result<Timestamp, Flaw> {
    let milliseconds = text.parse().ok();
    milliseconds
        .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
        .ok_or_else(|| Flaw::new(place, format!("{text:?} is no time in milliseconds")))
}

/// Seconds since 1970 with a fraction, as the streams write them. They are precise to the
/// millisecond.
pub(super) fn epoch_seconds(place: &str, seconds: f64) -> Result<Timestamp, Flaw> {
    // What is out of range saturates, and is refused then.
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64)
        .map_err(|error| Flaw::new(place, format!("{seconds} is no time: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_name_the_same_moment() {
        let moment: Timestamp = "2018-12-17T22:10:50.987Z".parse().unwrap();
        assert_eq!(rfc_3339("t", "2018-12-17T22:10:50.987Z"), Ok(moment));
        assert_eq!(epoch_milliseconds("t", "1545084650987"), Ok(moment));
        assert_eq!(epoch_seconds("t", 1_545_084_650.987), Ok(moment));
        // A thousand times this is a little less than its milliseconds.
        let inexact = Timestamp::from_millisecond(1_096_143_784_968).unwrap();
        assert_eq!(epoch_seconds("t", 1_096_143_784.968), Ok(inexact));
    }

    #[test]
    fn what_is_no_time_says_where() {
        for flaw in [
            rfc_3339("eventTime", "yesterday").unwrap_err(),
            epoch_milliseconds("eventTime", "12.5").unwrap_err(),
            epoch_milliseconds("eventTime", "999999999999999999").unwrap_err(),
            epoch_seconds("eventTime", f64::MAX).unwrap_err(),
        ] {
            assert!(flaw.to_string().starts_with("eventTime: "), "{flaw}");
        }
        // No number of JSON is infinite or none, yet nothing may panic.
        assert!(epoch_seconds("t", f64::NEG_INFINITY).is_err());
    }
}
