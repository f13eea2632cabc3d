//! The clouds' own events, for functions that run on this machine.

use polyfn_local::Vendor;

/// Those of the targets that are compiled in.
pub(crate) const VENDORS: &[Vendor] = &[];
