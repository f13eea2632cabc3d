//! What the processes of one host have printed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Which of its two outputs a process printed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Output {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// One line that a process has printed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// Where it printed it.
    pub output: Output,
    /// The line, without the line feed at its end.
    pub text: String,
}

/// In the order in which it came.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Vec<(Output, Bytes)>>);

impl Log {
    pub(crate) fn write(&self, output: Output, bytes: &[u8]) {
        self.printed().push((output, Bytes::copy_from_slice(bytes)));
    }

    pub(crate) fn both(&self) -> String {
        let printed = self.printed();
        text(printed.iter().map(|(_, bytes)| bytes))
    }

    pub(crate) fn of(&self, wanted: Output) -> String {
        let printed = self.printed();
        let chunks = printed.iter().filter(|(output, _)| *output == wanted);
        text(chunks.map(|(_, bytes)| bytes))
    }

    /// The lines in the order in which they were finished; one that has no end yet is the last of
    /// its output.
    pub(crate) fn lines(&self) -> Vec<LogLine> {
        let mut lines = Vec::new();
        let mut unfinished = [(Output::Stdout, Vec::new()), (Output::Stderr, Vec::new())];
        for (output, bytes) in self.printed().iter() {
            for (other, line) in &mut unfinished {
                if other != output {
                    continue;
                }
                for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
                    match piece.strip_suffix(b"\n") {
                        Some(end) => {
                            line.extend_from_slice(end);
                            lines.push(finished(*output, line));
                            line.clear();
                        }
                        None => line.extend_from_slice(piece),
                    }
                }
            }
        }
        let rest = unfinished.iter().filter(|(_, line)| !line.is_empty());
        lines.extend(rest.map(|(output, line)| finished(*output, line)));
        lines
    }

    fn printed(&self) -> MutexGuard<'_, Vec<(Output, Bytes)>> {
        // The lock guards a plain list: it is whole whatever happened to its last holder.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn finished(output: Output, line: &[u8]) -> LogLine {
    LogLine {
        output,
        text: String::from_utf8_lossy(line).into_owned(),
    }
}

fn text<'a>(chunks: impl Iterator<Item = &'a Bytes>) -> String {
    let mut whole = Vec::new();
    for chunk in chunks {
        whole.extend_from_slice(chunk);
    }
    // A character may have come in two chunks: it is whole only here.
    String::from_utf8_lossy(&whole).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_put_together_from_what_came() {
        let log = Log::default();
        log.write(Output::Stdout, b"one\ntw");
        log.write(Output::Stderr, b"caf");
        log.write(Output::Stdout, b"o\n\nthree");
        log.write(Output::Stderr, b"e\n");
        let lines = log.lines();
        let texts: Vec<_> = lines
            .iter()
            .map(|line| (line.output, line.text.as_str()))
            .collect();
        assert_eq!(
            texts,
            [
                (Output::Stdout, "one"),
                (Output::Stdout, "two"),
                (Output::Stdout, ""),
                (Output::Stderr, "cafe"),
                (Output::Stdout, "three"),
            ]
        );
        assert_eq!(log.of(Output::Stdout), "one\ntwo\n\nthree");
        assert_eq!(log.both(), "one\ntwcafo\n\nthreee\n");
    }

    #[test]
    fn a_character_may_come_in_two_pieces() {
        let log = Log::default();
        let letter = "\u{e9}".as_bytes();
        log.write(Output::Stderr, &letter[..1]);
        log.write(Output::Stderr, &letter[1..]);
        assert_eq!(log.of(Output::Stderr), "\u{e9}");
        assert_eq!(log.lines()[0].text, "\u{e9}");
    }
}
