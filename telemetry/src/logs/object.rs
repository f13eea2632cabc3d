//! A JSON object on one line, each key once, no longer than the platform takes.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Serialize;
use serde_json::Value;

use super::field::{FieldValue, Fields};
use super::form::JsonForm;
use super::record::Record;

/// The line of a record. One that would be too long is written again with its long texts cut,
/// shorter each time; at last fields are left out, and counted.
pub(super) fn object_line<F: JsonForm>(form: &F, record: &Record<'_>) -> Vec<u8> {
    let mut room = Room::UNBOUNDED;
    loop {
        let line = line_within(room, form, record);
        if line.len() <= F::LIMIT_BYTES || room.line_bytes == F::LIMIT_BYTES {
            return line;
        }
        room = room.less(F::LIMIT_BYTES);
    }
}

fn line_within<F: JsonForm>(room: Room, form: &F, record: &Record<'_>) -> Vec<u8> {
    let mut line = vec![b'{'];
    let mut object = Object::new(&mut line, room);
    form.head(record, &mut object);
    if let Some(attempt) = record.invocation.attempt {
        object.value("attempt", attempt);
    }
    if let Some(cold_start) = record.invocation.cold_start {
        object.value("cold_start", cold_start);
    }
    object.text("target", record.metadata.target());
    if !record.spans.is_empty() {
        let names: Vec<_> = record.spans.iter().map(|(name, _)| name).collect();
        object.if_it_fits(|object| object.value("spans", names));
    }
    object.fields("event", &record.fields);
    for (name, fields) in record.spans.iter().rev() {
        object.fields(name, fields);
    }
    if object.left_out > 0 {
        let key = object.free("line", "fields_left_out".into());
        object.value(key, object.left_out);
    }
    line.extend_from_slice(b"}\n");
    line
}

#[derive(Debug, Clone, Copy)]
struct Room {
    /// For one text, before its characters are escaped.
    text_bytes: usize,
    line_bytes: usize,
}

impl Room {
    const UNBOUNDED: Self = Self {
        text_bytes: usize::MAX,
        line_bytes: usize::MAX,
    };

    const LEAST_TEXT_BYTES: usize = 128;

    fn less(self, limit_bytes: usize) -> Self {
        let text_bytes = self.text_bytes.min(limit_bytes) / 2;
        let is_least = text_bytes <= Self::LEAST_TEXT_BYTES;
        Self {
            text_bytes: text_bytes.max(Self::LEAST_TEXT_BYTES),
            line_bytes: if is_least { limit_bytes } else { usize::MAX },
        }
    }
}

/// An object that is being written; the braces are its caller's.
#[derive(Debug)]
pub(super) struct Object<'a> {
    line: &'a mut Vec<u8>,
    keys: HashSet<Cow<'static, str>>,
    room: Room,
    left_out: usize,
}

/// What the count of left out fields and the end of a line take.
const END_BYTES: usize = 64;

impl<'a> Object<'a> {
    fn new(line: &'a mut Vec<u8>, room: Room) -> Self {
        Self {
            line,
            keys: HashSet::new(),
            room,
            left_out: 0,
        }
    }

    pub(super) fn text(&mut self, key: impl Into<Cow<'static, str>>, text: &str) {
        let text = cut(text, self.room.text_bytes);
        self.value(key, text);
    }

    pub(super) fn value(&mut self, key: impl Into<Cow<'static, str>>, value: impl Serialize) {
        self.key(key.into());
        write_json(self.line, value);
    }

    pub(super) fn object(&mut self, key: &'static str, write: impl FnOnce(&mut Object<'_>)) {
        self.key(key.into());
        self.line.push(b'{');
        write(&mut Object::new(self.line, self.room));
        self.line.push(b'}');
    }

    /// The fields of the event or of the span of that name, under names that are not taken.
    fn fields(&mut self, place: &str, fields: &Fields) {
        for (name, value) in fields.iter() {
            let key = self.free(place, name.into());
            match value {
                FieldValue::Plain(Value::String(text)) => {
                    self.if_it_fits(|object| object.text(key, text));
                }
                FieldValue::Plain(value) => self.if_it_fits(|object| object.value(key, value)),
                FieldValue::Error(itself, causes) => {
                    self.if_it_fits(|object| object.text(key, itself));
                    if !causes.is_empty() {
                        let key = self.free(place, format!("{name}_causes").into());
                        self.if_it_fits(|object| object.texts(key, causes));
                    }
                }
            }
        }
    }

    fn texts(&mut self, key: Cow<'static, str>, texts: &[String]) {
        let each_bytes = self.room.text_bytes / texts.len().max(1);
        let texts: Vec<_> = texts.iter().map(|text| cut(text, each_bytes)).collect();
        self.value(key, texts);
    }

    fn if_it_fits(&mut self, write: impl FnOnce(&mut Self)) {
        let before = self.line.len();
        write(self);
        if self.line.len() > self.room.line_bytes - END_BYTES {
            self.line.truncate(before);
            self.left_out += 1;
        }
    }

    fn free(&self, place: &str, name: Cow<'static, str>) -> Cow<'static, str> {
        if !self.keys.contains(&name) {
            return name;
        }
        let mut free = format!("{place}.{name}");
        // Spans of one name are within each other where functions call themselves: a number that
        // grows with the line is soon free.
        let mut number = self.keys.len();
        while self.keys.contains(free.as_str()) {
            free = format!("{place}.{name}.{number}");
            number += 1;
        }
        free.into()
    }

    fn key(&mut self, key: Cow<'static, str>) {
        if self.line.last() != Some(&b'{') {
            self.line.push(b',');
        }
        write_json(self.line, &key);
        self.line.push(b':');
        self.keys.insert(key);
    }
}

/// Texts, numbers and lists of them, written to memory, have no way to fail; were there one, the
/// line would still be JSON.
fn write_json(line: &mut Vec<u8>, value: impl Serialize) {
    let before = line.len();
    if serde_json::to_writer(&mut *line, &value).is_err() {
        line.truncate(before);
        line.extend_from_slice(b"null");
    }
}

/// At most so much of a text, with a mark where it was longer.
pub(super) fn cut(text: &str, bytes: usize) -> Cow<'_, str> {
    if text.len() <= bytes {
        return text.into();
    }
    let is_boundary = |end: &usize| text.is_char_boundary(*end);
    let end = (0..=bytes).rev().find(is_boundary).unwrap_or_default();
    format!("{}… [cut, {} bytes in all]", &text[..end], text.len()).into()
}
