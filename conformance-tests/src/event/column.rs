//! The ways in which events come: targets, and the sources of each.

use std::fmt;
use std::str::FromStr;

use polyfn_hosts::event::Happening;
use polyfn_hosts::{azure, cloud_run, lambda};

use crate::error::Kind;
use crate::event::LocalForm;
use crate::{Error, Target};

/// A target, and one of the sources that deliver events there.
///
/// Its text form is `aws/sqs`, `gcp/pubsub-push`, `azure/storage-queue-binary`, `local/bare`; and
/// `gcp/raw` for what a case writes byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventColumn {
    /// This machine, and how the event is posted.
    Local(LocalForm),
    /// A source of Google's.
    Gcp(cloud_run::Source),
    /// A source of AWS's.
    Aws(lambda::Source),
    /// A trigger of Azure's and, where it hands over bytes, the `dataType` of its binding.
    Azure(azure::Source, Option<DataType>),
    /// No source: the case writes the request, the payload or the call itself.
    Raw(Target),
}

/// The `dataType` of a binding: in what form the Azure Functions host hands over bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataType {
    /// As text.
    String,
    /// As base64.
    Binary,
}

impl DataType {
    /// As `function.json` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Binary => "binary",
        }
    }
}

impl EventColumn {
    /// Every column, target by target.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<_> = LocalForm::ALL.map(Self::Local).into();
        all.push(Self::Raw(Target::Local));
        all.extend(cloud_run::Source::ALL.map(Self::Gcp));
        all.push(Self::Raw(Target::Gcp));
        all.extend(lambda::Source::ALL.map(Self::Aws));
        all.push(Self::Raw(Target::Aws));
        for source in azure::Source::ALL {
            if has_data_type(source) {
                let types = [DataType::String, DataType::Binary];
                all.extend(types.map(|data_type| Self::Azure(source, Some(data_type))));
            } else {
                all.push(Self::Azure(source, None));
            }
        }
        all.push(Self::Raw(Target::Azure));
        all
    }

    /// The target that the column belongs to.
    pub fn target(self) -> Target {
        match self {
            Self::Local(_) => Target::Local,
            Self::Gcp(_) => Target::Gcp,
            Self::Aws(_) => Target::Aws,
            Self::Azure(..) => Target::Azure,
            Self::Raw(target) => target,
        }
    }

    /// What tells it from the target's other columns.
    pub fn source(self) -> String {
        match self {
            Self::Local(form) => form.name().to_owned(),
            Self::Gcp(source) => source.name().to_owned(),
            Self::Aws(source) => source.name().to_owned(),
            Self::Azure(source, None) => source.name().to_owned(),
            Self::Azure(source, Some(data_type)) => {
                format!("{}-{}", source.name(), data_type.name())
            }
            Self::Raw(_) => "raw".to_owned(),
        }
    }

    /// Whether the source tells of such a happening.
    pub fn takes(self, happening: &Happening) -> bool {
        match self {
            Self::Local(form) => form.takes(happening),
            Self::Gcp(source) => source.takes(happening),
            Self::Aws(source) => source.takes(happening),
            Self::Azure(source, _) => source.takes(happening),
            Self::Raw(_) => false,
        }
    }
}

/// Whether the trigger hands over bytes, and not an object.
fn has_data_type(source: azure::Source) -> bool {
    !matches!(
        source,
        azure::Source::EventGridCloudEvent
            | azure::Source::EventGridSchema
            | azure::Source::Timer
            | azure::Source::Cosmos
    )
}

impl fmt::Display for EventColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.target(), self.source())
    }
}

impl FromStr for EventColumn {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut all = Self::all().into_iter();
        let found = all.find(|column| column.to_string() == text);
        Ok(found.ok_or_else(|| Kind::UnknownColumn(text.to_owned(), names()))?)
    }
}

pub(super) fn names() -> String {
    let names: Vec<_> = EventColumn::all().iter().map(ToString::to_string).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        let all = EventColumn::all();
        for column in &all {
            assert_eq!(column.to_string().parse::<EventColumn>().unwrap(), *column);
        }
        for name in [
            "aws/sqs",
            "gcp/raw",
            "azure/storage-queue-binary",
            "azure/timer",
            "local/bare",
        ] {
            name.parse::<EventColumn>().unwrap();
        }
        let error = "aws/mq".parse::<EventColumn>().unwrap_err().to_string();
        assert!(error.contains("aws/sqs-fifo"), "{error}");
    }
}
