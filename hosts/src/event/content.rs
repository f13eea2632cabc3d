//! The bytes of a message, a record or an event's data.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base64;

/// Bytes, written down as what they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Text, as UTF-8.
    Text(String),
    /// JSON, written without spaces.
    Json(Value),
    /// Any bytes, in base64. What is no base64 stands for no bytes.
    Base64(String),
    /// As many times the letter `x`.
    Fill(usize),
}

impl Content {
    /// The bytes themselves.
    pub fn bytes(&self) -> Bytes {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Json(value) => value.to_string().into(),
            Self::Base64(text) => base64::decode(text).unwrap_or_default().into(),
            Self::Fill(count) => vec![b'x'; *count].into(),
        }
    }

    /// The bytes as text, where they are UTF-8.
    pub fn text(&self) -> Option<String> {
        String::from_utf8(self.bytes().into()).ok()
    }

    /// The content type that a sender would give them.
    pub fn content_type(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Fill(_) => "text/plain; charset=utf-8",
            Self::Json(_) => "application/json",
            Self::Base64(_) => "application/octet-stream",
        }
    }
}

impl Default for Content {
    fn default() -> Self {
        Self::Text(String::new())
    }
}
