//! What is wrong with a CloudEvent.

/// Why something is no CloudEvent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CloudEventError(Reason);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error("the CloudEvent's attribute `{0}` is missing or empty")]
    Missing(String),
    #[error("the CloudEvent's attribute `{0}` is not valid: {1}")]
    Invalid(String, String),
    #[error("it is no CloudEvent: {0}")]
    Malformed(String),
}

impl CloudEventError {
    pub(super) fn missing(attribute: &str) -> Self {
        Self(Reason::Missing(attribute.to_owned()))
    }

    pub(super) fn invalid(attribute: &str, why: impl Into<String>) -> Self {
        Self(Reason::Invalid(attribute.to_owned(), why.into()))
    }

    pub(super) fn malformed(why: impl Into<String>) -> Self {
        Self(Reason::Malformed(why.into()))
    }

    /// The attribute that is wrong, if it is one.
    pub fn attribute(&self) -> Option<&str> {
        match &self.0 {
            Reason::Missing(attribute) | Reason::Invalid(attribute, _) => Some(attribute),
            Reason::Malformed(_) => None,
        }
    }
}
