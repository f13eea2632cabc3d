//! Responses that differ by request headers.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use http::header::ACCEPT_LANGUAGE;
use polyfn_core::{RequestExt, cache};

use crate::site::{MINUTE, Site, numbered, request};
use crate::support::{send, text, values};

#[tokio::test]
async fn a_varying_response_is_for_the_same_headers() {
    let site = Site::new(cache(MINUTE), |request, number| {
        let vary = request.query("vary").map(Cow::into_owned);
        numbered(&[("vary", &vary.unwrap_or_default())], number)
    });
    let ask = async |target: &str, headers: &[(&str, &str)]| {
        text(send(&site.service, request("GET", target, headers)).await).await
    };
    let (en, fr) = (("accept-language", "en"), ("accept-language", "fr"));
    for round in ["first", "second"] {
        let target = "/?vary=Accept-Language,x-a";
        let got = [
            ask(target, &[en]).await,
            ask(target, &[fr]).await,
            ask(target, &[]).await,
            ask(target, &[("accept-language", "")]).await,
            ask(target, &[en, fr]).await,
            ask(target, &[fr, en]).await,
            ask(target, &[en, ("x-a", "1"), ("x-b", "1")]).await,
            ask(target, &[("x-a", "en")]).await,
        ];
        assert_eq!(got, ["1", "2", "3", "4", "5", "6", "7", "8"], "{round}");
        assert_eq!(
            ask(target, &[en, ("x-b", "2")]).await,
            "1",
            "x-b changes nothing"
        );
    }
}

#[tokio::test]
async fn the_headers_of_vary_may_grow() {
    let site = Site::new(cache(MINUTE), |_, number| match number {
        1 => numbered(&[], number),
        2 => numbered(&[("vary", "x-a")], number),
        3 => numbered(&[("vary", "x-b")], number),
        _ => numbered(&[], number),
    });
    let renewed = ("cache-control", "no-cache");
    assert_eq!(text(site.get(&[("x-a", "1")]).await).await, "1");
    assert_eq!(text(site.get(&[("x-a", "1"), renewed]).await).await, "2");
    assert_eq!(
        text(site.get(&[("x-a", "2"), ("x-b", "1")]).await).await,
        "3"
    );
    assert_eq!(
        text(site.get(&[("x-a", "2"), ("x-b", "2")]).await).await,
        "4"
    );
    for (a, b, expected) in [("2", "1", "3"), ("2", "2", "4")] {
        let got = text(site.get(&[("x-a", a), ("x-b", b)]).await).await;
        assert_eq!(got, expected, "x-a {a}, x-b {b}");
    }
}

#[tokio::test]
async fn chosen_headers_are_part_of_vary() {
    let layer = || cache(MINUTE).vary_by([ACCEPT_LANGUAGE]);
    let site = Site::new(layer(), |_, number| numbered(&[("vary", "origin")], number));
    for _ in 0..2 {
        for (number, language) in [("1", "en"), ("2", "fr")] {
            let response = site.get(&[("accept-language", language)]).await;
            assert_eq!(values(&response, "vary"), ["origin", "accept-language"]);
            assert_eq!(text(response).await, number, "{language}");
        }
    }
    let names_it = Site::new(layer(), |_, number| {
        numbered(&[("vary", "Accept-Language")], number)
    });
    let response = names_it.get(&[]).await;
    assert_eq!(
        values(&response, "vary"),
        ["Accept-Language"],
        "once is enough"
    );
}

#[tokio::test]
async fn a_response_is_found_when_a_shorter_lived_one_is_gone() {
    let site = Site::new(cache(MINUTE), |request, number| {
        let is_short = request.headers().contains_key("x-short");
        let control = if is_short { "max-age=1" } else { "max-age=600" };
        numbered(&[("vary", "x-short"), ("cache-control", control)], number)
    });
    assert_eq!(text(site.get(&[]).await).await, "1");
    assert_eq!(text(site.get(&[("x-short", "1")]).await).await, "2");
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(2) {
        assert_eq!(
            text(site.get(&[]).await).await,
            "1",
            "it is good for longer"
        );
    }
    let asked = [("x-short", "1"), ("cache-control", "only-if-cached")];
    assert_eq!(site.get(&asked).await.status(), 504, "the other one is not");
}
