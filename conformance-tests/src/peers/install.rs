//! Installing peers from their registries.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// How long an installation may take: Go compiles what it installs.
const PATIENCE: Duration = Duration::from_secs(600);

/// Says in a finished folder what was installed there.
const MARKER: &str = "polyfn-installed.txt";

/// How much of a client's own error is told.
const LAST_LINES: usize = 6;

/// A peer could not be installed.
#[derive(Debug)]
pub(super) struct InstallError {
    client: String,
    said: String,
}

impl InstallError {
    pub(super) fn new(client: &str, said: &str) -> Self {
        let lines: Vec<_> = said.lines().map(str::trim).collect();
        let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
        Self {
            client: client.to_owned(),
            said: last.join("\n"),
        }
    }

    /// Whether the registry has the package and will not give it, which nothing here can mend.
    pub(super) fn is_refusal(&self) -> bool {
        ["403 Forbidden", "HTTP error 403"]
            .iter()
            .any(|sign| self.said.contains(sign))
    }
}

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_refusal() {
            f.write_str("refused by the registry; ")?;
        }
        write!(f, "{} says: {}", self.client, self.said)
    }
}

/// The folder where installed peers stay, so that the next run need not install them again.
#[derive(Debug)]
pub(super) struct Cache(PathBuf);

impl Cache {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Python packages with pip, each exactly as named and nothing else. They are importable in
    /// the folder, and their programs are in its `bin`.
    pub(super) async fn pip(&self, packages: &[&str]) -> Result<PathBuf, InstallError> {
        self.installed("pip", packages, |folder| {
            let mut command = Command::new("python3");
            command
                .args(["-m", "pip", "install", "--quiet", "--no-input", "--no-deps"])
                .args(["--disable-pip-version-check", "--only-binary", ":all:"])
                .arg("--target")
                .arg(folder)
                .args(packages);
            command
        })
        .await
    }

    /// A program with `go install`.
    pub(super) async fn go(&self, package: &str) -> Result<PathBuf, InstallError> {
        self.installed("go", &[package], |folder| {
            let mut command = Command::new("go");
            command.args(["install", package]).env("GOBIN", folder);
            command
        })
        .await
    }

    /// A program of a Go module, where `go install` can't be used since the proxy does not give the
    /// list of the module's versions.
    pub(super) async fn go_build(
        &self,
        module: &str,
        version: &str,
        program: &str,
    ) -> Result<PathBuf, InstallError> {
        let package = format!("{module}/{program}@{version}");
        let manifest = format!("module peer\n\ngo 1.22\n\nrequire {module} {version}\n");
        self.installed("go", &[&package], |folder| {
            let mut command = Command::new("sh");
            command
                .args(["-ec", "echo \"$0\" > go.mod; go build -mod=mod -o . \"$1\""])
                .arg(manifest)
                .arg(format!("{module}/{program}"))
                .current_dir(folder);
            command
        })
        .await
    }

    /// A package with npm, and what it needs. Its programs are in `node_modules/.bin`.
    pub(super) async fn npm(&self, package: &str) -> Result<PathBuf, InstallError> {
        self.installed("npm", &[package], |folder| {
            let mut command = Command::new("npm");
            command
                .args(["install", "--ignore-scripts", "--no-audit", "--no-fund"])
                .args(["--no-package-lock", "--loglevel", "error", "--prefix"])
                .arg(folder)
                .arg(package);
            command
        })
        .await
    }

    /// The folder with the packages, which is made unless it is there. It appears whole or not at
    /// all.
    async fn installed(
        &self,
        client: &str,
        packages: &[&str],
        command: impl FnOnce(&Path) -> Command,
    ) -> Result<PathBuf, InstallError> {
        let failed = |error: std::io::Error| InstallError::new(client, &error.to_string());
        let wanted = packages.join("\n");
        let folder = self.0.join(folder_name(packages));
        if std::fs::read_to_string(folder.join(MARKER)).is_ok_and(|there| there == wanted) {
            return Ok(folder);
        }
        std::fs::create_dir_all(&self.0).map_err(failed)?;
        let scratch = tempfile::tempdir_in(&self.0).map_err(failed)?;
        // Go takes absolute paths alone.
        let fresh = std::fs::canonicalize(scratch.path()).map_err(failed)?;
        run(client, command(&fresh)).await?;
        std::fs::write(fresh.join(MARKER), wanted).map_err(failed)?;
        // What is there is of another version, or not there at all.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::rename(scratch.keep(), &folder).map_err(failed)?;
        Ok(folder)
    }
}

/// `example.org/a/client@v1` → `client-v1`. A package with all that it needs has a folder of its
/// own beside the package alone.
fn folder_name(packages: &[&str]) -> String {
    let first = packages.first().copied().unwrap_or_default();
    let name = first.rsplit('/').next().unwrap_or(first);
    let name = name.replace("==", "-").replace('@', "-");
    match packages.len() {
        0 | 1 => name,
        count => format!("{name}-and-{}", count - 1),
    }
}

async fn run(client: &str, mut command: Command) -> Result<(), InstallError> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(PATIENCE, output)
        .await
        .map_err(|_| InstallError::new(client, &format!("nothing in {PATIENCE:?}")))?
        .map_err(|error| InstallError::new(client, &format!("it can't be run: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(InstallError::new(client, said.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn an_installation_happens_once_for_each_version() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("peers"));
        for (version, expected) in [("a==1", "1"), ("a==1", "1"), ("a==2", "2")] {
            let packages = [version];
            let script = format!("echo {expected} >> \"$0\"/runs");
            let installed = cache.installed("sh", &packages, |folder| {
                let mut command = shell(&script);
                command.arg(folder);
                command
            });
            let runs = std::fs::read_to_string(installed.await.unwrap().join("runs")).unwrap();
            assert_eq!(runs.trim(), expected);
        }
    }

    #[tokio::test]
    async fn a_failure_leaves_nothing_and_says_what_the_client_said() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned());
        let error = cache
            .installed("sh", &["b==1"], |_| {
                shell("echo 'x: 403 Forbidden' >&2; exit 1")
            })
            .await
            .unwrap_err();
        assert!(error.is_refusal());
        assert_eq!(
            error.to_string(),
            "refused by the registry; sh says: x: 403 Forbidden"
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn folders_tell_what_is_in_them() {
        assert_eq!(folder_name(&["a-b==1.2"]), "a-b-1.2");
        assert_eq!(folder_name(&["a-b==1.2", "c==3"]), "a-b-1.2-and-1");
        assert_eq!(folder_name(&["example.org/x/client@v1"]), "client-v1");
    }
}
