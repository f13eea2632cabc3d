//! For people, on a terminal.

use std::fmt::{self, Display, Write};

use tracing::Level;

use super::field::{FieldValue, Fields};
use super::record::Record;
use super::text::{escape, pair};

#[derive(Debug, Clone, Copy)]
pub(super) enum Terminal {
    Plain,
    Coloured,
}

/// Select Graphic Rendition: <https://ecma-international.org/publications-and-standards/standards/ecma-48/>
#[derive(Debug, Clone, Copy)]
enum Style {
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Blue = 34,
    Magenta = 35,
}

/// How far the lines below an event's first are indented.
const BELOW: &str = "\n    ";

/// So much of an invocation's id is told from others of the day.
const SHORT_ID: usize = 8;

impl Terminal {
    /// `10:22:33.123Z  INFO shop::cart: emptied items=3 in checkout{cart=7} (shop 4bf92f35)`,
    /// and below it the causes of errors.
    pub(super) fn line(self, record: &Record<'_>) -> Vec<u8> {
        // Whoever watches a terminal knows what day it is.
        let time = format!("{:.3}", record.time);
        let time = time.split_once('T').map_or(&*time, |(_, time)| time);
        let level = record.level();
        let mut line = String::new();
        self.paint(&mut line, Style::Dim, format_args!("{time} "));
        self.paint(&mut line, colour(level), format_args!("{level:>5} "));
        let target = record.metadata.target();
        self.paint(&mut line, Style::Dim, format_args!("{target}: "));
        escape(&mut line, &record.message, BELOW);
        line.push_str(&pairs(&record.fields));
        self.paint(&mut line, Style::Dim, Place(record));
        for cause in causes(record) {
            line.push_str(BELOW);
            self.paint(&mut line, Style::Dim, "caused by: ");
            escape(&mut line, cause, BELOW);
        }
        line.push('\n');
        line.into_bytes()
    }

    fn paint(self, line: &mut String, style: Style, text: impl Display) {
        // Writing to a String can't fail.
        let _ = match self {
            Self::Plain => write!(line, "{text}"),
            Self::Coloured => write!(line, "\x1b[{}m{text}\x1b[0m", style as u8),
        };
    }
}

fn colour(level: Level) -> Style {
    match level {
        Level::ERROR => Style::Red,
        Level::WARN => Style::Yellow,
        Level::INFO => Style::Green,
        Level::DEBUG => Style::Blue,
        Level::TRACE => Style::Magenta,
    }
}

/// The spans around an event, and the invocation that it belongs to.
struct Place<'a>(&'a Record<'a>);

impl Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Record {
            spans, invocation, ..
        }) = self;
        let mut separator = " in ";
        for (name, fields) in spans {
            write!(f, "{separator}{name}")?;
            separator = ":";
            let pairs = pairs(fields);
            if !pairs.is_empty() {
                write!(f, "{{{}}}", pairs.trim_start())?;
            }
        }
        let id = invocation.id.as_deref();
        let short = id.map(|id| {
            id.chars()
                .filter(|c| !c.is_control())
                .take(SHORT_ID)
                .collect::<String>()
        });
        match (&invocation.function, short) {
            (Some(function), Some(id)) => write!(f, " ({function} {id})"),
            (Some(one), None) => write!(f, " ({one})"),
            (None, Some(one)) => write!(f, " ({one})"),
            (None, None) => Ok(()),
        }
    }
}

fn pairs(fields: &Fields) -> String {
    let mut pairs = String::new();
    for (name, value) in fields.iter() {
        match value {
            FieldValue::Plain(value) => pair(&mut pairs, name, value),
            FieldValue::Error(itself, _) => pair(&mut pairs, name, &itself.as_str().into()),
        }
    }
    pairs
}

fn causes<'a>(record: &'a Record<'_>) -> impl Iterator<Item = &'a String> {
    record.fields.iter().flat_map(|(_, value)| match value {
        FieldValue::Error(_, causes) => causes.as_slice(),
        FieldValue::Plain(_) => &[],
    })
}
