//! A port of 127.0.0.1 for a process that has to be told one.

use std::net::{Ipv4Addr, TcpListener};

use crate::Error;
use crate::error::Kind;

/// A port that was free a moment ago. The platforms' hosts choose one in the same way.
pub(crate) fn free_port() -> Result<u16, Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Kind::Bind)?;
    Ok(listener.local_addr().map_err(Kind::Bind)?.port())
}
