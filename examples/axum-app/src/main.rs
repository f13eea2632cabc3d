//! An axum app that is already there, mounted unchanged beside a native function: how a
//! monolith moves over one route at a time.
//!
//! Run with `cargo run -p axum-app`, then `curl 127.0.0.1:8080/articles/7` (axum) and
//! `curl 127.0.0.1:8080/health` (native).

use std::process::ExitCode;

use axum::Router;
use axum::extract::Path;
use axum::routing;
use polyfn::prelude::*;

/// The existing application: nothing of polyfn in it but, where it wants it, the context of
/// the invocation as one more extractor.
fn existing() -> Router {
    Router::new()
        .route("/", routing::get(|| async { "the old front page" }))
        .route("/articles/{id}", routing::get(article))
        .route("/articles/{id}", routing::delete(delete_article))
}

async fn article(Path(id): Path<u32>, context: Context) -> String {
    format!("article {id}, on {}", context.target())
}

async fn delete_article(Path(id): Path<u32>) -> axum::http::StatusCode {
    match id {
        0 => axum::http::StatusCode::NOT_FOUND,
        _ => axum::http::StatusCode::NO_CONTENT,
    }
}

/// The first route that has moved over.
async fn health(_: Request) -> Json<&'static str> {
    Json("fine")
}

async fn app() -> Result<App> {
    Ok(App::new().http("health", get("/health"), health).service(
        "existing",
        any("/{*rest}"),
        existing(),
    ))
}

fn main() -> ExitCode {
    polyfn::run(app)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(method: Method, path: &str) -> (u16, String) {
        let service = app().await.unwrap().into_service().unwrap();
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let context = Context::new(polyfn::Target::Local, "test");
        let response = service.respond(context, request).await;
        let status = response.status().as_u16();
        let bytes = response.into_body().into_bytes().await.unwrap();
        (status, String::from_utf8(bytes.into()).unwrap())
    }

    #[tokio::test]
    async fn the_native_function_answers_its_route() {
        assert_eq!(
            ask(Method::GET, "/health").await,
            (200, "\"fine\"".to_owned())
        );
    }

    #[tokio::test]
    async fn axum_answers_all_the_others() {
        let front = ask(Method::GET, "/").await;
        assert_eq!(front, (200, "the old front page".to_owned()));
        let article = ask(Method::GET, "/articles/7").await;
        assert_eq!(article, (200, "article 7, on local".to_owned()));
        assert_eq!(
            ask(Method::DELETE, "/articles/0").await.0,
            404,
            "axum's own status"
        );
        assert_eq!(
            ask(Method::GET, "/nothing").await.0,
            404,
            "axum's own fallback"
        );
    }
}
