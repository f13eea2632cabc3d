//! The smallest polyfn program.
//!
//! Run with `cargo run -p hello`, then `curl '127.0.0.1:8080/hello?name=Ada'`.

use std::process::ExitCode;

use polyfn::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
struct Greeting {
    message: String,
}

async fn hello(request: Request) -> Json<Greeting> {
    let name = request.query("name").unwrap_or("World".into());
    Json(Greeting {
        message: format!("Hello, {name}!"),
    })
}

async fn app() -> Result<App> {
    Ok(App::new()
        .http("hello", get("/hello"), hello)
        .http("root", get("/"), hello))
}

fn main() -> ExitCode {
    polyfn::run(app)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answer(target: &str) -> serde_json::Value {
        let service = app().await.unwrap().into_service().unwrap();
        let context = Context::new(polyfn::Target::Local, "test");
        let request = http::Request::get(target).body(Body::empty()).unwrap();
        let response = service.respond(context, request).await;
        assert_eq!(response.status(), 200, "{target} is answered");
        serde_json::from_slice(response.body().as_bytes().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn greets_by_name() {
        let expected = serde_json::json!({"message": "Hello, Ada!"});
        assert_eq!(answer("/hello?name=Ada").await, expected);
        assert_eq!(answer("/?name=Ada").await, expected);
    }

    #[tokio::test]
    async fn greets_the_world_without_a_name() {
        let expected = serde_json::json!({"message": "Hello, World!"});
        assert_eq!(answer("/hello").await, expected);
    }
}
