//! The HTTP server that polyfn's Google, Azure and local adapters share.
//!
//! [`Listener::bind`] takes the address, [`Listener::serve`] answers every request on it and
//! drains on SIGTERM or Ctrl-C, [`block_on`] is the runtime around both.

mod drain;
mod env;
mod listener;
mod request_body;
mod run;

pub use drain::shutdown_signal;
pub use env::{InvalidVariable, bind_address, parsed, port, required};
pub use listener::{BindError, Listener};
pub use run::{RunError, block_on};
