//! Which responses are kept, and what leaves.

use std::time::{Duration, Instant, SystemTime};

use http::StatusCode;
use polyfn_core::{IntoResponse, cache};

use crate::site::{MINUTE, Site, numbered, site_with, without_age};
use crate::support::{text, values};

#[tokio::test]
async fn a_hit_is_the_response_again() {
    let site = Site::new(cache(MINUTE), |_, _| {
        let headers = [
            ("link", "</a>"),
            ("x-other", "\u{e9}"),
            ("link", "</b>"),
            ("connection", "x-hop"),
            ("x-hop", "1"),
        ];
        (StatusCode::NOT_FOUND, headers, &b"\0\xff bytes"[..]).into_response()
    });
    let first = site.get(&[]).await;
    let again = site.get(&[]).await;
    assert_eq!(
        site.reached(),
        1,
        "the second one was answered by the cache"
    );
    assert_eq!(again.status(), 404);
    assert_eq!(values(&again, "link"), ["</a>", "</b>"]);
    assert!(first.headers().get("age").is_none(), "it was made just now");
    let age: u64 = values(&again, "age")[0].parse().unwrap();
    assert!(age < 60, "it is fresh: {age}");

    let mut expected = without_age(&first);
    expected.remove("connection");
    expected.remove("x-hop");
    assert_eq!(without_age(&again), expected, "but for its connection's");
    assert_eq!(again.into_body().as_bytes().unwrap(), &b"\0\xff bytes"[..]);
}

#[tokio::test]
async fn caches_behind_this_one_are_told() {
    let response = site_with(&[]).get(&[]).await;
    assert_eq!(values(&response, "cache-control"), ["public, max-age=60"]);
    let date = httpdate::parse_http_date(values(&response, "date")[0]).unwrap();
    assert!(date <= SystemTime::now(), "{date:?} is when it was made");

    let forever = Site::new(cache(Duration::MAX), |_, number| numbered(&[], number));
    let response = forever.get(&[]).await;
    assert_eq!(
        values(&response, "cache-control"),
        ["public, max-age=2147483648"],
        "the longest that every cache understands"
    );
    assert_eq!(text(forever.get(&[]).await).await, "1", "and it is kept");

    let response = site_with(&[("cache-control", "max-age=7")]).get(&[]).await;
    assert_eq!(values(&response, "cache-control"), ["max-age=7"]);
    let response = site_with(&[("expires", "Fri, 01 Jan 2100 00:00:00 GMT")])
        .get(&[])
        .await;
    assert_eq!(
        values(&response, "cache-control"),
        [""; 0],
        "it says so itself"
    );
    let response = site_with(&[("set-cookie", "a=b")]).get(&[]).await;
    assert_eq!(
        values(&response, "cache-control"),
        [""; 0],
        "not for others"
    );
    let response = site_with(&[]).get(&[("authorization", "Basic eA==")]).await;
    assert_eq!(
        values(&response, "cache-control"),
        [""; 0],
        "not for others"
    );
}

#[tokio::test]
async fn what_may_not_be_kept_is_not() {
    for headers in [
        &[("cache-control", "no-store")][..],
        &[("cache-control", "max-age=60, NO-STORE")],
        &[("cache-control", "private")],
        &[("cache-control", "public, private=\"x-user, x-other\"")],
        &[("cache-control", "no-cache")],
        &[("cache-control", "no-cache=\"set-cookie\", max-age=60")],
        &[
            ("cache-control", "max-age=60"),
            ("cache-control", "private"),
        ],
        &[("cache-control", "max-age=60 private")],
        &[("cache-control", "private max-age=60")],
        &[("cache-control", "max-age=\"60, no-store")],
        &[("cache-control", "max-age=0")],
        &[("cache-control", "max-age=60, max-age=0")],
        &[("cache-control", "max-age=1.5")],
        &[("cache-control", "max-age=-1")],
        &[("cache-control", "max-age")],
        &[("cache-control", "s-maxage=0, max-age=60")],
        &[("cache-control", "max-age=60"), ("age", "60")],
        &[("age", "60")],
        &[("expires", "0")],
        &[("expires", "Thu, 01 Jan 1970 00:00:00 GMT")],
        &[
            ("expires", "Fri, 01 Jan 2100 00:00:00 GMT"),
            ("expires", "-1"),
        ],
        &[("date", "Thu, 01 Jan 2015 00:00:00 GMT")],
        &[("vary", "*")],
        &[("vary", "accept, *")],
        &[("vary", "no name")],
        &[
            ("set-cookie", "session=1"),
            ("cache-control", "public, max-age=60"),
        ],
        &[("content-range", "bytes 0-1/2")],
    ] {
        let site = Site::new(cache(MINUTE), |_, number| numbered(headers, number));
        assert_eq!(text(site.get(&[]).await).await, "1", "{headers:?}");
        assert_eq!(text(site.get(&[]).await).await, "2", "{headers:?} was kept");
    }
}

#[tokio::test]
async fn what_may_be_kept_is() {
    for headers in [
        &[][..],
        &[("cache-control", "max-age=60")],
        &[(
            "cache-control",
            "MAX-AGE=\"60\" ,,\t, immutable, x=\"a, \\\" no-store\"",
        )],
        &[("cache-control", "max-age=99999999999999999999999")],
        &[("cache-control", "max-age=0, s-maxage=60")],
        &[("cache-control", "max-age=60"), ("expires", "0")],
        &[("cache-control", "max-age=3600"), ("age", "60, 9999")],
        &[("age", "soon")],
        &[("expires", "Fri, 01 Jan 2100 00:00:00 GMT")],
        &[("expires", "Thursday, 01-Jan-60 00:00:00 GMT")],
        &[("pragma", "no-cache")],
        &[("vary", "accept,, origin"), ("vary", "x-other")],
    ] {
        let site = Site::new(cache(MINUTE), |_, number| numbered(headers, number));
        assert_eq!(text(site.get(&[]).await).await, "1", "{headers:?}");
        assert_eq!(
            text(site.get(&[]).await).await,
            "1",
            "{headers:?} was not kept"
        );
    }
}

#[tokio::test]
async fn only_some_statuses_are_kept() {
    for (status, is_kept) in [
        (200, true),
        (201, false),
        (202, false),
        (204, true),
        (206, false),
        (301, true),
        (302, false),
        (304, false),
        (404, true),
        (410, true),
        (429, false),
        (500, false),
        (503, false),
    ] {
        let site = Site::new(cache(MINUTE), move |_, number| {
            let mut response = numbered(&[("cache-control", "max-age=60")], number);
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response
        });
        site.get(&[]).await;
        assert_eq!(site.get(&[]).await.status(), status);
        assert_eq!(site.reached(), if is_kept { 1 } else { 2 }, "of {status}");
    }
}

#[tokio::test]
async fn one_users_answer_is_for_no_other() {
    for credentials in [("authorization", "Basic eA=="), ("cookie", "session=1")] {
        for headers in [&[][..], &[("cache-control", "max-age=60")]] {
            let site = Site::new(cache(MINUTE), |_, number| numbered(headers, number));
            assert_eq!(text(site.get(&[credentials]).await).await, "1");
            assert_eq!(
                text(site.get(&[]).await).await,
                "2",
                "the first one was {credentials:?}'s"
            );
            assert_eq!(
                text(site.get(&[credentials]).await).await,
                "3",
                "and that nobody's"
            );
            assert_eq!(
                text(site.get(&[]).await).await,
                "2",
                "nobody's is still there"
            );
        }
        for headers in [
            &[("cache-control", "public")],
            &[("cache-control", "s-maxage=60")],
            &[("cache-control", "must-revalidate")],
        ] {
            let site = Site::new(cache(MINUTE), |_, number| numbered(headers, number));
            assert_eq!(text(site.get(&[credentials]).await).await, "1");
            assert_eq!(
                text(site.get(&[]).await).await,
                "1",
                "{headers:?} is for everyone"
            );
            assert_eq!(
                text(site.get(&[credentials]).await).await,
                "1",
                "{headers:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_kept_grows_old_and_goes() {
    let site = site_with(&[("cache-control", "max-age=2")]);
    let start = Instant::now();
    let mut oldest = 0;
    loop {
        let response = site.get(&[]).await;
        let age = values(&response, "age")
            .first()
            .map(|age| age.parse::<u64>().unwrap());
        if text(response).await == "2" {
            break;
        }
        oldest = oldest.max(age.unwrap_or_default());
        assert!(oldest < 2, "it is {oldest} s old and no longer fresh");
        assert!(start.elapsed() < MINUTE, "it never becomes stale");
        tokio::task::yield_now().await;
    }
    assert!(
        start.elapsed() >= Duration::from_secs(2),
        "it was fresh for two seconds"
    );
}
