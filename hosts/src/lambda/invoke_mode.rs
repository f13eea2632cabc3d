//! How a front invokes the function.

use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::error::Kind;

/// Whether a front waits for the whole answer or streams it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum InvokeMode {
    /// The whole answer, up to 6 MiB. A function that streams is heard out; what it posted is then
    /// the answer as it stands, its prelude with it.
    #[default]
    Buffered,
    /// Piece by piece as the function posts them: `InvokeMode: RESPONSE_STREAM` of a function URL,
    /// `responseTransferMode: STREAM` of a REST API. No other front streams.
    ResponseStream,
}

impl InvokeMode {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Buffered, Self::ResponseStream];

    /// The name that the command line uses; [`FromStr`] reads it back.
    pub fn name(self) -> &'static str {
        match self {
            Self::Buffered => "buffered",
            Self::ResponseStream => "response_stream",
        }
    }
}

impl fmt::Display for InvokeMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for InvokeMode {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|mode| mode.name() == name)
            .ok_or_else(|| {
                let known = Self::ALL.map(Self::name).join(", ");
                Kind::UnknownInvokeMode(name.to_owned(), known).into()
            })
    }
}
