//! What a request allows and wants.

use polyfn_core::cache;

use crate::site::{MINUTE, Site, numbered, request, site_with};
use crate::support::{ask, send, text, values};

#[tokio::test]
async fn head_is_answered_from_a_kept_get_and_not_kept_itself() {
    let site = Site::new(cache(MINUTE), |_, number| numbered(&[], 100 + number));
    for reached in [1, 2] {
        let head = ask(&site.service, "HEAD", "/").await;
        assert_eq!(values(&head, "cache-control"), ["public, max-age=60"]);
        assert_eq!(site.reached(), reached, "nothing is kept of a HEAD");
    }
    assert_eq!(text(site.get(&[]).await).await, "103");
    let head = ask(&site.service, "HEAD", "/").await;
    assert_eq!(site.reached(), 3);
    assert_eq!(values(&head, "content-length"), ["3"]);
    assert!(head.headers().contains_key("age"));
    assert_eq!(text(head).await, "", "HEAD has no body");
}

#[tokio::test]
async fn a_request_says_what_it_takes() {
    // Ten minutes old of twenty: far from every limit below, however slow the machine is.
    let aged = [("cache-control", "max-age=1200"), ("age", "600")];
    for (headers, is_hit) in [
        (&[("cache-control", "max-age=900")][..], true),
        (&[("cache-control", "max-age=300")], false),
        (&[("cache-control", "max-age=900, max-age=300")], false),
        (&[("cache-control", "max-age=0, max-stale")], false),
        (&[("cache-control", "max-age")], false),
        (&[("cache-control", "min-fresh=300")], true),
        (&[("cache-control", "min-fresh=900")], false),
        (&[("cache-control", "min-fresh=1, min-fresh=900")], false),
        (&[("cache-control", "min-fresh")], false),
        (&[("cache-control", "no-cache")], false),
        (&[("cache-control", "No-Cache")], false),
        (&[("cache-control", "x=\"")], false),
        (&[("pragma", "no-cache")], false),
        (&[("pragma", "other, No-Cache")], false),
        (
            &[("pragma", "no-cache"), ("cache-control", "max-age=900")],
            true,
        ),
        (&[("cache-control", "no-store")], true),
        (&[("cache-control", "only-if-cached")], true),
        (&[("cache-control", "no-transform, unknown=1")], true),
        (&[("range", "bytes=0-1")], false),
        (&[("if-match", "\"a\"")], false),
        (&[("if-range", "\"a\"")], false),
        (
            &[("if-unmodified-since", "Fri, 01 Jan 2100 00:00:00 GMT")],
            false,
        ),
    ] {
        let site = Site::new(cache(MINUTE), move |_, number| numbered(&aged, number));
        site.get(&[]).await;
        let got = text(site.get(headers).await).await;
        assert_eq!(got, if is_hit { "1" } else { "2" }, "{headers:?}");
    }
}

#[tokio::test]
async fn a_request_that_wants_it_new_renews_what_is_kept() {
    let site = site_with(&[]);
    site.get(&[]).await;
    assert_eq!(
        text(site.get(&[("cache-control", "no-cache")]).await).await,
        "2"
    );
    assert_eq!(
        text(site.get(&[]).await).await,
        "2",
        "the newer one is kept"
    );
    for header in [
        ("cache-control", "no-cache, no-store"),
        ("range", "bytes=0-"),
    ] {
        site.get(&[header]).await;
        assert_eq!(
            text(site.get(&[]).await).await,
            "2",
            "{header:?} leaves nothing"
        );
    }
}

#[tokio::test]
async fn only_if_cached_never_reaches_the_function() {
    let site = site_with(&[]);
    let response = site.get(&[("cache-control", "only-if-cached")]).await;
    assert_eq!(response.status(), 504);
    assert_eq!(
        values(&response, "content-type"),
        ["application/problem+json"]
    );
    assert!(text(response).await.contains("invocation-1"));
    assert_eq!(site.reached(), 0);
}

#[tokio::test]
async fn a_get_with_a_body_is_the_functions_own() {
    let site = site_with(&[]);
    site.get(&[]).await;
    for number in ["2", "3"] {
        let mut asked = request("GET", "/", &[]);
        *asked.body_mut() = "{}".into();
        assert_eq!(text(send(&site.service, asked).await).await, number);
    }
}
