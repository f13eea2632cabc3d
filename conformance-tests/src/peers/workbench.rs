//! Where peers and the functions that they run are made ready.

use std::path::PathBuf;
use std::process::Stdio;

use serde::Deserialize;
use tokio::process::Command;

use crate::peers::install::{Cache, InstallError};
use crate::peers::peer_run::Stop;
use crate::probe::build;
use crate::{Progress, Target};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

/// Installs peers, builds functions, and says what it does.
#[derive(Debug)]
pub(super) struct Workbench<'a> {
    progress: &'a Progress,
}

/// The part of `cargo metadata` that matters here.
#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

impl<'a> Workbench<'a> {
    pub(super) fn new(progress: &'a Progress) -> Self {
        Self { progress }
    }

    pub(super) fn say(&self, what: &str) {
        self.progress.say(what);
    }

    /// The folder where peers stay: `peers` beside the build's results.
    pub(super) async fn cache(&self) -> Result<Cache, InstallError> {
        let failed = |problem: String| InstallError::new("cargo", &problem);
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .args(["--manifest-path", MANIFEST])
            .stdin(Stdio::null())
            .output()
            .await
            .map_err(|error| failed(format!("it can't be run: {error}")))?;
        let metadata: Metadata =
            serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))?;
        Ok(Cache::new(metadata.target_directory.join("peers")))
    }

    /// The package's binary for the target.
    pub(super) async fn function(&self, package: &str, target: Target) -> Result<PathBuf, Stop> {
        self.say(&format!("building {package} for {target}"));
        build(package, target)
            .await
            .map_err(|error| Stop::Broken(error.to_string()))
    }
}
