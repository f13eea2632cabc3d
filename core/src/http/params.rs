//! The path parameters of a request.

use std::borrow::Cow;
use std::iter;
use std::str::Utf8Error;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

/// What the `{…}` of a route matched, in the route's order.
///
/// The service puts it into the request's extensions; a test of a handler may as well:
///
/// ```
/// use polyfn_core::{Body, Params, Request, RequestExt};
///
/// let mut request = Request::new(Body::empty());
/// request.extensions_mut().insert(Params::from_iter([("name", "a%20b")]));
/// let name: String = request.param("name").unwrap();
/// assert_eq!(name, "a b");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(Arc<str>, Option<String>)>);

impl Params {
    /// Names with what they matched; a `{*rest}` that matched nothing has the empty value.
    pub(crate) fn zip<'a>(names: &[Arc<str>], values: impl Iterator<Item = &'a str>) -> Self {
        Self(
            names
                .iter()
                .cloned()
                .zip(
                    values
                        .chain(iter::repeat(""))
                        .map(|value| Some(value.to_owned())),
                )
                .collect(),
        )
    }

    /// The names of a route on a path that it does not match.
    pub(crate) fn unfilled(names: &[Arc<str>]) -> Self {
        Self(names.iter().map(|name| (Arc::clone(name), None)).collect())
    }

    /// Whether the route has a parameter of that name, filled or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| **known == *name)
    }

    /// The parameter as it stands in the path, percent-encoding and all.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find_map(|(key, value)| (&**key == name).then_some(value.as_deref()))
            .flatten()
    }

    /// The parameter with its percent-encoding undone, so that `%2F` is a slash here
    /// without having been one to the route.
    ///
    /// # Errors
    ///
    /// When the decoded bytes are not UTF-8.
    pub fn get(&self, name: &str) -> Result<Option<Cow<'_, str>>, Utf8Error> {
        self.raw(name)
            .map(|raw| percent_decode_str(raw).decode_utf8())
            .transpose()
    }

    /// All names with their raw values, in the route's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter_map(|(name, value)| Some((&**name, value.as_deref()?)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<Arc<str>>, V: Into<String>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), Some(value.into())))
                .collect(),
        )
    }
}
