//! Lines for the Functions host.
//!
//! The host makes each line of standard output one record of level Information, with the line as
//! its message, and no operation. So all of it is within, the trace under the names that
//! Application Insights has for it:
//! `traces | extend line = parse_json(message) | where line.operation_Id == "…"`.

use super::form::JsonForm;
use super::json;
use super::object::Object;
use super::record::Record;

#[derive(Debug)]
pub(super) struct Azure;

impl JsonForm for Azure {
    /// How long a trace's message may be.
    /// <https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete>
    const LIMIT_BYTES: usize = 32 * 1024;

    fn head(&self, record: &Record<'_>, object: &mut Object<'_>) {
        json::head(record, object, ["operation_Id", "operation_ParentId"]);
    }
}
