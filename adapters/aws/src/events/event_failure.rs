//! The failure of an invocation with events.

use http::StatusCode;
use polyfn_core::Error;

/// Why an invocation with events fails as a whole, as Lambda is told.
///
/// Its text has the detail of the error, never its source: that is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EventFailure {
    error_type: &'static str,
    message: String,
}

impl EventFailure {
    /// The failure of `undone` events of `count`; `first` is the first error there was, and
    /// there is none where nobody came to look at any.
    pub(super) fn of(first: Option<&Error>, undone: usize, count: usize) -> Self {
        let error_type = match first {
            None => "polyfn.TimedOut",
            Some(error) if error.is_panic() => "polyfn.Panicked",
            Some(error) if error.is_unclaimed() => "polyfn.NoFunction",
            Some(error) if error.status() == StatusCode::GATEWAY_TIMEOUT => "polyfn.TimedOut",
            Some(_) => "polyfn.EventFailed",
        };
        let why = match first {
            None => "the time was up before anything looked at the event".to_owned(),
            Some(error) => match error.detail() {
                Some(detail) => detail.to_owned(),
                None if error.is_panic() => "the handler panicked".to_owned(),
                None => error.status().to_string(),
            },
        };
        let message = match count {
            1 => why,
            _ => format!("{undone} of {count} events failed, the first with: {why}"),
        };
        Self {
            error_type,
            message,
        }
    }

    /// The stable name that Lambda is told, and that its metrics, its destinations and the
    /// `Catch` of a state machine show:
    ///
    /// | name | what happened |
    /// |---|---|
    /// | `polyfn.EventFailed` | the handler returned an error, or the event is malformed |
    /// | `polyfn.NoFunction` | no function takes the event, or more than one |
    /// | `polyfn.Panicked` | the handler panicked |
    /// | `polyfn.TimedOut` | the handler did not end in time, or answered 504 |
    pub fn error_type(&self) -> &'static str {
        self.error_type
    }
}
