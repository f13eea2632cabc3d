//! What is done with a process, one step after the other.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::Step;
use crate::event::{EventCase, EventTable};
use crate::process::ProcessPattern;

/// One step, and where it is taken.
#[derive(Debug, Clone)]
pub struct ProcessStep {
    /// What is done.
    pub kind: StepKind,
    on: Option<Vec<ProcessPattern>>,
}

/// What is done in a step, and what must come of it.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// Requests.
    Request(Box<RequestStep>),
    /// Something happens elsewhere, and a function is told of it.
    Deliver(Box<EventCase>),
    /// The platform warms the process up, and learns that it is warm, or that it could not be.
    WarmUp(WarmUp),
    /// The function's answer arrives piece by piece, or at once; it is that of the probe's `gated`.
    Stream {
        /// Whose answer it is.
        target: String,
        /// How it arrives.
        arrives: Arrival,
    },
    /// A request whose body goes on only once the function has seen its beginning.
    Upload {
        /// Where it goes.
        target: String,
    },
    /// Waits until the probe has written a line with this text in it.
    Until(String),
    /// Waits for the answers to what has been sent, and looks at them.
    Answers,
    /// Opens the gate at which functions wait.
    OpenGate,
    /// Ends the process as the platform does.
    Stop(Stop),
}

/// Requests, and what else is looked at.
#[derive(Debug, Clone)]
pub struct RequestStep {
    /// What is sent, and what must be answered.
    pub step: Step,
    /// When the next step is taken.
    pub next: Next,
    /// Whose process answers, where the answer tells of it.
    pub process: Option<Whose>,
}

/// When the step after a request is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Next {
    /// When it has been answered.
    #[default]
    Answered,
    /// When it has been sent: the answer is looked at in the end.
    Sent,
}

/// Whose process it is that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// That of the last answer that told of one.
    Same,
    /// Another one.
    New,
}

/// What comes of a warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarmUp {
    /// The platform is told so.
    Done,
    /// The platform sees a failure.
    Fails,
}

/// How the pieces of an answer arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrival {
    /// Each when the function has made it.
    Piecewise,
    /// All of them when the function has made the last.
    Whole,
}

/// How a process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// By itself where it is told, without a failure; a platform that tells it nothing kills it.
    InTime,
    /// It has to be killed.
    Killed,
}

impl ProcessStep {
    /// Whether the step is taken on `column`.
    pub fn is_on(&self, column: super::ProcessColumn) -> bool {
        let covers = |only: &[ProcessPattern]| only.iter().any(|one| one.covers(column));
        self.on.as_deref().is_none_or(covers)
    }

    /// The step that `table` describes.
    pub(super) fn from_table(mut table: Table) -> Result<Self, String> {
        let on = taken(&mut table, "on")?;
        Ok(Self {
            kind: StepKind::from_table(table)?,
            on,
        })
    }
}

impl StepKind {
    fn from_table(mut table: Table) -> Result<Self, String> {
        let kind = if let Some(outcome) = taken(&mut table, "warm_up")? {
            Self::WarmUp(outcome)
        } else if let Some(target) = taken(&mut table, "stream")? {
            let arrives =
                taken(&mut table, "arrives")?.ok_or("a `stream` says how it `arrives`")?;
            Self::Stream { target, arrives }
        } else if let Some(target) = taken(&mut table, "upload")? {
            Self::Upload { target }
        } else if let Some(text) = taken(&mut table, "until")? {
            Self::Until(text)
        } else if let Some(Answers::Awaited) = taken(&mut table, "answers")? {
            Self::Answers
        } else if let Some(Gate::Open) = taken(&mut table, "gate")? {
            Self::OpenGate
        } else if let Some(stop) = taken(&mut table, "stop")? {
            Self::Stop(stop)
        } else if table.contains_key("deliver") {
            return deliver(table);
        } else {
            return request(table);
        };
        match table.keys().next() {
            Some(unknown) => Err(format!("such a step has no `{unknown}`")),
            None => Ok(kind),
        }
    }
}

/// `gate = "open"`.
#[derive(Deserialize)]
enum Gate {
    #[serde(rename = "open")]
    Open,
}

/// `answers = "awaited"`.
#[derive(Deserialize)]
enum Answers {
    #[serde(rename = "awaited")]
    Awaited,
}

fn taken<T: DeserializeOwned>(table: &mut Table, name: &str) -> Result<Option<T>, String> {
    let value = table.remove(name).map(Value::try_into).transpose();
    value.map_err(|error| format!("`{name}`: {}", error.message()))
}

fn request(mut table: Table) -> Result<StepKind, String> {
    let next = taken(&mut table, "next")?.unwrap_or_default();
    let process = taken(&mut table, "process")?;
    let step: Step = table
        .try_into()
        .map_err(|error| error.message().to_owned())?;
    match step.problem() {
        Some(problem) => Err(problem.to_owned()),
        None => Ok(StepKind::Request(Box::new(RequestStep {
            step,
            next,
            process,
        }))),
    }
}

/// A case of events is just that: what happens, and what must come of it.
fn deliver(mut table: Table) -> Result<StepKind, String> {
    table.insert("id".to_owned(), "step".into());
    table.insert("title".to_owned(), "A step".into());
    let table: EventTable = table
        .try_into()
        .map_err(|error| error.message().to_owned())?;
    Ok(StepKind::Deliver(Box::new(table.into_case("this")?)))
}
