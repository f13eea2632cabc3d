//! The file in which the probe puts down what it sees, line by line.

use std::fs::OpenOptions;
use std::io::Write;

use polyfn::prelude::*;

/// The variable that names the file.
const FILE: &str = "POLYFN_PROBE_OUT";

/// Appends a line to the file that `POLYFN_PROBE_OUT` names, if it names one.
pub(crate) fn append(line: &str) -> Result<()> {
    let Some(file) = std::env::var_os(FILE) else {
        return Ok(());
    };
    // One write: others are at work at the same time.
    let line = format!("{line}\n");
    let mut file = OpenOptions::new().append(true).create(true).open(file)?;
    file.write_all(line.as_bytes())?;
    Ok(())
}
