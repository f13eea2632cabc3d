//! A process with a life of its own on a column.

use std::ffi::{OsStr, OsString};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use polyfn_hosts::azure::FunctionsHost;
use polyfn_hosts::cloud_run::CloudRunHost;
use polyfn_hosts::lambda::{Front, InvokeMode, LambdaHost};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::AzureMode;
use crate::deployment::{Host, LocalProcess, NoStart};
use crate::process::{LambdaMode, ProcessCase, ProcessColumn, azure_app};

/// How many invocations at once a Managed Instance offers.
const AT_ONCE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// How long a condition may take to come true.
const PATIENCE: Duration = Duration::from_secs(20);

const PERIOD: Duration = Duration::from_millis(10);

/// A running process, what it writes, and the gate at which it waits.
pub(super) struct ProcessHost {
    pub(super) host: Host,
    pub(super) notes: Notes,
}

/// What a process and the driver share: the file in which it writes, and the gate.
pub(super) struct Notes {
    out: PathBuf,
    gate: PathBuf,
    _folder: TempDir,
}

impl ProcessHost {
    /// Starts the process as the platform does.
    pub(super) async fn start(
        case: &ProcessCase,
        column: ProcessColumn,
        binary: &Path,
    ) -> Result<Self, NoStart> {
        let notes = Notes::new()?;
        let variables = variables(case, column, &notes);
        let host = match column {
            ProcessColumn::Local => {
                let variables: Vec<_> = variables
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_os_str()))
                    .collect();
                Host::Local(LocalProcess::start(binary, &variables).await?)
            }
            ProcessColumn::Gcp => {
                let mut builder =
                    CloudRunHost::builder(binary).timeout_s(case.setting.platform_limit_s());
                for (name, value) in variables {
                    builder = builder.env(name, value);
                }
                Host::CloudRun(builder.start().await?)
            }
            ProcessColumn::Aws(mode) => {
                let mut builder = LambdaHost::builder(binary)
                    .front(Front::FunctionUrl)
                    .timeout_s(case.setting.platform_limit_s());
                if let Some(megabytes) = case.setting.memory_mb {
                    builder = builder.memory_mb(megabytes);
                }
                builder = match mode {
                    LambdaMode::Buffered => builder,
                    LambdaMode::Streaming => builder.invoke_mode(InvokeMode::ResponseStream),
                    LambdaMode::ManagedInstances => builder.concurrency(AT_ONCE),
                };
                for (name, value) in variables {
                    builder = builder.env(name, value);
                }
                Host::Lambda(builder.start().await?)
            }
            ProcessColumn::Azure(mode) => Host::functions(case, mode, binary, variables).await?,
        };
        Ok(Self { host, notes })
    }
}

impl ProcessHost {
    /// What it has printed so far, where its host tells that while it runs.
    pub(super) fn said(&self) -> String {
        match &self.host {
            Host::Local(process) => process.printed(),
            Host::CloudRun(host) => host.log(),
            Host::Lambda(host) => host.log(),
            Host::Functions { host, .. } => host.log(),
        }
    }
}

impl Host {
    async fn functions(
        case: &ProcessCase,
        mode: AzureMode,
        binary: &Path,
        variables: Vec<(String, OsString)>,
    ) -> Result<Self, NoStart> {
        let app = azure_app::write(case, mode, binary)?;
        let mut builder = FunctionsHost::builder(app.path());
        for (name, value) in variables {
            builder = builder.env(name, value);
        }
        Ok(Self::Functions {
            host: builder.start().await?,
            _app: app,
        })
    }
}

/// What the process finds in its environment besides what is the platform's own.
fn variables(case: &ProcessCase, column: ProcessColumn, notes: &Notes) -> Vec<(String, OsString)> {
    let mut variables = vec![
        ("POLYFN_PROBE_OUT".to_owned(), notes.out.clone().into()),
        ("POLYFN_PROBE_GATE".to_owned(), notes.gate.clone().into()),
    ];
    let mut add = |name: &str, value: &OsStr| variables.push((name.to_owned(), value.to_owned()));
    match column {
        // So that it can be read; it is for people otherwise.
        ProcessColumn::Local => add("POLYFN_LOG", OsStr::new("json")),
        // The container contract says 0.0.0.0; a test has no business there.
        ProcessColumn::Gcp => add("POLYFN_BIND", OsStr::new("127.0.0.1")),
        ProcessColumn::Aws(LambdaMode::Streaming) => {
            add("POLYFN_AWS_INVOKE_MODE", OsStr::new("response_stream"));
        }
        ProcessColumn::Aws(_) | ProcessColumn::Azure(_) => {}
    }
    if let (ProcessColumn::Local, Some(limit)) = (column, case.setting.time_limit_s) {
        add("POLYFN_TIMEOUT", OsStr::new(&limit.to_string()));
    }
    if let Some(function) = &case.setting.function {
        add("POLYFN_FUNCTION", OsStr::new(function));
    }
    // Last: a case may want it otherwise.
    for (name, value) in &case.setting.env {
        add(name, OsStr::new(value));
    }
    variables
}

impl Notes {
    fn new() -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self {
            out: folder.path().join("seen"),
            gate: folder.path().join("gate"),
            _folder: folder,
        })
    }

    /// The lines that the probe has written.
    pub(super) fn lines(&self) -> Result<Vec<String>, String> {
        match std::fs::read_to_string(&self.out) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            // It is there once anything has been seen.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(format!("what the probe wrote can't be read: {error}")),
        }
    }

    /// Waits until the probe has written a line with `text` in it.
    pub(super) async fn wait_for(&self, text: &str) -> Result<(), String> {
        let written = async {
            while !self.lines()?.iter().any(|line| line.contains(text)) {
                sleep(PERIOD).await;
            }
            Ok(())
        };
        let written = timeout(PATIENCE, written).await;
        written.unwrap_or_else(|_| Err(format!("nothing of {text:?} within {PATIENCE:?}")))
    }

    /// Opens the gate.
    pub(super) fn open_gate(&self) -> Result<(), String> {
        let opened = std::fs::write(&self.gate, "");
        opened.map_err(|error| format!("the gate can't be opened: {error}"))
    }
}
