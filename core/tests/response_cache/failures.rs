//! Handlers that fail, and clients that go away.

use futures_util::FutureExt;
use polyfn_core::{App, Error, IntoResponse, Json, Request, cache, get};

use crate::site::{MINUTE, Site, request};
use crate::support::{ask, send, service, text, values};

#[tokio::test]
async fn failures_are_answered_as_without_a_cache() {
    let site = Site::new(cache(MINUTE), |_, number| match number {
        1 => panic!("on purpose"),
        2 => Error::internal("broken").into_response(),
        3 => Error::not_found("no such user").into_response(),
        _ => Json(number).into_response(),
    });
    for status in [500, 500, 404] {
        let response = site.get(&[]).await;
        assert_eq!(response.status(), status);
        assert_eq!(values(&response, "cache-control"), [""; 0]);
        let problem = text(response).await;
        assert!(
            problem.contains("invocation-1"),
            "it names its invocation: {problem}"
        );
    }
    assert_eq!(text(site.get(&[]).await).await, "4");
    assert_eq!(
        text(site.get(&[]).await).await,
        "4",
        "what went well is kept"
    );
}

#[tokio::test]
async fn who_goes_away_holds_nobody_up() {
    let app = App::new().http("slow", get("/"), |request: Request| async move {
        if request.headers().contains_key("x-slow") {
            std::future::pending::<()>().await;
        }
        "here"
    });
    let service = service(app.layer(cache(MINUTE)));
    let mut slow = Box::pin(send(&service, request("GET", "/", &[("x-slow", "1")])));
    assert!((&mut slow).now_or_never().is_none(), "it is being answered");
    assert_eq!(text(ask(&service, "GET", "/").await).await, "here");
    drop(slow);
    assert!(
        ask(&service, "GET", "/")
            .await
            .headers()
            .contains_key("age")
    );
}
