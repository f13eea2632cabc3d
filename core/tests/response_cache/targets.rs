//! What a response is an answer for.

use polyfn_core::{App, cache, get};

use crate::site::{MINUTE, request, site_with};
use crate::support::{ask, send, service, text};

#[tokio::test]
async fn a_response_is_for_its_host_path_and_query_alone() {
    let site = site_with(&[]);
    let asked = [
        ("/a", "x.example"),
        ("/A", "x.example"),
        ("/a/", "x.example"),
        ("/a%2Fb", "x.example"),
        ("/a/b", "x.example"),
        ("/a?", "x.example"),
        ("/a?b=1&c=2", "x.example"),
        ("/a?c=2&b=1", "x.example"),
        ("/a", "y.example"),
        ("http://z.example/a", "z.example"),
    ];
    for round in ["first", "second"] {
        for (number, (target, host)) in asked.iter().enumerate() {
            let asked = request("GET", target, &[("host", host)]);
            let got = text(send(&site.service, asked).await).await;
            assert_eq!(got, (number + 1).to_string(), "{target} on {host}, {round}");
        }
    }
    let same = request("GET", "/a", &[("host", "X.Example")]);
    assert_eq!(
        text(send(&site.service, same).await).await,
        "1",
        "hosts have no case"
    );

    for hosts in [["x.example", "evil.example"], ["evil.example", "x.example"]] {
        let headers = hosts.map(|host| ("host", host));
        let before = site.reached();
        for _ in 0..2 {
            send(&site.service, request("GET", "/a", &headers)).await;
        }
        assert_eq!(site.reached(), before + 2, "two hosts are none: {hosts:?}");
    }
}

#[tokio::test]
async fn a_response_is_for_its_function_alone() {
    let app = App::new()
        .http("one", get("/one"), |_| async { "one" })
        .http("two", get("/two"), |_| async { "two" });
    let service = service(app.layer(cache(MINUTE)));
    let one = service.clone().alone("one").unwrap();
    let two = service.alone("two").unwrap();
    for _ in 0..2 {
        assert_eq!(text(ask(&one, "GET", "/same").await).await, "one");
        assert_eq!(text(ask(&two, "GET", "/same").await).await, "two");
    }
}
