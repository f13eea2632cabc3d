//! The HTTP server that polyfn's Google, Azure and local adapters share.
//!
//! [`Listener::bind`] takes the address, [`Listener::serve`] answers every request on it and
//! drains on SIGTERM or Ctrl-C, [`block_on`] is the runtime around both. [`deliver`] answers a
//! request that brings events. [`Probes`], [`Concurrency`] and [`Deadline`] stand before the app.
//!
//! # What holds on a connection
//!
//! - It may be idle for 75 s, longer than the fronts keep theirs; a request's head has to
//!   arrive within the same time, or the connection is closed.
//! - A head has up to 100 lines and 128 KiB (431 beyond), a target in it up to 64 KiB (414).
//! - What is no HTTP is 400 and the end of the connection, and so is what leaves open where a
//!   request ends or whom it is for: no `Host` or two, a length that is no number, a coding after
//!   `chunked`. A coding that is not understood is 501, as `CONNECT` is. Where a request has a
//!   `Content-Length` beside `Transfer-Encoding: chunked`, the chunks count, and it is the
//!   connection's last ([RFC 9112, 6.1]).
//! - A target that is a URL is cut to its path; its host goes before the `Host` header.
//! - A body may take as long as it takes: only the deadline of the platform, where it sets
//!   one, ends a request whose body comes slowly. A client that goes away in the middle of
//!   its body is an error to whoever reads it.
//! - A client may shut down its side once it has sent its request, and gets its answer.
//! - For that reason a client that goes away while it waits is not noticed before its answer
//!   is written: the handler runs to its end, as it does on Lambda. A *response* that
//!   streams is dropped, at an await, as soon as it can't be written any more.
//!
//! [RFC 9112, 6.1]: https://www.rfc-editor.org/rfc/rfc9112#section-6.1

mod concurrency;
mod connections;
mod deadline;
mod drain;
mod env;
mod events;
mod framing;
mod listener;
mod probes;
mod request_body;
mod run;
mod signals;

pub use concurrency::{Concurrency, Place};
pub use deadline::Deadline;
pub use drain::{Drain, Draining, Ending};
pub use env::{InvalidVariable, bind_address, parsed, port, required};
pub use events::{as_internal, deliver};
pub use listener::{BindError, Listener};
pub use probes::Probes;
pub use run::{RunError, block_on};
pub use signals::Signals;
