//! For how long a response is good.

use std::time::{Duration, SystemTime};

use http::header::{AGE, DATE, EXPIRES, HeaderMap, HeaderValue};

use super::control::{RequestControl, ResponseControl};
use super::directives::{MOST_SECONDS, delta_seconds};
use super::moment::Moment;

/// How long a response is fresh, and how old it was when it was asked for: [RFC 9111, 4.2].
///
/// [RFC 9111, 4.2]: https://www.rfc-editor.org/rfc/rfc9111#section-4.2
#[derive(Debug, Clone, Copy)]
pub(crate) struct Freshness {
    lifetime: Duration,
    asked_at: Moment,
    age_when_asked: Duration,
}

impl Freshness {
    /// Of a response to what was asked for at `asked_at`; `ttl` holds where it says nothing
    /// itself.
    pub(crate) fn of(
        control: &ResponseControl,
        headers: &HeaderMap,
        asked_at: Moment,
        ttl: Duration,
    ) -> Self {
        let date = headers.get(DATE).and_then(http_date);
        let explicit = control.s_maxage.or(control.max_age);
        let expires = || expires_after(headers, date.unwrap_or(asked_at.date()));
        // Dates have whole seconds: the rest of one is no age.
        let apparent = date.map_or(0, |date| asked_at.since_date(date).as_secs());
        let lifetime = explicit.or_else(expires).unwrap_or(ttl);
        Self {
            lifetime: lifetime.min(Duration::from_secs(MOST_SECONDS)),
            asked_at,
            age_when_asked: age(headers).max(Duration::from_secs(apparent)),
        }
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// That it took time to come counts as age, as if it had been true when it was asked for.
    pub(crate) fn age(&self, now: Moment) -> Duration {
        now.since(self.asked_at).saturating_add(self.age_when_asked)
    }

    /// For how long it still is fresh; zero when it is stale.
    pub(crate) fn left(&self, now: Moment) -> Duration {
        self.lifetime.saturating_sub(self.age(now))
    }

    /// Whether it is fresh, and as fresh as the request wants it.
    pub(crate) fn is_enough_for(&self, control: &RequestControl, now: Moment) -> bool {
        let left = self.left(now);
        let is_young = control.max_age.is_none_or(|most| self.age(now) <= most);
        !left.is_zero() && left >= control.min_fresh && is_young
    }
}

/// The first value, if it is a number: RFC 9111, 5.1.
fn age(headers: &HeaderMap) -> Duration {
    let first = headers.get(AGE).map(HeaderValue::as_bytes);
    let first = first.and_then(|list| list.split(|byte| *byte == b',').next());
    let seconds = first.and_then(|age| delta_seconds(age.trim_ascii()));
    seconds.unwrap_or_default()
}

/// The earliest `Expires`; what is no date has passed: RFC 9111, 5.3.
fn expires_after(headers: &HeaderMap, date: SystemTime) -> Option<Duration> {
    let all = headers.get_all(EXPIRES).iter();
    let lifetimes = all.map(|expires| {
        let expires = http_date(expires)?;
        expires.duration_since(date).ok()
    });
    lifetimes.map(Option::unwrap_or_default).min()
}

pub(crate) fn http_date(value: &HeaderValue) -> Option<SystemTime> {
    httpdate::parse_http_date(value.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::{CACHE_CONTROL, HeaderName};

    const TTL: Duration = Duration::from_secs(30);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn freshness(headers: &[(HeaderName, String)], asked_at: Moment) -> Freshness {
        let headers = headers.iter().cloned();
        let headers = headers.map(|(name, value)| (name, value.parse().expect("a value")));
        let headers = HeaderMap::from_iter(headers);
        Freshness::of(&ResponseControl::of(&headers), &headers, asked_at, TTL)
    }

    fn http_date(moment: Moment, earlier: Duration) -> String {
        httpdate::fmt_http_date(moment.date() - earlier)
    }

    #[test]
    fn it_is_fresh_until_its_lifetime_is_over() {
        let now = Moment::now();
        let response = freshness(&[(CACHE_CONTROL, "max-age=60".to_owned())], now);
        let just_before = now + (seconds(60) - Duration::from_millis(1));
        let any = RequestControl::default();
        assert!(response.is_enough_for(&any, just_before));
        assert_eq!(response.age(just_before).as_secs(), 59);
        assert!(
            !response.is_enough_for(&any, now + seconds(60)),
            "its lifetime is over"
        );
        assert_eq!(response.left(now + seconds(61)), Duration::ZERO);
    }

    #[test]
    fn a_request_may_want_more() {
        let now = Moment::now();
        let response = freshness(&[(CACHE_CONTROL, "max-age=60".to_owned())], now);
        let wants = |max_age: Option<Duration>, min_fresh: Duration| RequestControl {
            max_age,
            min_fresh,
            ..RequestControl::default()
        };
        let at = now + seconds(20);
        for (control, is_enough) in [
            (wants(Some(seconds(20)), Duration::ZERO), true),
            (wants(Some(seconds(19)), Duration::ZERO), false),
            (wants(None, seconds(40)), true),
            (wants(None, seconds(41)), false),
            (wants(Some(seconds(20)), seconds(41)), false),
        ] {
            assert_eq!(
                response.is_enough_for(&control, at),
                is_enough,
                "{control:?}"
            );
        }
    }

    #[test]
    fn the_lifetime_is_what_speaks_most_to_a_shared_cache() {
        let now = Moment::now();
        let in_an_hour = |ago| http_date(now + seconds(3600), ago);
        for (headers, lifetime) in [
            (vec![], TTL),
            (
                vec![(CACHE_CONTROL, "max-age=5, s-maxage=7".to_owned())],
                seconds(7),
            ),
            (
                vec![
                    (CACHE_CONTROL, "max-age=5".to_owned()),
                    (EXPIRES, in_an_hour(Duration::ZERO)),
                ],
                seconds(5),
            ),
            (
                vec![
                    (DATE, http_date(now, Duration::ZERO)),
                    (EXPIRES, in_an_hour(Duration::ZERO)),
                    (EXPIRES, in_an_hour(seconds(600))),
                ],
                seconds(3000),
            ),
            (vec![(EXPIRES, "0".to_owned())], Duration::ZERO),
        ] {
            let response = freshness(&headers, now);
            assert_eq!(response.lifetime(), lifetime, "{headers:?}");
        }
    }

    #[test]
    fn it_may_be_old_when_it_comes() {
        let now = Moment::now();
        for (headers, age) in [
            (vec![], 0),
            (vec![(AGE, "40".to_owned())], 40),
            (vec![(DATE, http_date(now, seconds(40)))], 40),
            (
                vec![(AGE, "50".to_owned()), (DATE, http_date(now, seconds(40)))],
                50,
            ),
            (
                vec![(AGE, "30".to_owned()), (DATE, http_date(now, seconds(40)))],
                40,
            ),
            (
                vec![(DATE, http_date(now + seconds(40), Duration::ZERO))],
                0,
            ),
            (vec![(DATE, "yesterday".to_owned())], 0),
        ] {
            let response = freshness(&headers, now);
            // The date has lost the rest of its second.
            let expected = age..=age + 1;
            assert!(
                expected.contains(&response.age(now).as_secs()),
                "{headers:?}"
            );
            let later = response.age(now + seconds(10)).as_secs();
            assert!(expected.contains(&(later - 10)), "{headers:?} later");
        }
    }
}
