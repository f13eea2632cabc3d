//! Cases of events: what happens, and what must come of it.

use polyfn_hosts::event::{Fate, Happening};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Target;
use crate::event::expectation::FateName;
use crate::event::{ColumnPattern, EventColumn, EventExpectation, RawInput, Seen, template};

/// One thing that must hold wherever events come from.
///
/// It is tried once for each [column](Self::columns) that can tell of what happens in it.
#[derive(Debug, Clone)]
pub struct EventCase {
    /// The file's name and the case's own: `objects/spaces`.
    pub id: String,
    /// The file's name: what the case is about.
    pub area: String,
    /// One sentence for a person.
    pub title: String,
    /// What happens.
    pub input: EventInput,
    /// The function that it is for, where its source does not tell.
    pub function: String,
    /// What must come of it.
    pub expected: EventExpectation,
    /// How often an item is delivered at most.
    pub max_attempts: u32,
    /// How many items go into one invocation, where the source has batches.
    pub batch_size: usize,
    /// The names of the [exclusions](crate::event::EventExclusion) that apply to this case.
    pub exclusions: Vec<String>,
    /// The time limit of the function, in seconds, for a case that is about it: such a case gets a
    /// process of its own.
    pub time_limit_s: Option<u64>,
    /// Why it is tried on some columns alone, if it is.
    pub because: Option<String>,
    /// The function is deployed alone, in a process of its own.
    pub alone: bool,
    only: Option<Vec<ColumnPattern>>,
    except: Vec<ColumnPattern>,
}

/// What is delivered.
#[derive(Debug, Clone)]
pub enum EventInput {
    /// What happened, for each source to put into its own words.
    Happenings(Vec<Happening>),
    /// What the case wrote itself.
    Raw(Box<RawInput>),
}

impl EventCase {
    /// The columns on which the case is tried: those of its own `sources`, or all but those that it
    /// makes an exception of, so far as they can tell of everything that happens in it.
    pub fn columns(&self) -> Vec<EventColumn> {
        let mut columns = EventColumn::all();
        columns.retain(|column| self.is_on(*column));
        columns
    }

    fn is_on(&self, column: EventColumn) -> bool {
        let is_meant = |only: &[ColumnPattern]| only.iter().any(|one| one.covers(column));
        match (&self.input, column) {
            (EventInput::Raw(raw), EventColumn::Raw(target)) => match target {
                Target::Local => raw.local.is_some(),
                Target::Gcp => raw.gcp.is_some(),
                Target::Aws => raw.aws.is_some(),
                Target::Azure => raw.azure.is_some(),
            },
            (EventInput::Raw(_), _) => false,
            (EventInput::Happenings(happenings), _) => {
                self.only.as_deref().is_none_or(is_meant)
                    && !is_meant(&self.except)
                    && column.calls(&self.function)
                    && (self.alone || !column.has_own_type())
                    && happenings.iter().all(|happening| column.takes(happening))
            }
        }
    }
}

/// A case as it stands in a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseTable {
    id: String,
    title: String,
    #[serde(default)]
    deliver: Vec<Value>,
    raw: Option<RawInput>,
    #[serde(default = "one")]
    copies: usize,
    function: Option<String>,
    #[serde(default = "one_attempt")]
    max_attempts: u32,
    #[serde(default = "ten")]
    batch_size: usize,
    #[serde(default)]
    alone: bool,
    sources: Option<Vec<ColumnPattern>>,
    #[serde(default)]
    except: Vec<ColumnPattern>,
    because: Option<String>,
    #[serde(default)]
    exclude: Vec<String>,
    time_limit_s: Option<u64>,
    #[serde(default)]
    seen: Vec<Value>,
    #[serde(default)]
    ordered: bool,
    #[serde(default)]
    fates: Vec<FateName>,
    #[serde(default)]
    failures: Vec<String>,
    returned: Option<Value>,
    invocations: Option<u32>,
    #[serde(default)]
    never: Vec<String>,
}

fn one() -> usize {
    1
}

fn one_attempt() -> u32 {
    1
}

fn ten() -> usize {
    10
}

impl CaseTable {
    pub(crate) fn into_case(self, area: &str) -> Result<EventCase, String> {
        let id = format!("{area}/{}", self.id);
        let named = |problem: String| format!("{id}: {problem}");
        let happenings: Vec<Happening> = copied(self.deliver, self.copies)
            .map_err(|error| named(format!("deliver: {error}")))?;
        let seen: Vec<Seen> =
            copied(self.seen, self.copies).map_err(|error| named(format!("seen: {error}")))?;
        let is_chosen = self.sources.is_some() || !self.except.is_empty();
        if is_chosen != self.because.is_some() {
            let problem = "`sources` or `except` says where it is tried, and `because` why";
            return Err(named(problem.to_owned()));
        }
        let fates = fates(&self.fates, happenings.len().max(1), self.copies).map_err(&named)?;
        let input = match (happenings.is_empty(), self.raw) {
            (false, None) => EventInput::Happenings(happenings),
            (true, Some(raw)) => EventInput::Raw(Box::new(raw)),
            _ => return Err(named("a case has either `deliver` or `raw`".to_owned())),
        };
        let first = seen.first().map(|seen| seen.function.clone());
        let unneeded = matches!(input, EventInput::Raw(_)).then(String::new);
        let function = self.function.or(first).or(unneeded);
        let case = EventCase {
            function: function
                .ok_or_else(|| named("a case without `seen` has a `function`".to_owned()))?,
            area: area.to_owned(),
            title: self.title,
            input,
            expected: EventExpectation {
                seen,
                ordered: self.ordered,
                fates,
                failures: self.failures,
                returned: self.returned.map(|value| template::fill(value, 0)),
                invocations: self.invocations,
                never: self.never,
            },
            max_attempts: self.max_attempts,
            batch_size: self.batch_size,
            exclusions: self.exclude,
            time_limit_s: self.time_limit_s,
            because: self.because,
            alone: self.alone,
            only: self.sources,
            except: self.except,
            id,
        };
        if case.columns().is_empty() {
            return Err(format!("{}: no source tells of all that happens", case.id));
        }
        Ok(case)
    }
}

/// The items as often as the case wants them, with what their texts stand for.
fn copied<T: DeserializeOwned>(items: Vec<Value>, copies: usize) -> Result<Vec<T>, String> {
    let numbers = 0..copies;
    let copied = numbers.flat_map(|number| {
        let items = items.iter().cloned();
        items.map(move |item| template::fill(item, number))
    });
    copied
        .map(|item| serde_json::from_value(item).map_err(|error| error.to_string()))
        .collect()
}

/// One fate for each item: nothing stands for all done, one for all alike.
fn fates(named: &[FateName], items: usize, copies: usize) -> Result<Vec<Fate>, String> {
    match named {
        [] => Ok(vec![Fate::Done; items]),
        [one] => Ok(vec![(*one).into(); items]),
        each if each.len() * copies == items => {
            let each = each.iter().map(|fate| (*fate).into());
            Ok(each.cycle().take(items).collect())
        }
        each => Err(format!("there are {} fates for {items} items", each.len())),
    }
}
