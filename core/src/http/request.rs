//! What a handler asks of a request.

use std::any::type_name;
use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::LazyLock;

use bytes::Bytes;
use http::header::COOKIE;
use serde::de::DeserializeOwned;

use super::json;
use crate::{Body, Context, Error, Params, Result, Target};

/// An HTTP request: the plain [`http`] type with our [`Body`].
///
/// Its URI holds the raw path and query as the client sent them, the same on every target.
pub type Request = http::Request<Body>;

/// What every handler wants to know of its [`Request`].
///
/// ```
/// use polyfn_core::{Json, Request, RequestExt, Result};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Note { text: String }
///
/// async fn put_note(mut request: Request) -> Result<Json<Note>> {
///     let id: u64 = request.param("id")?;            // 400 with a clear message if it is no number
///     let draft = request.query("draft").is_some();  // `?draft`
///     let note: Note = request.json().await?;        // 400, 415 or 422 where it does not fit
///     let invocation = request.context().invocation_id();
/// #   let _ = (id, draft, invocation);
///     Ok(Json(note))
/// }
/// ```
pub trait RequestExt {
    /// The facts of this invocation.
    fn context(&self) -> &Context;

    /// All path parameters.
    fn params(&self) -> &Params;

    /// The path parameter `name`, percent-decoded and parsed.
    ///
    /// # Errors
    ///
    /// 400 when it can't be decoded or parsed, 404 when a function that is deployed alone is
    /// called on a path that its route does not match, 500 when the route has no such
    /// parameter.
    fn param<T>(&self, name: &str) -> Result<T>
    where
        T: FromStr,
        T::Err: Display;

    /// The first value of the query parameter `name`, decoded; empty if it has none.
    fn query(&self, name: &str) -> Option<Cow<'_, str>>;

    /// All query parameters, decoded, in the order of the request, repeats included.
    fn query_pairs(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)>;

    /// The whole query as a struct; a field that is a `Vec` takes all the values of a
    /// repeated name.
    ///
    /// # Errors
    ///
    /// 400 when the query does not fit `T`.
    fn query_as<T: DeserializeOwned>(&self) -> Result<T>;

    /// The cookie `name`, as the client sent it.
    fn cookie(&self, name: &str) -> Option<&str>;

    /// The body's bytes. The request keeps an empty body.
    ///
    /// # Errors
    ///
    /// 413 when the body is larger than the limit, 400 when it was cut off.
    fn bytes(&mut self) -> impl Future<Output = Result<Bytes>> + Send;

    /// The body as UTF-8 text. The request keeps an empty body.
    ///
    /// # Errors
    ///
    /// 400 when the body is not UTF-8, and those of [`bytes`](Self::bytes).
    fn text(&mut self) -> impl Future<Output = Result<String>> + Send;

    /// The body, read as JSON. The request keeps an empty body.
    ///
    /// # Errors
    ///
    /// 415 when the content type says that it is something else, 400 when it is no JSON,
    /// 422 when it does not fit `T`, and those of [`bytes`](Self::bytes).
    fn json<T: DeserializeOwned>(&mut self) -> impl Future<Output = Result<T>> + Send;
}

impl RequestExt for Request {
    fn context(&self) -> &Context {
        // A handler that is called by hand, as in a unit test, has a context too.
        static BY_HAND: LazyLock<Context> =
            LazyLock::new(|| Context::new(Target::Local, "called-by-hand"));
        self.extensions().get::<Context>().unwrap_or(&BY_HAND)
    }

    fn params(&self) -> &Params {
        static NONE: LazyLock<Params> = LazyLock::new(Params::default);
        self.extensions().get::<Params>().unwrap_or(&NONE)
    }

    fn param<T>(&self, name: &str) -> Result<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self
            .params()
            .get(name)
            .map_err(|_| {
                Error::bad_request(format!("the path parameter `{name}` is not valid UTF-8"))
            })?
            .ok_or_else(|| {
                if self.params().has(name) {
                    Error::not_found(format!("the path has no `{name}`"))
                } else {
                    Error::internal(format!(
                        "the handler asks for the path parameter `{name}`, which its route does \
                         not have"
                    ))
                }
            })?;
        text.parse().map_err(|error| {
            Error::bad_request(format!(
                "the path parameter `{name}` is {text:?}, not a valid {}: {error}",
                short_type_name::<T>()
            ))
        })
    }

    fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        self.query_pairs()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    fn query_pairs(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.uri().query().unwrap_or_default().as_bytes())
    }

    fn query_as<T: DeserializeOwned>(&self) -> Result<T> {
        serde_html_form::from_str(self.uri().query().unwrap_or_default())
            .map_err(|error| Error::bad_request(format!("the query does not fit: {error}")))
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        self.headers()
            .get_all(COOKIE)
            .iter()
            .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
            // Each by itself: one that is no text must not hide the others.
            .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    async fn bytes(&mut self) -> Result<Bytes> {
        Ok(std::mem::take(self.body_mut()).into_bytes().await?)
    }

    async fn text(&mut self) -> Result<String> {
        String::from_utf8(self.bytes().await?.into()).map_err(|error| {
            Error::bad_request(format!("the body is not UTF-8: {}", error.utf8_error()))
        })
    }

    async fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        let bytes = self.bytes().await?;
        json::from_request(self.headers(), &bytes)
    }
}

/// `Uuid` for `uuid::Uuid`: what a caller can make something of.
fn short_type_name<T>() -> &'static str {
    let full = type_name::<T>();
    let plain = full.split('<').next().unwrap_or(full);
    plain.rsplit("::").next().unwrap_or(plain)
}
