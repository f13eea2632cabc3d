//! The HTTP server that polyfn's Google, Azure and local adapters share.
//!
//! [`Listener::bind`] takes the address, [`Listener::serve`] answers every request on it and
//! drains on SIGTERM or Ctrl-C, [`block_on`] is the runtime around both. [`deliver`] answers a
//! request that brings events.
//!
//! # What holds on a connection
//!
//! - It may be idle for 75 s, longer than the fronts keep theirs; a request's head has to
//!   arrive within the same time, or the connection is closed.
//! - A body may take as long as it takes: only the deadline of the platform, where it sets
//!   one, ends a request whose body comes slowly. A client that goes away in the middle of
//!   its body is an error to whoever reads it.
//! - A client may shut down its side once it has sent its request, and gets its answer.
//! - For that reason a client that goes away while it waits is not noticed before its answer
//!   is written: the handler runs to its end, as it does on Lambda. A *response* that
//!   streams is dropped, at an await, as soon as it can't be written any more.

mod connections;
mod drain;
mod env;
mod events;
mod listener;
mod request_body;
mod run;
mod signals;

pub use drain::Drain;
pub use env::{InvalidVariable, bind_address, parsed, port, required};
pub use events::{as_internal, deliver};
pub use listener::{BindError, Listener};
pub use run::{RunError, block_on};
pub use signals::Signals;
