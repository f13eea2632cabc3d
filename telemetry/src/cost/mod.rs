//! What an invocation costs, as an estimate.
//!
//! [`estimate`] works out the price of a [`Usage`]; [`CostLog`] does so for each invocation of
//! an app and logs it.
//!
//! # What the figures are, and what they are not
//!
//! List prices in US dollars, without taxes, of the two things that each platform bills by the
//! invocation: its time and the request. Not in them: free tiers, which are **not subtracted**,
//! savings plans, network, storage and logs.
//!
//! | | time | memory | a cold start | the price is |
//! |---|---|---|---|---|
//! | Lambda, on demand | to the millisecond | the configured one | billed, as all of the INIT phase is since August 2025 ([AWS](https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/)) | of the first tier of a month's GB-seconds; see [`Usage::after_gb_seconds`] |
//! | Cloud Run, billed by requests | to 100 ms | the configured one, and the CPUs | billed | an upper bound: requests that an instance handles at once share its time |
//! | Azure, Consumption | to the millisecond, at least 100 | the used one, to 128 MB | free | of this process's memory at the end; the host's is billed too |
//! | Azure, Flex Consumption | to 100 ms, at least a second | the instance's | free | an upper bound, as on Cloud Run, of instances on demand |
//!
//! The time is that of the handler, and at a cold start that from `polyfn::run` until the app is
//! ready. What the platform takes around it, and a body that streams, are not seen. Cloud Run
//! does not say how many CPUs there are: a service is taken to have the fewest that its memory
//! allows, and one as a rule; a function (`FUNCTION_TARGET`) those that come with its memory.
//!
//! # Bringing the prices up to date
//!
//! They are data, in `telemetry/src/cost/prices.json`: `plans` has how each plan bills, `rates`
//! what it costs in which regions, those that are named and, as `base`, all others. Amounts are
//! decimal texts in US dollars for a second of a vCPU (`vcpu_second`) or of 1024 MB
//! (`gb_second`), or for a `request`. Open the page of a row's `source`, correct the row, and
//! set `as_of` to the day; where you could see less than all of it, say so in `note`. The tests
//! of this crate check the form, and that no price is out by a factor of ten.

mod cost_log;
mod estimate;
mod memory;
mod plan;
mod prices;
mod usage;
mod usd;

pub use cost_log::{CostLog, Overrides};
pub use estimate::{Estimate, estimate};
pub use plan::Plan;
pub use usage::{Architecture, Usage};
pub use usd::Usd;
