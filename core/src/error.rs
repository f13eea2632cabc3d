//! The one error type of handlers.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::{BodyError, BoxError, Panic};

/// What a fallible handler or helper returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a handler could not do its work.
///
/// It answers an HTTP request as an [RFC 9457] problem document. The `detail` given to a
/// constructor is meant for the caller and is shown; a *source* is for the log alone and
/// never leaves the process. Any standard error turns into an internal error (500) through
/// `?`, with itself as the source.
///
/// Like `anyhow::Error` this type does not implement [`std::error::Error`] itself; that is
/// what lets `?` take every other error.
///
/// ```
/// use polyfn_core::{Error, Result};
///
/// fn parse(input: &str) -> Result<u8> {
///     let number: u8 = input.trim().parse()?; // a std error: 500, the source in the log
///     if number == 0 {
///         return Err(Error::bad_request("zero is not allowed")); // 400, with this detail
///     }
///     Ok(number)
/// }
///
/// assert_eq!(parse("0").unwrap_err().status(), 400);
/// assert_eq!(parse("x").unwrap_err().status(), 500);
/// ```
///
/// [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: StatusCode,
    detail: Option<Cow<'static, str>>,
    headers: HeaderMap,
    source: Option<BoxError>,
    panic: bool,
    discard: bool,
    unclaimed: bool,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $status:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(detail: impl Into<Cow<'static, str>>) -> Self {
            Self::new(StatusCode::$status, detail)
        }
    )*};
}

impl Error {
    /// An error with any status. `detail` is shown to the caller.
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::from_parts(status, Some(detail.into()), None)
    }

    constructors! {
        /// 400: the input is malformed.
        bad_request => BAD_REQUEST;
        /// 401: who calls is not known. Name the scheme with
        /// [`with_header`](Self::with_header) and `WWW-Authenticate`.
        unauthorized => UNAUTHORIZED;
        /// 403: who calls is known and may not.
        forbidden => FORBIDDEN;
        /// 404: there is no such thing.
        not_found => NOT_FOUND;
        /// 409: the state of the thing does not allow it.
        conflict => CONFLICT;
        /// 413: the body is too large.
        payload_too_large => PAYLOAD_TOO_LARGE;
        /// 415: the body's content type is not supported.
        unsupported_media_type => UNSUPPORTED_MEDIA_TYPE;
        /// 422: well-formed, but against the rules.
        unprocessable => UNPROCESSABLE_ENTITY;
        /// 429: too much at once; see [`retry_after`](Self::retry_after).
        too_many_requests => TOO_MANY_REQUESTS;
        /// 503: not now; see [`retry_after`](Self::retry_after).
        unavailable => SERVICE_UNAVAILABLE;
    }

    /// 500: something went wrong that is not the caller's business. `source` is logged,
    /// never shown.
    pub fn internal(source: impl Into<BoxError>) -> Self {
        Self::from_parts(StatusCode::INTERNAL_SERVER_ERROR, None, Some(source.into()))
    }

    /// An event that no further delivery would help: it is logged and not delivered again, where
    /// any other error has the platform deliver it again. To HTTP it is 422.
    pub fn discard(detail: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::unprocessable(detail);
        error.0.discard = true;
        error
    }

    pub(crate) fn from_panic(panic: Panic) -> Self {
        let mut error = Self::internal(panic);
        error.0.panic = true;
        error
    }

    /// An event that no function takes, or more than one.
    pub(crate) fn unclaimed(status: StatusCode, detail: String) -> Self {
        let mut error = Self::new(status, detail);
        error.0.unclaimed = true;
        error
    }

    fn from_parts(
        status: StatusCode,
        detail: Option<Cow<'static, str>>,
        source: Option<BoxError>,
    ) -> Self {
        Self(Box::new(Inner {
            status,
            detail,
            headers: HeaderMap::new(),
            source,
            panic: false,
            discard: false,
            unclaimed: false,
        }))
    }

    /// Adds the cause, for the log alone.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// Tells the caller when to try again (`Retry-After`, in whole seconds, rounded up).
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        self.0.headers.insert(header::RETRY_AFTER, seconds.into());
        self
    }

    /// The status that an HTTP caller gets.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What the caller is told beyond the status.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// The headers that the answer carries besides those of a problem document.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The cause, which the caller is not told.
    pub fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|s| s as _)
    }

    /// The error in the form in which a log can take its causes one by one.
    pub(crate) fn for_log(&self) -> &(dyn StdError + 'static) {
        &*self.0
    }

    /// Whether a handler panicked.
    pub fn is_panic(&self) -> bool {
        self.0.panic
    }

    /// Whether an event that failed so is not delivered again.
    pub fn is_discard(&self) -> bool {
        self.0.discard
    }

    /// Whether no handler was asked, since the event is for no function or for more than one.
    pub fn is_unclaimed(&self) -> bool {
        self.0.unclaimed
    }
}

/// Any standard error becomes an internal error, unless a cause in its chain says better: a
/// body beyond the limit stays 413, one that was cut off 400, and an [`Error`] that went
/// through a box keeps its status and detail.
impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
        while let Some(current) = cause {
            if let Some(boxed) = current.downcast_ref::<Boxed>() {
                let Inner {
                    status,
                    detail,
                    headers,
                    panic,
                    discard,
                    unclaimed,
                    ..
                } = &*boxed.0.0;
                return Self(Box::new(Inner {
                    status: *status,
                    detail: detail.clone(),
                    headers: headers.clone(),
                    panic: *panic,
                    discard: *discard,
                    unclaimed: *unclaimed,
                    source: Some(error.into()),
                }));
            }
            if let Some(body) = current.downcast_ref::<BodyError>() {
                let status = if body.is_too_large() {
                    StatusCode::PAYLOAD_TOO_LARGE
                } else {
                    StatusCode::BAD_REQUEST
                };
                return Self::from_parts(status, Some(body.to_string().into()), Some(error.into()));
            }
            cause = current.source();
        }
        Self::internal(error)
    }
}

/// An [`Error`] on its way through code that knows standard errors only, such as tower.
#[derive(Debug)]
struct Boxed(Error);

impl fmt::Display for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Boxed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

impl From<Error> for BoxError {
    fn from(error: Error) -> Self {
        Box::new(Boxed(error))
    }
}

/// The first thing that there is to say: of an error without a detail its cause says it.
impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.detail, &self.source) {
            (Some(detail), _) => f.write_str(detail),
            (None, Some(source)) => source.fmt(f),
            (None, None) => self.status.fmt(f),
        }
    }
}

impl StdError for Inner {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.source.as_deref()?;
        match self.detail {
            Some(_) => Some(source),
            None => source.source(),
        }
    }
}

/// The whole story, with every cause: for logs and terminals, never for callers.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.detail(), self.source()) {
            (Some(detail), _) => f.write_str(detail)?,
            (None, None) => write!(f, "{}", self.status())?,
            (None, Some(_)) => {}
        }
        let mut separator = if self.detail().is_some() { ": " } else { "" };
        let mut said = self.detail().unwrap_or_default().to_owned();
        let mut cause = self.source();
        while let Some(current) = cause {
            // A cause adopted from a source says the same again; once is enough.
            let text = current.to_string();
            if text != said {
                write!(f, "{separator}{text}")?;
            }
            separator = ": ";
            said = text;
            cause = current.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.status().as_u16())
    }
}
