//! One case, tried in one process.

use std::path::Path;

use serde_json::Value;
use tokio::task::JoinHandle;

use crate::attempt::{Exchanged, exchange};
use crate::check::EchoFacts;
use crate::deployment::End;
use crate::event::{EventCase, EventInput, check_events, tell};
use crate::http::ExchangeError;
use crate::process::check::{Seen, check};
use crate::process::host::ProcessHost;
use crate::process::step::{Next, RequestStep, Stop, Whose};
use crate::process::warm_up::warm_up;
use crate::process::{ProcessCase, ProcessColumn, StepKind, piecewise, start};
use crate::{Difference, Failure, Step};

/// How many of its last lines a report shows.
const SHOWN: usize = 20;

/// Whether the case holds on `column`.
pub(super) async fn attempt(
    case: &ProcessCase,
    column: ProcessColumn,
    binary: &Path,
) -> Result<(), Failure> {
    let (seen, mut differences) = match &case.expected.never_starts {
        Some(expected) => start::fails(expected, case, column, binary).await,
        None => lived(case, column, binary).await?,
    };
    differences.extend(check(case, &seen, column));
    match differences.is_empty() {
        true => Ok(()),
        false => Err(Failure {
            differences,
            transcript: Some(transcript(&seen)),
        }),
    }
}

/// Takes all steps; the first that does not hold is the last.
async fn lived(
    case: &ProcessCase,
    column: ProcessColumn,
    binary: &Path,
) -> Result<(Seen, Vec<Difference>), Failure> {
    let running = ProcessHost::start(case, column, binary).await;
    let running = running
        .map_err(|problem| Difference::new("the process", "to start", problem.to_string()))?;
    let mut life = Life {
        column,
        running: Some(running),
        seen: Seen::default(),
        facts: EchoFacts {
            target: column.target().name().to_owned(),
            ..EchoFacts::default()
        },
        pids: Vec::new(),
        sent: Vec::new(),
    };
    for step in case.steps_on(column) {
        let taken = life.take(step).await;
        taken.map_err(|failure| life.told(failure))?;
    }
    let ended = life.end().await;
    ended.map_err(|failure| life.told(failure))?;
    Ok((life.seen, Vec::new()))
}

/// A process, and what is known of it.
struct Life {
    column: ProcessColumn,
    /// Until it is stopped.
    running: Option<ProcessHost>,
    seen: Seen,
    facts: EchoFacts,
    /// Of the processes that answered, where an answer tells of one.
    pids: Vec<Value>,
    /// Requests that are under way.
    sent: Vec<(Step, JoinHandle<Result<Exchanged, ExchangeError>>)>,
}

impl Life {
    async fn take(&mut self, step: &StepKind) -> Result<(), Failure> {
        match step {
            StepKind::Request(request) => self.request(request).await,
            StepKind::Deliver(case) => self.deliver(case).await,
            StepKind::WarmUp(expected) => Ok(warm_up(&self.running()?.host, *expected).await?),
            StepKind::Stream { target, arrives } => {
                let ProcessHost { host, notes } = self.running()?;
                let server = host.address().map_err(broken)?;
                Ok(piecewise::stream(server, target, *arrives, notes).await?)
            }
            StepKind::Upload { target } => {
                let ProcessHost { host, notes } = self.running()?;
                let server = host.address().map_err(broken)?;
                Ok(piecewise::upload(server, target, notes).await?)
            }
            StepKind::Until(text) => {
                let written = self.running()?.notes.wait_for(text).await;
                Ok(written.map_err(|problem| Difference::new("the probe", "to write", problem))?)
            }
            StepKind::Answers => self.answers().await,
            StepKind::OpenGate => Ok(self.running()?.notes.open_gate().map_err(broken)?),
            StepKind::Stop(expected) => self.stop(*expected).await,
        }
    }

    fn running(&self) -> Result<&ProcessHost, Difference> {
        let running = self.running.as_ref();
        running.ok_or_else(|| Difference::new("the process", "to run", "its end"))
    }

    async fn request(&mut self, request: &RequestStep) -> Result<(), Failure> {
        let server = self.running()?.host.address().map_err(broken)?;
        let step = request.step.clone();
        if request.next == Next::Sent {
            let exchange = tokio::spawn({
                let step = step.clone();
                async move { exchange(&step, server).await }
            });
            self.sent.push((step, exchange));
            return Ok(());
        }
        let exchanged = exchange(&step, server).await;
        self.look_at(&step, exchanged)?;
        match request.process {
            Some(whose) => Ok(self.is_of(whose)?),
            None => Ok(()),
        }
    }

    /// Whether the answers are what they must be.
    fn look_at(
        &mut self,
        step: &Step,
        exchanged: Result<Exchanged, ExchangeError>,
    ) -> Result<(), Failure> {
        let exchanged = exchanged.map_err(|error| Failure {
            transcript: Some(error.to_string()),
            ..Difference::new("the exchange", "a response", "none").into()
        })?;
        for response in exchanged.responses() {
            let told: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            for place in ["/invocation_id", "/context/invocation_id"] {
                let id = told.pointer(place).and_then(Value::as_str);
                self.seen.told_ids.extend(id.map(str::to_owned));
            }
            self.pids.extend(told.get("pid").cloned());
        }
        match exchanged.failure(step, &mut self.facts) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    fn is_of(&self, whose: Whose) -> Result<(), Difference> {
        let is_as_expected = match (self.pids.as_slice(), whose) {
            ([.., before, now], Whose::Same) => before == now,
            ([.., before, now], Whose::New) => before != now,
            _ => false,
        };
        if is_as_expected {
            return Ok(());
        }
        let expected = format!("{whose:?}");
        let came = format!("{:?}", self.pids);
        Err(Difference::new("the process that answers", expected, came))
    }

    async fn deliver(&mut self, case: &EventCase) -> Result<(), Failure> {
        let no_source = || broken(format!("{} can't tell of it", self.column));
        let EventInput::Happenings(happenings) = &case.input else {
            return Err(no_source().into());
        };
        let first = happenings.first().ok_or_else(no_source)?;
        let source = self.column.source(first).ok_or_else(no_source)?;
        let ProcessHost { host, notes } = self.running()?;
        let known = notes.lines().map_err(broken)?.len();
        let mut observed = tell(host, case, source, happenings).await.map_err(broken)?;
        let lines = notes.lines().map_err(broken)?.into_iter().skip(known);
        observed.lines = lines.filter(|line| line.starts_with('{')).collect();
        let differences = check_events(&case.expected, &observed, source);
        match differences.is_empty() {
            true => Ok(()),
            false => Err(Failure {
                differences,
                transcript: Some(observed.transcript()),
            }),
        }
    }

    /// Ends the process as the platform does.
    async fn stop(&mut self, expected: Stop) -> Result<(), Failure> {
        let Some(ProcessHost { host, notes }) = self.running.take() else {
            return Ok(());
        };
        let end = host.stop().await.map_err(broken)?;
        self.seen.written = notes.lines().map_err(broken)?;
        for line in &self.seen.written {
            let told: Value = serde_json::from_str(line).unwrap_or_default();
            let id = told
                .pointer("/context/invocation_id")
                .and_then(Value::as_str);
            self.seen.told_ids.extend(id.map(str::to_owned));
        }
        let is_in_time = end.status.success() || end.killed && !self.column.has_grace();
        let (status, killed) = (end.status, end.killed);
        let End { stdout, stderr, .. } = end;
        (self.seen.stdout, self.seen.stderr) = (stdout, stderr);
        let is_as_expected = match expected {
            Stop::InTime => is_in_time,
            Stop::Killed => killed,
        };
        if is_as_expected {
            return Ok(());
        }
        let came = format!("{status}{}", if killed { ", killed" } else { "" });
        Err(Difference::new("the end", format!("{expected:?}"), came).into())
    }

    /// Stops what still runs, and looks at the answers that came meanwhile.
    async fn end(&mut self) -> Result<(), Failure> {
        self.stop(Stop::InTime).await?;
        self.answers().await
    }

    /// Looks at the answers to what has been sent.
    async fn answers(&mut self) -> Result<(), Failure> {
        for (step, exchange) in std::mem::take(&mut self.sent) {
            let exchanged = exchange.await.map_err(|error| broken(error.to_string()))?;
            self.look_at(&step, exchanged)?;
        }
        Ok(())
    }

    /// The failure, with what the process said until then.
    fn told(&self, failure: Failure) -> Failure {
        let said = match &self.running {
            Some(running) => running.said(),
            None => transcript(&self.seen),
        };
        let exchange = failure.transcript.unwrap_or_default();
        Failure {
            transcript: Some(format!("{exchange}\n{said}")),
            ..failure
        }
    }
}

fn broken(problem: impl Into<String>) -> Difference {
    Difference::new("the case", "to be tried", problem)
}

/// For a person who looks for the reason of a failure.
fn transcript(seen: &Seen) -> String {
    let shown = |mark: &str, text: &str| -> String {
        let lines: Vec<_> = text.lines().collect();
        let last = lines.len().saturating_sub(SHOWN);
        lines[last..]
            .iter()
            .map(|line| format!("{mark} {line}\n"))
            .collect()
    };
    let written = seen.written.join("\n");
    shown("out", &seen.stdout) + &shown("err", &seen.stderr) + &shown("probe", &written)
}
