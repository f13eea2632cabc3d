//! Building the probe.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::process::Command;

use crate::error::Kind;
use crate::{Error, Target};

const PACKAGE: &str = "polyfn-probe";

/// Named rather than changed into, so that a relative `CARGO_TARGET_DIR` means what it says.
const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

/// A line of `cargo build --message-format json`, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    target: Option<Artifact>,
}

#[derive(Deserialize)]
struct Artifact {
    name: String,
}

/// Builds polyfn's probe for `target` and puts the binary where the next build leaves it alone.
///
/// # Errors
///
/// When cargo can't be run or the build fails; what cargo says goes to standard error.
pub async fn build_probe(target: Target) -> Result<PathBuf, Error> {
    build(PACKAGE, target).await
}

/// The same for any package of this workspace whose binary has the package's name.
pub(crate) async fn build(package: &str, target: Target) -> Result<PathBuf, Error> {
    let failed = |problem: String| Kind::Build {
        target: target.name(),
        problem,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--manifest-path",
            MANIFEST,
            "--package",
            package,
            "--no-default-features",
            "--features",
            target.name(),
        ])
        .args(["--message-format", "json-render-diagnostics"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .await
        .map_err(|error| failed(format!("cargo can't be run: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("cargo build ended with {}", output.status)).into());
    }
    let built = executable(package, &output.stdout)
        .ok_or_else(|| failed("cargo names no executable".to_owned()))?;
    let kept = keep(&built, target)
        .await
        .map_err(|error| failed(format!("can't copy {}: {error}", built.display())))?;
    Ok(kept)
}

fn executable(package: &str, messages: &[u8]) -> Option<PathBuf> {
    messages
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Message>(line).ok())
        .filter(|message| {
            message
                .target
                .as_ref()
                .is_some_and(|artifact| artifact.name == package)
        })
        .find_map(|message| message.executable)
}

/// `…/debug/polyfn-probe` → `…/debug/conformance/aws/polyfn-probe`.
async fn keep(built: &Path, target: Target) -> std::io::Result<PathBuf> {
    let folder = built.with_file_name("conformance").join(target.name());
    tokio::fs::create_dir_all(&folder).await?;
    let kept = folder.join(built.file_name().unwrap_or_default());
    // A binary that still runs can't be written to, but it can be replaced.
    let _ = tokio::fs::remove_file(&kept).await;
    tokio::fs::copy(built, &kept).await?;
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_found_among_the_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"other"},"executable":"/x"}"#,
            "\nno JSON\n",
            r#"{"reason":"compiler-artifact","target":{"name":"polyfn-probe"},"executable":"/t/polyfn-probe"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(
            executable(PACKAGE, messages.as_bytes()),
            Some(PathBuf::from("/t/polyfn-probe"))
        );
        assert_eq!(executable(PACKAGE, b""), None);
    }

    #[tokio::test]
    async fn each_target_keeps_its_own_copy() {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join("polyfn-probe");
        std::fs::write(&built, "1").unwrap();
        let aws = keep(&built, Target::Aws).await.unwrap();
        std::fs::write(&built, "2").unwrap();
        let gcp = keep(&built, Target::Gcp).await.unwrap();
        assert_eq!(
            (std::fs::read(aws).unwrap(), std::fs::read(gcp).unwrap()),
            (b"1".into(), b"2".into())
        );
    }
}
