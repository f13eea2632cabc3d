//! A point in time that is compared on two clocks.

use std::time::{Duration, Instant, SystemTime};

/// Now, for what is kept in memory. The steady clock does not turn back; the wall clock also
/// counts the time for which a platform froze the process. The older of the two ages is the one
/// to go by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self {
            steady: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    pub(crate) fn since(self, earlier: Self) -> Duration {
        let wall = self.since_date(earlier.wall);
        self.steady.duration_since(earlier.steady).max(wall)
    }

    /// Zero for a date that is still to come.
    pub(crate) fn since_date(self, date: SystemTime) -> Duration {
        self.wall.duration_since(date).unwrap_or_default()
    }

    pub(crate) fn date(self) -> SystemTime {
        self.wall
    }

    pub(crate) fn http_date(self) -> String {
        httpdate::fmt_http_date(self.wall)
    }
}

#[cfg(test)]
impl std::ops::Add<Duration> for Moment {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self {
            steady: self.steady + later,
            wall: self.wall + later,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn the_clock_that_saw_more_time_counts() {
        let then = Moment::now();
        let later = then + HOUR;
        assert_eq!(later.since(then), HOUR);
        let (steady, wall) = (later.steady, later.wall);
        let thawed = Moment {
            wall: wall + HOUR,
            steady,
        };
        assert_eq!(thawed.since(then), 2 * HOUR, "frozen for an hour");
        let set_back = Moment {
            wall: wall - 5 * HOUR,
            steady,
        };
        assert_eq!(
            set_back.since(then),
            HOUR,
            "an hour passed, whatever the wall says"
        );
    }
}
