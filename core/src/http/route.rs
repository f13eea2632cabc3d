//! The HTTP trigger: which requests a function is for.

use std::fmt;

use http::Method;

/// Which requests an HTTP function answers: methods and a path pattern.
///
/// `{name}` matches one segment (or a part of it, as in `/img-{id}.png`), `{*rest}` the rest
/// of the path, also when that is empty. Of the routes that take a request's method the most
/// precise one answers; those with `{*rest}` are asked last, so an application mounted on
/// `/{*rest}` gets what no other function answers, method by method. A literal brace is
/// doubled. Matching happens on the raw path: `%2F` separates nothing.
///
/// `HEAD` is answered by the `GET` function, `OPTIONS` with the allowed methods, unless a
/// function says otherwise.
///
/// ```
/// use http::Method;
/// use polyfn_core::{Route, get};
///
/// assert_eq!(get("/users/{id}").to_string(), "GET /users/{id}");
/// let both = Route::new([Method::PUT, Method::PATCH], "/users/{id}");
/// assert_eq!(both.to_string(), "PUT|PATCH /users/{id}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub(crate) methods: Methods,
    path: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Methods {
    Any,
    Only(Vec<Method>),
}

impl Methods {
    pub(crate) fn contain(&self, method: &Method) -> bool {
        match self {
            Self::Any => true,
            Self::Only(methods) => methods.contains(method),
        }
    }
}

impl Route {
    /// Requests with one of `methods` on `path`.
    pub fn new(methods: impl IntoIterator<Item = Method>, path: impl Into<String>) -> Self {
        Self {
            methods: Methods::Only(methods.into_iter().collect()),
            path: path.into(),
        }
    }

    /// The path pattern, as it was written.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The methods, or `None` for all of them.
    pub fn methods(&self) -> Option<&[Method]> {
        match &self.methods {
            Methods::Any => None,
            Methods::Only(methods) => Some(methods),
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.methods() {
            None => f.write_str("ANY")?,
            Some(methods) => {
                for (i, method) in methods.iter().enumerate() {
                    write!(f, "{}{method}", if i == 0 { "" } else { "|" })?;
                }
            }
        }
        write!(f, " {}", self.path)
    }
}

/// Requests with any method on `path`.
pub fn any(path: impl Into<String>) -> Route {
    Route {
        methods: Methods::Any,
        path: path.into(),
    }
}

macro_rules! one_method {
    ($($name:ident $method:ident),*) => {$(
        #[doc = concat!("`", stringify!($method), "` requests on `path`.")]
        pub fn $name(path: impl Into<String>) -> Route {
            Route::new([Method::$method], path)
        }
    )*};
}
one_method!(get GET, head HEAD, post POST, put PUT, patch PATCH, delete DELETE, options OPTIONS);
