//! tower services in an app, layers around it, and the app as a service.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::convert::Infallible;
use std::task::Poll;

use axum::Router;
use polyfn_core::{
    App, Body, Context, DynHandler, Request, RequestExt, Response, Target, any, get,
};
use support::{ask, service, text, values};
use tower::{Service, ServiceExt, service_fn};

#[tokio::test]
async fn an_axum_router_is_mounted_unchanged() {
    let router = Router::new().route(
        "/old/{id}",
        axum::routing::get(
            |path: axum::extract::Path<u8>| async move { format!("axum {}", path.0) },
        ),
    );
    let app = App::new()
        .http("new", get("/new"), |_| async { "native" })
        .service("old", any("/{*rest}"), router);
    let service = service(app);
    assert_eq!(text(ask(&service, "GET", "/new").await).await, "native");
    assert_eq!(text(ask(&service, "GET", "/old/7").await).await, "axum 7");
    assert_eq!(
        ask(&service, "GET", "/old/x").await.status(),
        400,
        "axum's own answer"
    );
}

#[tokio::test]
async fn a_service_that_fails_is_a_500() {
    let fails =
        service_fn(|_: Request| async { Err::<Response, _>(std::io::Error::other("down")) });
    let app = App::new().service("fails", any("/"), fails);
    assert_eq!(ask(&service(app), "GET", "/").await.status(), 500);
}

/// A layer that writes the function's name on the way in, and its own on the way out.
#[derive(Clone)]
struct Mark(&'static str);

#[derive(Clone)]
struct Marked(&'static str, DynHandler);

impl tower::Layer<DynHandler> for Mark {
    type Service = Marked;

    fn layer(&self, inner: DynHandler) -> Marked {
        Marked(self.0, inner)
    }
}

impl Service<Request> for Marked {
    type Response = Response;
    type Error = std::io::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, std::io::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Self(name, mut inner) = self.clone();
        Box::pin(async move {
            if request.query("refuse").as_deref() == Some(name) {
                return Err(std::io::Error::other("refused"));
            }
            let function = request.context().function().to_owned();
            let Ok(mut response) = inner.call(request).await;
            let mark = format!("{name}:{function}");
            response
                .headers_mut()
                .append("x-mark", mark.parse().unwrap());
            Ok(response)
        })
    }
}

#[tokio::test]
async fn layers_see_every_request_with_its_function() {
    let app = App::new()
        .http("hello", get("/hello"), |_| async { "hi" })
        .layer(Mark("inner"))
        .layer(Mark("outer"));
    let service = service(app);
    let response = ask(&service, "GET", "/hello").await;
    assert_eq!(values(&response, "x-mark"), ["inner:hello", "outer:hello"]);
    let response = ask(&service, "GET", "/nothing").await;
    assert_eq!(response.status(), 404);
    assert_eq!(
        values(&response, "x-mark"),
        ["inner:", "outer:"],
        "a 404 passes as well"
    );
}

#[tokio::test]
async fn a_layer_that_fails_is_answered_like_a_handler_that_fails() {
    let app = App::new()
        .http("hello", get("/hello"), |_| async { "hi" })
        .layer(Mark("inner"))
        .layer(Mark("outer"));
    let response = ask(&service(app), "GET", "/hello?refuse=inner").await;
    assert_eq!(response.status(), 500);
    assert_eq!(
        values(&response, "x-mark"),
        ["outer:hello"],
        "the outer layer saw it"
    );
    let body = text(response).await;
    assert!(
        body.contains("invocation-1"),
        "the problem names the invocation: {body}"
    );
    assert!(!body.contains("refused"), "and not the source: {body}");
}

#[tokio::test]
async fn an_app_is_a_tower_service() {
    let app = App::new().http("id", get("/"), |request: Request| async move {
        let context = request.context();
        format!("{} on {}", context.invocation_id(), context.target())
    });
    let mut request = http::Request::get("/")
        .body(axum::body::Body::empty())
        .unwrap();
    request
        .extensions_mut()
        .insert(Context::new(Target::Aws, "7"));
    let answer: Result<Response, Infallible> = service(app).oneshot(request).await;
    assert_eq!(text(answer.unwrap()).await, "7 on aws");
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn an_axum_handler_takes_the_context() {
    let router = Router::new().route(
        "/",
        axum::routing::get(|context: Context| async move { context.function().to_owned() }),
    );
    let mounted = service(App::new().service("site", any("/{*rest}"), router.clone()));
    assert_eq!(text(ask(&mounted, "GET", "/").await).await, "site");

    let alone = router
        .oneshot(http::Request::get("/").body(Body::empty()).unwrap())
        .await;
    assert_eq!(
        alone.unwrap().status(),
        500,
        "without polyfn there is no context"
    );
}
