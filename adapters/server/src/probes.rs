//! What a server answers by itself.

use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use polyfn_core::{AppService, Context, Error, IntoResponse, Request, Response, problem_response};

use crate::{Draining, InvalidVariable, as_internal, parsed};

/// The paths at which a platform, or a person, asks after the process: none of them reaches a
/// function.
///
/// | path | answer |
/// |---|---|
/// | `GET /_polyfn/health` | 200 `{"status":"ok"}`; 503 `{"status":"draining"}` once the process ends |
/// | `GET` or `POST /_polyfn/warmup` | 200 `warmed up`, when the app's [warm-up] is done; 500 where it failed |
///
/// Whoever reaches the server can ask, also for a warm-up: `POLYFN_HEALTH=off` gives the paths back
/// to the app.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use polyfn_core::{App, Body, Context, Target};
/// use polyfn_server::{Draining, Probes};
///
/// let probes = Probes::from_env(Draining::default()).unwrap();
/// let service = App::new().into_service().unwrap();
/// let request = http::Request::get("/_polyfn/health").body(Body::empty()).unwrap();
/// let answer = probes.answer(&service, &Context::new(Target::Local, "1"), &request).unwrap();
/// assert_eq!(answer.await.status(), 200);
/// # }
/// ```
///
/// [warm-up]: polyfn_core::App::warmup
#[derive(Debug)]
pub struct Probes(Option<Draining>);

enum Switch {
    On,
    Off,
}

impl FromStr for Switch {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(()),
        }
    }
}

impl Probes {
    /// They are answered unless `POLYFN_HEALTH` is off.
    ///
    /// # Errors
    ///
    /// When that is neither `on` nor `off`.
    pub fn from_env(draining: Draining) -> Result<Self, InvalidVariable> {
        Ok(match parsed("POLYFN_HEALTH", "on or off")? {
            Some(Switch::Off) => Self(None),
            Some(Switch::On) | None => Self(Some(draining)),
        })
    }

    /// The answer on its way; `None` to a request that is for the app.
    pub fn answer(
        &self,
        service: &AppService,
        context: &Context,
        request: &Request,
    ) -> Option<Pin<Box<dyn Future<Output = Response> + Send>>> {
        let draining = self.0.as_ref()?;
        let method = request.method();
        let answer = match request.uri().path().strip_prefix("/_polyfn/")? {
            "health" if [Method::GET, Method::HEAD].contains(method) => health(draining),
            "health" => not_allowed(method, "GET, HEAD").into_reported_response(context),
            "warmup" if [Method::GET, Method::POST].contains(method) => {
                let warmup = warmup(service.clone(), context.clone());
                return Some(Box::pin(warmup));
            }
            "warmup" => not_allowed(method, "GET, POST").into_reported_response(context),
            _ => return None,
        };
        Some(Box::pin(std::future::ready(answer)))
    }
}

fn health(draining: &Draining) -> Response {
    let (status, body) = match draining.has_begun() {
        false => (StatusCode::OK, "{\"status\":\"ok\"}"),
        true => (StatusCode::SERVICE_UNAVAILABLE, "{\"status\":\"draining\"}"),
    };
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body).into_response()
}

async fn warmup(service: AppService, context: Context) -> Response {
    match service.warm_up().await {
        Ok(()) => ([(CACHE_CONTROL, "no-store")], "warmed up").into_response(),
        // It is in the log already.
        Err(error) => problem_response(&Arc::new(as_internal(&error)), &context),
    }
}

fn not_allowed(method: &Method, allowed: &'static str) -> Error {
    let detail = format!("{method} is not allowed here");
    Error::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        .with_header(ALLOW, HeaderValue::from_static(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use polyfn_core::{App, Body, Target, any};

    async fn asked(probes: &Probes, app: App, request: &str) -> Option<(u16, String)> {
        let service = app.into_service().unwrap();
        let context = Context::new(Target::Local, "1");
        let (method, path) = request.split_once(' ').unwrap();
        let request = http::Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).unwrap();
        let response = probes.answer(&service, &context, &request)?.await;
        let status = response.status().as_u16();
        let body = response.into_body().into_bytes().await.unwrap();
        Some((status, String::from_utf8(body.to_vec()).unwrap()))
    }

    fn app() -> App {
        App::new().http("all", any("/{*rest}"), |_| async { "the app" })
    }

    #[tokio::test]
    async fn the_process_tells_how_it_is() {
        let draining = Draining::default();
        let probes = Probes(Some(draining.clone()));
        let ok = Some((200, "{\"status\":\"ok\"}".to_owned()));
        assert_eq!(asked(&probes, app(), "GET /_polyfn/health").await, ok);
        assert_eq!(asked(&probes, app(), "GET /_polyfn/health?x").await, ok);
        draining.begin();
        let (status, body) = asked(&probes, app(), "GET /_polyfn/health").await.unwrap();
        assert_eq!((status, &*body), (503, "{\"status\":\"draining\"}"));
        let (status, _) = asked(&probes, app(), "POST /_polyfn/health").await.unwrap();
        assert_eq!(status, 405);
    }

    #[tokio::test]
    async fn whoever_asks_for_a_warm_up_hears_of_its_end() {
        let probes = Probes(Some(Draining::default()));
        for request in ["GET /_polyfn/warmup", "POST /_polyfn/warmup"] {
            let warm = asked(&probes, app(), request).await;
            assert_eq!(warm, Some((200, "warmed up".to_owned())), "{request}");
            let cold = || app().warmup(|| async { Err(Error::not_found("no database")) });
            let (status, body) = asked(&probes, cold(), request).await.unwrap();
            assert_eq!(status, 500, "{request}: a failure is none of the caller's");
            assert!(body.contains("no database"), "{request}: {body}");
            let panics = app().warmup(|| async { panic!("cold") });
            let (status, body) = asked(&probes, panics, request).await.unwrap();
            assert_eq!(status, 500, "{request}");
            assert!(!body.contains("cold"), "{request}: {body}");
        }
        let (status, _) = asked(&probes, app(), "DELETE /_polyfn/warmup")
            .await
            .unwrap();
        assert_eq!(status, 405);
    }

    #[tokio::test]
    async fn all_else_is_the_apps() {
        let on = Probes(Some(Draining::default()));
        for request in [
            "GET /",
            "GET /health",
            "GET /_polyfn",
            "GET /_polyfn/",
            "GET /_polyfn/healthy",
            "GET /_polyfn/health/",
            "GET /x/_polyfn/health",
        ] {
            assert_eq!(asked(&on, app(), request).await, None, "{request}");
        }
        for request in ["GET /_polyfn/health", "POST /_polyfn/warmup"] {
            let off = asked(&Probes(None), app(), request).await;
            assert_eq!(off, None, "{request}, switched off");
        }
    }
}
