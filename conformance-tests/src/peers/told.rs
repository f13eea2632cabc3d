//! What the probe tells of the events that reached it.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::NamedTempFile;

use crate::peers::lambda_event::{expect_part, same};

/// The variable that names the probe's file.
pub(super) const FILE: &str = "POLYFN_PROBE_OUT";

/// How often the file is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// The file into which the probe writes one line for each event, and how much of it was read.
#[derive(Debug)]
pub(super) struct Told {
    file: NamedTempFile,
    read: usize,
}

impl Told {
    pub(super) fn new() -> Result<Self, String> {
        let file = NamedTempFile::new().map_err(|error| format!("no file: {error}"))?;
        Ok(Self { file, read: 0 })
    }

    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// The lines since the last call.
    pub(super) fn fresh(&mut self) -> Result<Vec<Value>, String> {
        let text = std::fs::read_to_string(self.path()).map_err(|error| error.to_string())?;
        let lines: Vec<_> = text.split_inclusive('\n').skip(self.read).collect();
        // The probe may be at the last one.
        let whole = lines.iter().filter(|line| line.ends_with('\n'));
        let lines: Result<Vec<_>, _> = whole
            .map(|line| serde_json::from_str(line).map_err(|error| format!("{error}: {line}")))
            .collect();
        let lines = lines?;
        self.read += lines.len();
        Ok(lines)
    }

    /// As many new lines, or those that came until patience was at its end.
    pub(super) async fn fresh_within(
        &mut self,
        count: usize,
        patience: Duration,
    ) -> Result<Vec<Value>, String> {
        let started = Instant::now();
        let mut lines = self.fresh()?;
        while lines.len() < count && started.elapsed() < patience {
            tokio::time::sleep(LOOK).await;
            lines.extend(self.fresh()?);
        }
        Ok(lines)
    }
}

/// Whether the lines are those that are expected, in that order, each with all that is named.
pub(super) fn expect_lines(expected: &[Value], lines: &[Value]) -> Result<(), String> {
    same("events that arrived", &expected.len(), &lines.len())
        .map_err(|problem| format!("{problem}\n{}", shown(lines)))?;
    let pairs = expected.iter().zip(lines).enumerate();
    let problems: Vec<_> = pairs
        .filter_map(|(place, (expected, line))| {
            expect_part(&format!("event {place}"), expected, line).err()
        })
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(format!("{}\n{}", problems.join("\n"), shown(lines)))
    }
}

fn shown(lines: &[Value]) -> String {
    let lines = lines.iter().map(|line| format!("arrived: {line}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn whole_lines_come_once() {
        let mut told = Told::new().unwrap();
        assert!(told.fresh().unwrap().is_empty());
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(told.path())
            .unwrap();
        file.write_all(b"{\"a\":1}\n{\"b\"").unwrap();
        assert_eq!(told.fresh().unwrap(), [json!({"a": 1})]);
        file.write_all(b":2}\n").unwrap();
        let lines = told.fresh_within(1, Duration::from_secs(5)).await.unwrap();
        assert_eq!(lines, [json!({"b": 2})]);
        let none = told
            .fresh_within(1, Duration::from_millis(30))
            .await
            .unwrap();
        assert!(none.is_empty());
        file.write_all(b"no JSON\n").unwrap();
        told.fresh().unwrap_err();
    }

    #[test]
    fn what_did_not_arrive_is_told() {
        let lines = [json!({"function": "queue", "data": {"id": "1"}})];
        expect_lines(&[json!({"function": "queue"})], &lines).unwrap();
        let error = expect_lines(&[json!({"data": {"id": "2"}})], &lines).unwrap_err();
        assert!(
            error.contains("event 0.data.id") && error.contains("arrived: "),
            "{error}"
        );
        expect_lines(&[], &lines).unwrap_err();
    }
}
