//! What is wrong with a CloudEvent.

/// Why something is no CloudEvent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", batched.map(|place| format!("event {place} of the batch: ")).unwrap_or_default())]
pub struct CloudEventError {
    reason: Reason,
    /// Which of a batch it is.
    batched: Option<usize>,
}

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
        Self::new(Reason::Missing(attribute.to_owned()))
    }

    pub(super) fn invalid(attribute: &str, why: impl Into<String>) -> Self {
        Self::new(Reason::Invalid(attribute.to_owned(), why.into()))
    }

    pub(super) fn malformed(why: impl Into<String>) -> Self {
        Self::new(Reason::Malformed(why.into()))
    }

    fn new(reason: Reason) -> Self {
        Self {
            reason,
            batched: None,
        }
    }

    /// The same of the event at `place` in a batch, counted from 0.
    pub(super) fn of_batch(self, place: usize) -> Self {
        Self {
            batched: Some(place),
            ..self
        }
    }

    /// The attribute that is wrong, if it is one.
    pub fn attribute(&self) -> Option<&str> {
        match &self.reason {
            Reason::Missing(attribute) | Reason::Invalid(attribute, _) => Some(attribute),
            Reason::Malformed(_) => None,
        }
    }
}
