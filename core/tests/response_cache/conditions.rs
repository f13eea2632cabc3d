//! Conditional requests.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use polyfn_core::{IntoResponse, cache};

use crate::site::{MINUTE, Site, site_with, without_age};
use crate::support::text;

/// So many seconds from now.
fn http_date(seconds: i64) -> String {
    let offset = Duration::from_secs(seconds.unsigned_abs());
    let now = SystemTime::now();
    httpdate::fmt_http_date(if seconds < 0 {
        now - offset
    } else {
        now + offset
    })
}

#[tokio::test]
async fn a_client_that_has_it_is_told_so() {
    const MODIFIED: &str = "Sun, 01 Nov 2015 10:00:00 GMT";
    let headers = &[
        ("etag", "W/\"a,b\""),
        ("last-modified", MODIFIED),
        ("content-language", "en"),
        ("x-own", "1"),
    ];
    let site = site_with(headers);
    let whole = site.get(&[]).await;
    for (asked, is_held) in [
        (&[("if-none-match", "\"a,b\"")][..], true),
        (&[("if-none-match", "W/\"a,b\"")], true),
        (&[("if-none-match", "\"x\" , ,W/\"y\",\"a,b\"")], true),
        (
            &[("if-none-match", "\"x\""), ("if-none-match", "\"a,b\"")],
            true,
        ),
        (&[("if-none-match", "*")], true),
        (&[("if-none-match", "\"a\", \"b\"")], false),
        (&[("if-none-match", "a,b")], false),
        (&[("if-none-match", "\"a,b")], false),
        (&[("if-none-match", "w/\"a,b\"")], false),
        (&[("if-none-match", "")], false),
        (&[("if-modified-since", MODIFIED)], true),
        (
            &[("if-modified-since", "Sunday, 01-Nov-15 10:00:01 GMT")],
            true,
        ),
        (&[("if-modified-since", "Sun Nov  1 10:00:00 2015")], true),
        (
            &[("if-modified-since", "Sun, 01 Nov 2015 09:59:59 GMT")],
            false,
        ),
        (&[("if-modified-since", "yesterday")], false),
        (
            &[
                ("if-modified-since", MODIFIED),
                ("if-modified-since", MODIFIED),
            ],
            false,
        ),
        (
            &[("if-none-match", "\"x\""), ("if-modified-since", MODIFIED)],
            false,
        ),
    ] {
        let response = site.get(asked).await;
        assert_eq!(
            response.status(),
            if is_held { 304 } else { 200 },
            "{asked:?}"
        );
        if is_held {
            let mut expected = without_age(&whole);
            expected.remove("content-type");
            expected.remove("content-language");
            assert_eq!(without_age(&response), expected, "{asked:?}");
            assert!(response.headers().contains_key("age"));
            assert_eq!(text(response).await, "");
        }
    }
    assert_eq!(site.reached(), 1, "the cache answered all of them");
}

#[tokio::test]
async fn a_condition_without_what_it_is_about() {
    let site = site_with(&[]);
    let later = http_date(3600);
    assert_eq!(
        site.get(&[("if-none-match", "*")]).await.status(),
        200,
        "the function's own"
    );
    assert_eq!(
        site.get(&[("if-none-match", "\"a\"")]).await.status(),
        200,
        "there is no tag"
    );
    let since = site.get(&[("if-modified-since", &later)]).await;
    assert_eq!(
        since.status(),
        304,
        "its date stands for when it was modified"
    );
    let since = site.get(&[("if-modified-since", &http_date(-3600))]).await;
    assert_eq!(since.status(), 200);

    let missing = Site::new(cache(MINUTE), |_, _| {
        (StatusCode::NOT_FOUND, "no").into_response()
    });
    missing.get(&[]).await;
    let response = missing.get(&[("if-none-match", "*")]).await;
    assert_eq!((response.status().as_u16(), missing.reached()), (404, 1));
}
