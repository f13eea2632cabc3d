use http::HeaderValue;
use serde_json::{Value, json};

use super::*;

async fn answer(request: http::Request<Body>) -> Response {
    let service = app().await.unwrap().into_service().unwrap();
    let context = Context::new(polyfn::Target::Local, "id-1");
    service.respond(context, request).await
}

fn json_of(response: &Response) -> Value {
    serde_json::from_slice(response.body().as_bytes().unwrap()).unwrap()
}

#[tokio::test]
async fn echo_tells_everything() {
    let request = http::Request::put("/echo/a%2Fb/%FF?x&y=%20")
        .header("x-a", "1")
        .header("x-b", HeaderValue::from_bytes(b"\xe9").unwrap())
        .header("x-a", "2")
        .body(Body::from(vec![0, 255]))
        .unwrap();
    assert_eq!(
        json_of(&answer(request).await),
        json!({
            "method": "PUT",
            "path": "/echo/a%2Fb/%FF",
            "query": "x&y=%20",
            "headers": [["x-a", "1"], ["x-a", "2"], ["x-b", "é"]],
            "params": {"rest": null},
            "body_base64": "AP8=",
            "context": {
                "invocation_id": "id-1",
                "function": "echo",
                "target": "local",
                "deadline_ms": null,
                "traceparent": null,
            },
        })
    );
}

#[tokio::test]
async fn reply_does_as_it_is_told() {
    let wish =
        json!({"status": 418, "headers": [["x-a", "1"], ["x-a", "2"]], "body_base64": "AP8="});
    let request = http::Request::post("/reply")
        .body(Body::from(wish.to_string()))
        .unwrap();
    let response = answer(request).await;
    assert_eq!(response.status(), 418);
    assert_eq!(
        response.headers().get_all("x-a").iter().collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(response.body().as_bytes().unwrap(), &[0, 255][..]);
}

#[tokio::test]
async fn a_wish_that_cannot_be_granted_is_400() {
    for wish in [
        json!({"status": 99}),
        json!({"status": 200, "headers": [["a b", ""]]}),
        json!({"status": 200, "headers": [["a", "\n"]]}),
        json!({"status": 200, "body_base64": "*"}),
    ] {
        let request = http::Request::post("/reply")
            .body(Body::from(wish.to_string()))
            .unwrap();
        assert_eq!(answer(request).await.status(), 400, "{wish}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_can_be_wished_for() {
    let wish = json!({"status": 200, "headers": [["x-a", {"latin1": "é"}]]});
    let request = http::Request::post("/reply")
        .body(Body::from(wish.to_string()))
        .unwrap();
    assert_eq!(answer(request).await.headers()["x-a"].as_bytes(), [0xe9]);
}

#[tokio::test]
async fn sizes_are_as_wished() {
    let get = |target: &str| http::Request::get(target).body(Body::empty()).unwrap();
    let large = answer(get("/large?bytes=5")).await;
    assert_eq!(&large.body().as_bytes().unwrap()[..], b"xxxxx");
    let stream = answer(get("/stream?bytes=2500")).await.into_body();
    assert!(stream.as_bytes().is_none());
    assert_eq!(stream.into_bytes().await.unwrap().len(), 2500);
    let broken = answer(get("/stream?bytes=10&then=fail")).await.into_body();
    broken.into_bytes().await.unwrap_err();
}

#[tokio::test]
async fn a_cookie_is_told() {
    let asked = |name: &str| {
        http::Request::get(format!("/cookie?name={name}"))
            .header("cookie", "a=1; b=2")
            .body(Body::empty())
            .unwrap()
    };
    assert_eq!(
        &answer(asked("b")).await.body().as_bytes().unwrap()[..],
        b"2"
    );
    assert_eq!(answer(asked("c")).await.status(), 404);
}

#[tokio::test]
async fn failures_keep_the_secret() {
    for path in ["/fail", "/panic"] {
        let response = answer(http::Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 500);
        let problem = json_of(&response);
        assert_eq!(problem["invocation_id"], "id-1");
        assert!(!problem.to_string().contains("swordfish"), "{problem}");
    }
}

#[tokio::test]
async fn sleep_wants_a_number() {
    for (target, status) in [("/sleep?ms=0", 200), ("/sleep", 400), ("/sleep?ms=x", 400)] {
        let response = answer(http::Request::get(target).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), status, "{target}");
    }
}
