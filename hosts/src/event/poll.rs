//! What came of looking into a real service.

use serde::Serialize;

/// What came of one look into a real queue or container: which items it gave, and what became of
/// each. What is in neither of the other lists is done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Poll {
    /// The items, by the service's own ids (a blob's is its name), in the order of their delivery.
    pub received: Vec<String>,
    /// Those on which the function failed, and which the service gives again.
    pub again: Vec<String>,
    /// Those that went to the poison queue. (SQS moves them by itself, when it is asked for more.)
    pub poisoned: Vec<String>,
    /// Why invocations failed, in the platform's words, in order.
    pub failures: Vec<String>,
}
