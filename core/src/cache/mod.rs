//! A shared cache in front of the functions, after [RFC 9111].
//!
//! [RFC 9111]: https://www.rfc-editor.org/rfc/rfc9111

mod asked;
mod cached;
mod condition;
mod control;
mod directives;
mod freshness;
mod key;
mod layer;
mod moment;
mod storable;
mod store;
mod stored;
mod varying;
mod whole;
mod writes;

pub use cached::Cached;
pub use layer::{CacheLayer, cache};
