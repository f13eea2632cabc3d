//! A site in a cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::header::{HeaderMap, HeaderName};
use polyfn_core::{App, AppService, Body, CacheLayer, IntoResponse, Request, Response, any, cache};

use crate::support::{send, service};

pub const MINUTE: Duration = Duration::from_secs(60);

/// A function on every path, in a cache, and how often it was reached.
pub struct Site {
    pub service: AppService,
    reached: Arc<AtomicUsize>,
}

impl Site {
    pub fn new<F>(layer: CacheLayer, answer: F) -> Self
    where
        F: Fn(&Request, usize) -> Response + Send + Sync + 'static,
    {
        let reached = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&reached);
        let site = move |request: Request| {
            let response = answer(&request, count.fetch_add(1, Ordering::SeqCst) + 1);
            async { response }
        };
        let app = App::new().http("site", any("/{*rest}"), site);
        Self {
            service: service(app.layer(layer)),
            reached,
        }
    }

    pub fn reached(&self) -> usize {
        self.reached.load(Ordering::SeqCst)
    }

    /// A `GET` with these headers.
    pub async fn get(&self, headers: &[(&str, &str)]) -> Response {
        send(&self.service, request("GET", "/", headers)).await
    }
}

pub fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Request {
    let mut request = http::Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

/// 200 with these headers, and how often the function was reached as the body.
pub fn numbered(headers: &[(&str, &str)], number: usize) -> Response {
    let mut response = number.to_string().into_response();
    for (name, value) in headers {
        let name = HeaderName::try_from(*name).unwrap();
        response.headers_mut().append(name, value.parse().unwrap());
    }
    response
}

/// A site that always answers with these headers.
pub fn site_with(headers: &'static [(&str, &str)]) -> Site {
    Site::new(cache(MINUTE), |_, number| numbered(headers, number))
}

pub fn without_age(response: &Response) -> HeaderMap {
    let mut headers = response.headers().clone();
    headers.remove("age");
    headers
}
