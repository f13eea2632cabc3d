//! `sam local generate-event`: AWS's own samples of what its services deliver.
//!
//! They are AWS's word on the shape of each event, and older than its present services: their
//! times are those of 1970, and the ARN of their Kinesis stream is none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use polyfn_hosts::lambda::{Invocation, LambdaHost};
use serde::Deserialize;
use serde_json::Value;

use crate::Target;
use crate::peers::lambda_event::{expect_part, same};
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command};
use crate::peers::requirements::pinned;
use crate::peers::told::{self, Told, expect_lines};
use crate::peers::workbench::Workbench;

pub(super) const PEER: Peer = Peer {
    name: "sam local generate-event",
    package: "aws-sam-cli",
    version: "1.170.0",
};

/// The peer and all that it needs, each in a pinned version.
pub(super) const REQUIREMENTS: &str = include_str!("../../peers/sam/requirements.txt");

/// The events; the file says at its top how to add one.
const EVENTS: &str = include_str!("../../peers/sam/events.toml");

/// How long one event may take: Python reads a good part of the package each time.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Which of the sample's names stands for which of the probe's.
    environment: BTreeMap<String, String>,
    event: Vec<Sample>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    title: String,
    /// Of `sam local generate-event`.
    arguments: Vec<String>,
    /// A text of the sample that could not be AWS's, and what stands there instead.
    replace: Option<[String; 2]>,
    /// The function that is deployed, where it is one alone.
    function: Option<String>,
    /// What the function answers, as JSON.
    answer: String,
    /// What the probe tells, as JSON: of each event all members that matter.
    lines: Vec<String>,
}

impl File {
    fn read() -> Result<Self, String> {
        toml::from_str(EVENTS).map_err(|error| format!("events.toml: {error}"))
    }
}

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let file = File::read()?;
    let cache = workbench.cache().await?;
    let packages = cache.pip(&pinned(REQUIREMENTS)).await?;
    let probe = workbench.function("polyfn-probe", Target::Aws).await?;
    for sample in &file.event {
        let outcome = arrives(&packages, &probe, &file.environment, sample).await;
        let title = format!("{}: {}", sample.arguments.join(" "), sample.title);
        run.record(title, outcome);
    }
    Ok(())
}

async fn arrives(
    packages: &Path,
    probe: &PathBuf,
    environment: &BTreeMap<String, String>,
    sample: &Sample,
) -> Result<(), String> {
    let mut event = generate(packages, &sample.arguments).await?;
    if let Some([from, to]) = &sample.replace {
        let text = event.to_string();
        same(
            "the sample has what is replaced",
            &true,
            &text.contains(from),
        )?;
        event = json(&text.replace(from, to), &Value::Null)?;
    }
    let mut told = Told::new()?;
    let mut builder = LambdaHost::builder(probe).env(told::FILE, told.path());
    for (name, value) in environment {
        builder = builder.env(name, value);
    }
    if let Some(function) = &sample.function {
        builder = builder.function_name(function);
    }
    let host = builder.start().await.map_err(|error| error.to_string())?;
    let invocation = host.invoke(event.to_string()).await;
    let invocation = invocation.map_err(|error| error.to_string())?;
    let Invocation::Response(answer) = &invocation else {
        return Err(format!("{invocation}\n{}", host.log()));
    };
    let lines = sample.lines.iter().map(|line| json(line, &event));
    let lines: Vec<_> = lines.collect::<Result<_, _>>()?;
    expect_lines(&lines, &told.fresh()?).map_err(|problem| format!("{problem}\n{}", host.log()))?;
    let answer = json(&String::from_utf8_lossy(answer), &event)?;
    match json(&sample.answer, &event)? {
        Value::Null => same("the answer", &Value::Null, &answer),
        expected => expect_part("the answer", &expected, &answer),
    }
}

/// Reads JSON in which `"$EVENT"` stands for the sample itself.
fn json(text: &str, event: &Value) -> Result<Value, String> {
    let text = text.replace("\"$EVENT\"", &event.to_string());
    serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))
}

async fn generate(packages: &Path, arguments: &[String]) -> Result<Value, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut command = command("python3");
    command
        .arg(packages.join("bin/sam"))
        .args(["local", "generate-event"])
        .args(arguments)
        // It looks for a configuration here, and keeps one of its own at home.
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("PYTHONPATH", packages)
        .env("SAM_CLI_TELEMETRY", "0");
    let mut process = Process::spawn(command)?;
    let is_success = process.ended(PATIENCE).await?;
    let said = process.stop().await;
    // It may have something to say before the event.
    match said
        .find('{')
        .map(|start| serde_json::from_str(&said[start..]))
    {
        Some(Ok(event)) if is_success => Ok(event),
        _ => Err(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_well_formed() {
        let file = File::read().unwrap();
        assert!(file.event.len() >= 8, "{}", file.event.len());
        for sample in file.event {
            json(&sample.answer, &Value::Null).unwrap();
            for line in &sample.lines {
                assert!(
                    json(line, &Value::Null).unwrap()["function"].is_string(),
                    "{line}"
                );
            }
        }
    }
}
