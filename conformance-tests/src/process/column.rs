//! Where a process lives: targets, and the modes in which its life differs.

use std::fmt;
use std::str::FromStr;

use polyfn_hosts::event::Happening;
use polyfn_hosts::{azure, cloud_run, lambda};

use crate::error::Kind;
use crate::event::{DataType, EventColumn, LocalForm};
use crate::{AzureMode, Error, Target};

/// A target, and a mode of its own in which processes live there.
///
/// Its text form is `local`, `gcp`, `aws/function-url`, `azure/proxying` and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProcessColumn {
    /// This machine.
    Local,
    /// Google Cloud Run.
    Gcp,
    /// AWS Lambda.
    Aws(LambdaMode),
    /// Azure Functions in one of its modes.
    Azure(AzureMode),
}

/// How Lambda invokes a function behind a function URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LambdaMode {
    /// One invocation after the other, whose answer is whole.
    Buffered,
    /// The same with `InvokeMode: RESPONSE_STREAM`.
    Streaming,
    /// Managed Instances: several invocations at once.
    ManagedInstances,
}

impl ProcessColumn {
    /// Every column, in the table's order.
    pub fn all() -> Vec<Self> {
        use LambdaMode::{Buffered, ManagedInstances, Streaming};
        let mut all = vec![Self::Local, Self::Gcp];
        all.extend([Buffered, Streaming, ManagedInstances].map(Self::Aws));
        all.extend(AzureMode::ALL.map(Self::Azure));
        all
    }

    /// The target that the column belongs to.
    pub fn target(self) -> Target {
        match self {
            Self::Local => Target::Local,
            Self::Gcp => Target::Gcp,
            Self::Aws(_) => Target::Aws,
            Self::Azure(_) => Target::Azure,
        }
    }

    /// Whether a process is told that it has to end. On Lambda it is where it asks for that.
    pub(super) fn has_grace(self) -> bool {
        matches!(self, Self::Local | Self::Gcp)
    }

    /// The source that tells of such a happening here.
    pub(super) fn source(self, happening: &Happening) -> Option<EventColumn> {
        let column = match (self, happening) {
            (Self::Local, _) => EventColumn::Local(LocalForm::CloudEvent),
            (Self::Gcp, Happening::Schedule(_)) => {
                EventColumn::Gcp(cloud_run::Source::SchedulerHttp)
            }
            (Self::Gcp, _) => EventColumn::Gcp(cloud_run::Source::PubsubEventarc),
            (Self::Aws(_), Happening::Schedule(_)) => {
                EventColumn::Aws(lambda::Source::EventbridgeScheduler)
            }
            (Self::Aws(_), _) => EventColumn::Aws(lambda::Source::Sqs),
            (Self::Azure(_), Happening::Schedule(_)) => {
                EventColumn::Azure(azure::Source::Timer, None)
            }
            (Self::Azure(_), _) => {
                EventColumn::Azure(azure::Source::StorageQueue, Some(DataType::String))
            }
        };
        column.takes(happening).then_some(column)
    }
}

impl fmt::Display for ProcessColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "local",
            Self::Gcp => "gcp",
            Self::Aws(LambdaMode::Buffered) => "aws/function-url",
            Self::Aws(LambdaMode::Streaming) => "aws/streaming",
            Self::Aws(LambdaMode::ManagedInstances) => "aws/managed-instances",
            Self::Azure(AzureMode::Proxying) => "azure/proxying",
            Self::Azure(AzureMode::Forwarding) => "azure/forwarding",
            Self::Azure(AzureMode::Invocation) => "azure/invocation",
        })
    }
}

impl FromStr for ProcessColumn {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut all = Self::all().into_iter();
        let found = all.find(|column| column.to_string() == text);
        Ok(found.ok_or_else(|| Kind::UnknownColumn(text.to_owned(), names()))?)
    }
}

/// The names of all columns.
pub(crate) fn names() -> String {
    let names: Vec<_> = ProcessColumn::all()
        .iter()
        .map(ToString::to_string)
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for column in ProcessColumn::all() {
            assert_eq!(column.to_string().parse::<ProcessColumn>().unwrap(), column);
            let target = column.target().name();
            assert!(column.to_string().starts_with(target), "{column}");
        }
        let error = "aws".parse::<ProcessColumn>().unwrap_err().to_string();
        assert!(error.contains("aws/streaming"), "{error}");
    }
}
