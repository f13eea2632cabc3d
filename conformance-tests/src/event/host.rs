//! A binary, run as a target runs it, and told of events.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use polyfn_hosts::azure::{FunctionsHost, Invocation as Call};
use polyfn_hosts::cloud_run::CloudRunHost;
use polyfn_hosts::event::{DeliveryOptions, DeliveryReport, Happening};
use polyfn_hosts::lambda::{Invocation, LambdaHost};
use tempfile::TempDir;

use crate::Target;
use crate::deployment::{Host, LocalProcess};
use crate::event::{
    EventCase, EventColumn, EventInput, Observed, RawCall, RawInput, azure_app, post,
};

/// The variable that tells the probe where to put down what it sees.
const PROBE_OUT: &str = "POLYFN_PROBE_OUT";

/// The variable that names the one function of a deployment.
const FUNCTION: &str = "POLYFN_FUNCTION";

/// A running binary, and the file in which it puts down what it sees.
pub(super) struct EventHost {
    host: Host,
    out: PathBuf,
    /// How much of the file is known.
    read: usize,
    _folder: TempDir,
}

impl EventHost {
    /// The column whose host can deliver a case of `column`: an Azure app has one kind of
    /// trigger, some sources have names of their own for a queue, and anywhere else one process
    /// takes events of all sources.
    pub(super) fn key(case: &EventCase, column: EventColumn) -> Result<EventColumn, String> {
        match (column, &case.input) {
            (EventColumn::Azure(..), _) => Ok(column),
            _ if !column.bindings().is_empty() => Ok(column),
            (EventColumn::Raw(Target::Azure), EventInput::Raw(raw)) => {
                let call = raw.azure.as_ref().ok_or("there is no call")?;
                let source = call.source.parse::<EventColumn>();
                source.map_err(|error| error.to_string())
            }
            _ => Ok(EventColumn::Raw(column.target())),
        }
    }

    /// Starts the binary as the platform does. An invocation may take `time_limit_s` seconds,
    /// where the platform has such a limit; `alone` is the one function of the deployment.
    pub(super) async fn start(
        key: EventColumn,
        binary: &Path,
        time_limit_s: u64,
        alone: Option<&str>,
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let out = folder.path().join("seen");
        let mut variables = vec![(PROBE_OUT, out.as_os_str())];
        variables.extend(alone.map(|function| (FUNCTION, OsStr::new(function))));
        let bindings = key.bindings();
        let bindings = bindings.iter();
        variables.extend(bindings.map(|(name, real)| (*name, OsStr::new(real.as_str()))));
        let hosts = |error: polyfn_hosts::Error| error.to_string();
        let started = match key {
            EventColumn::Azure(source, data_type) => {
                let app = azure_app::write(source, data_type, binary, time_limit_s)
                    .map_err(|error| error.to_string())?;
                let mut builder = FunctionsHost::builder(app.path());
                for (name, value) in variables {
                    builder = builder.env(name, value);
                }
                let host = builder.start().await.map_err(hosts)?;
                Host::Functions { host, _app: app }
            }
            _ => match key.target() {
                Target::Local => Host::Local(LocalProcess::start(binary, &variables).await?),
                // The container contract says 0.0.0.0; a test has no business there.
                Target::Gcp => {
                    let mut builder = CloudRunHost::builder(binary)
                        .env("POLYFN_BIND", "127.0.0.1")
                        .timeout_s(time_limit_s);
                    for (name, value) in variables {
                        builder = builder.env(name, value);
                    }
                    Host::CloudRun(builder.start().await.map_err(hosts)?)
                }
                Target::Aws => {
                    let mut builder = LambdaHost::builder(binary).timeout_s(time_limit_s);
                    for (name, value) in variables {
                        builder = builder.env(name, value);
                    }
                    Host::Lambda(builder.start().await.map_err(hosts)?)
                }
                Target::Azure => return Err(format!("{key} has no app")),
            },
        };
        Ok(Self {
            host: started,
            out,
            read: 0,
            _folder: folder,
        })
    }

    /// Delivers what happens in the case, and tells what came of it.
    pub(super) async fn deliver(
        &mut self,
        case: &EventCase,
        column: EventColumn,
    ) -> Result<Observed, String> {
        let mut observed = match &case.input {
            EventInput::Happenings(happenings) => {
                tell(&self.host, case, column, happenings).await?
            }
            EventInput::Raw(raw) => self.send(raw).await?,
        };
        observed.lines = self.new_lines()?;
        Ok(observed)
    }

    async fn send(&self, raw: &RawInput) -> Result<Observed, String> {
        match &self.host {
            Host::Local(process) => {
                let request = raw.local.as_ref().ok_or("there is no request")?;
                post::exchange(process.address(), &request.request()).await
            }
            Host::CloudRun(_) => {
                let request = raw.gcp.as_ref().ok_or("there is no request")?;
                post::exchange(self.host.address()?, &request.request()).await
            }
            Host::Lambda(host) => {
                let payload = raw.aws.as_ref().ok_or("there is no payload")?;
                let invocation = host.invoke(payload.payload.bytes().clone()).await;
                let invocation = invocation.map_err(|error| error.to_string())?;
                Ok(match &invocation {
                    Invocation::Response(answer) => {
                        Observed::success(serde_json::from_slice(answer).ok())
                    }
                    failure => Observed::failure(format!(
                        "{}: {failure}",
                        failure.error_type().unwrap_or_default()
                    )),
                })
            }
            Host::Functions { host, .. } => {
                let RawCall {
                    function,
                    data,
                    metadata,
                    ..
                } = raw.azure.as_ref().ok_or("there is no call")?;
                let call = host.invoke(function, data.clone().into(), metadata.clone().into());
                let call = call.await.map_err(|error| error.to_string())?;
                Ok(match call {
                    Call::Completed(answer) => {
                        let value = Some(answer.return_value);
                        Observed::success(value.filter(|value| !value.is_null()))
                    }
                    Call::Failed { reason } => Observed::failure(reason),
                    other => Observed::failure(format!("{other:?}")),
                })
            }
        }
    }

    /// The lines that the probe has written since the last time.
    fn new_lines(&mut self) -> Result<Vec<String>, String> {
        let text = match std::fs::read_to_string(&self.out) {
            Ok(text) => text,
            // It is there once a function has seen something.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("what the probe saw can't be read: {error}")),
        };
        let new = text.get(self.read..).unwrap_or_default();
        let lines = new.lines().map(str::to_owned).collect();
        self.read = text.len();
        Ok(lines)
    }

    /// Ends it as the platform does. How the process ended is not what a case is about.
    pub(super) async fn stop(self) {
        drop(self.host.stop().await);
    }
}

/// Tells the function of the happenings, as the column's source does.
pub(crate) async fn tell(
    host: &Host,
    case: &EventCase,
    column: EventColumn,
    happenings: &[Happening],
) -> Result<Observed, String> {
    let options = DeliveryOptions::default()
        .max_attempts(case.max_attempts)
        .batch_size(case.batch_size);
    let report = match (host, column) {
        (Host::Local(process), EventColumn::Local(form)) => {
            return post::post(process.address(), form, case, happenings).await;
        }
        (Host::CloudRun(host), EventColumn::Gcp(source)) => {
            host.deliver(source, happenings, &options).await
        }
        (Host::Lambda(host), EventColumn::Aws(source)) => {
            host.deliver(source, happenings, &options).await
        }
        (Host::Functions { host, .. }, EventColumn::Azure(source, data_type)) => {
            // These say themselves for which function they are, all others by their names.
            let options = match data_type {
                None => options.function(&*case.function),
                Some(_) => options,
            };
            host.deliver(source, happenings, &options).await
        }
        _ => return Err(format!("{column} is of another platform")),
    };
    report
        .map(Observed::from)
        .map_err(|error| error.to_string())
}

impl From<DeliveryReport> for Observed {
    fn from(report: DeliveryReport) -> Self {
        Self {
            fates: report.items.iter().map(|item| item.fate).collect(),
            invocations: report.invocations,
            failures: report.failures,
            returned: report.returned,
            lines: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventSuite;

    #[test]
    fn one_process_serves_all_sources_that_call_things_alike() {
        let text = "
            [[case]]
            id = 'a'
            title = 'A'
            raw = { azure = { source = 'azure/timer', function = 'schedule' } }
        ";
        let suite = EventSuite::from_files([("x", text)]).unwrap();
        let key = |column: &str| {
            let key = EventHost::key(&suite.cases()[0], column.parse().unwrap());
            key.unwrap().to_string()
        };
        for (column, expected) in [
            ("aws/sqs", "aws/raw"),
            ("aws/s3", "aws/raw"),
            ("aws/sqs-fifo", "aws/sqs-fifo"),
            ("gcp/pubsub-push", "gcp/pubsub-push"),
            ("local/bare", "local/raw"),
            ("azure/blob-string", "azure/blob-string"),
            ("azure/raw", "azure/timer"),
        ] {
            assert_eq!(key(column), expected, "{column}");
        }
    }
}
