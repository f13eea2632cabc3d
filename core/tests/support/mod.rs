//! What the tests of the app share: asking it, and reading the answer.

use polyfn_core::{App, AppService, Body, Context, Request, Response, Target};

/// The built app.
pub fn service(app: App) -> AppService {
    app.into_service().expect("the app is well-formed")
}

/// The answer to a request without a body.
pub async fn ask(service: &AppService, method: &str, target: &str) -> Response {
    let request = http::Request::builder()
        .method(method)
        .uri(target)
        .body(Body::empty())
        .expect("the request is well-formed");
    send(service, request).await
}

/// The answer to any request.
pub async fn send(service: &AppService, request: Request) -> Response {
    service
        .respond(Context::new(Target::Local, "invocation-1"), request)
        .await
}

/// The response's body as text.
pub async fn text(response: Response) -> String {
    let bytes = response
        .into_body()
        .into_bytes()
        .await
        .expect("a whole body");
    String::from_utf8(bytes.into()).expect("text")
}

/// A header's values, in order.
pub fn values<'a>(response: &'a Response, name: &str) -> Vec<&'a str> {
    let values = response.headers().get_all(name).iter();
    values.map(|value| value.to_str().expect("text")).collect()
}
