//! One function of an app.

use std::fmt;
use std::sync::Arc;

use crate::event::DynEventHandler;
use crate::{DynHandler, EventKind, EventTrigger, Route};

/// One function of an [`App`](crate::App): its name and its trigger.
#[derive(Debug)]
pub struct Function {
    name: Arc<str>,
    work: Work,
}

#[derive(Debug)]
enum Work {
    Http(Route, DynHandler),
    Event(EventTrigger, DynEventHandler),
}

/// What a function is called for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trigger<'a> {
    /// HTTP requests.
    Http(&'a Route),
    /// Events.
    Event(&'a EventTrigger),
}

impl fmt::Display for Trigger<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(route) => route.fmt(f),
            Self::Event(trigger) => trigger.fmt(f),
        }
    }
}

impl Function {
    pub(crate) fn http(name: String, route: Route, handler: DynHandler) -> Self {
        Self {
            name: name.into(),
            work: Work::Http(route, handler),
        }
    }

    pub(crate) fn event(name: String, trigger: EventTrigger, handler: DynEventHandler) -> Self {
        Self {
            name: name.into(),
            work: Work::Event(trigger, handler),
        }
    }

    /// The name that the platforms know it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is called for.
    pub fn trigger(&self) -> Trigger<'_> {
        match &self.work {
            Work::Http(route, _) => Trigger::Http(route),
            Work::Event(trigger, _) => Trigger::Event(trigger),
        }
    }

    /// The requests that it answers, if it is called by HTTP.
    pub fn route(&self) -> Option<&Route> {
        match &self.work {
            Work::Http(route, _) => Some(route),
            Work::Event(..) => None,
        }
    }

    /// The events that it takes, if it is called for some.
    pub fn event_trigger(&self) -> Option<&EventTrigger> {
        match &self.work {
            Work::Http(..) => None,
            Work::Event(trigger, _) => Some(trigger),
        }
    }

    /// The environment variable that binds the name in its trigger to the real one of the
    /// bucket, queue or table; for a schedule, its function's name to that of the rule or job.
    pub fn binding_variable(&self) -> Option<String> {
        let trigger = self.event_trigger()?;
        let name = match trigger.kind() {
            EventKind::Schedule => self.name(),
            _ => trigger.name(),
        };
        let capital = |c: char| match c {
            c if c.is_ascii_alphanumeric() => c.to_ascii_uppercase(),
            _ => '_',
        };
        let variable = format!("polyfn_{}_{name}", trigger.kind());
        Some(variable.chars().map(capital).collect())
    }

    pub(crate) fn shared_name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn handler(&self) -> Option<&DynHandler> {
        match &self.work {
            Work::Http(_, handler) => Some(handler),
            Work::Event(..) => None,
        }
    }

    pub(crate) fn event_handler(&self) -> Option<&DynEventHandler> {
        match &self.work {
            Work::Http(..) => None,
            Work::Event(_, handler) => Some(handler),
        }
    }
}
