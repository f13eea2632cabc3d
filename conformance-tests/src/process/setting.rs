//! What a process is started with.

use std::collections::BTreeMap;

/// What a process is started with.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// Variables of its environment.
    pub env: BTreeMap<String, String>,
    /// How long an invocation may take, in seconds, as the platform is told: a minute where nothing
    /// is said. A process on this machine is told, too, unless nothing is said.
    pub time_limit_s: Option<u64>,
    /// The one function that is deployed.
    pub function: Option<String>,
    /// The memory that is configured, in MB, where the platform tells the process of it.
    pub memory_mb: Option<u32>,
}

impl Setting {
    /// The time limit that a platform is told.
    pub(super) fn platform_limit_s(&self) -> u64 {
        self.time_limit_s.unwrap_or(60)
    }
}
