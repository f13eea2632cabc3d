//! Whether answers to requests are streamed.

/// How the fronts invoke the function. It can't be told from an event, and who asks for a whole
/// answer would show a streamed one as it is, prelude and all: so it is a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum InvokeMode {
    #[default]
    Buffered,
    ResponseStream,
}

/// A value that is no mode.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}={value}: expected `buffered` or `response_stream`",
    InvokeMode::VARIABLE
)]
pub(crate) struct UnknownInvokeMode {
    value: String,
}

impl InvokeMode {
    pub(crate) const VARIABLE: &'static str = "POLYFN_AWS_INVOKE_MODE";

    /// The mode of that name, in either case: AWS writes `RESPONSE_STREAM`.
    pub(crate) fn named(name: &str) -> Result<Self, UnknownInvokeMode> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match name {
            _ if is("buffered") => Ok(Self::Buffered),
            _ if is("response_stream") => Ok(Self::ResponseStream),
            _ => Err(UnknownInvokeMode {
                value: name.to_owned(),
            }),
        }
    }
}
