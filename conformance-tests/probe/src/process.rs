//! The process itself.

use std::time::Duration;

use polyfn::prelude::*;
use serde::Serialize;

use crate::{number, out};

#[derive(Serialize)]
pub(crate) struct Process {
    pid: u32,
    cold_start: bool,
}

pub(crate) async fn process(request: Request) -> Json<Process> {
    Json(Process {
        pid: std::process::id(),
        cold_start: request.context().is_cold_start(),
    })
}

/// Ends the process under the platform's feet.
pub(crate) async fn exit(_: Request) -> Result<()> {
    std::process::exit(7)
}

/// Holds its thread, so that nothing can end it.
pub(crate) async fn block(request: Request) -> Result<String> {
    let ms = number(&request, "ms")?;
    std::thread::sleep(Duration::from_millis(ms));
    out::append("unblocked")?;
    Ok(format!("held a thread for {ms} ms"))
}
