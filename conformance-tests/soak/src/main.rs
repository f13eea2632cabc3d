//! `cargo soak`: keeps the servers of polyfn's targets under clients that misbehave, stops and
//! starts them meanwhile, and fails where a request is lost or memory grows.
//!
//! Everything is on 127.0.0.1, and ends when its time is over.

mod answer;
mod client;
mod life;
mod memory;
mod server;
mod stream;
mod tally;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use polyfn_conformance::{Target, build_probe};

use crate::server::{Binary, Server};
use crate::tally::Tally;

/// Keeps the probe's servers under clients that misbehave, and sees whether anything is lost.
///
/// Connections are killed, bodies half-sent, answers read slowly or not at all, handlers panic, and
/// SIGTERM comes in the middle. A lost request, a wrong answer, an end that is not clean, or memory
/// that grows makes the exit code 1.
#[derive(Debug, Parser)]
#[command(name = "cargo soak", bin_name = "cargo soak", max_term_width = 100)]
struct Options {
    /// How long, in seconds, for each of the targets; they take their turns at the same time.
    #[arg(default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..=3600))]
    seconds: u64,

    /// The targets; all that are servers without it.
    #[arg(long, value_name = "TARGET", value_parser = server_target)]
    target: Vec<Target>,

    /// Where the clients' choices begin; a run tells its own, so that it can be had again.
    #[arg(long)]
    seed: Option<u64>,
}

const SERVERS: [Target; 3] = [Target::Local, Target::Gcp, Target::Azure];

fn server_target(text: &str) -> Result<Target, String> {
    let target = text.parse().map_err(|error| format!("{error}"))?;
    match SERVERS.contains(&target) {
        true => Ok(target),
        false => Err("it has no server; there are: local, gcp, azure".to_owned()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}");
    let targets = match options.target.is_empty() {
        true => SERVERS.to_vec(),
        false => options.target.clone(),
    };
    let mut binaries = Vec::new();
    for target in targets {
        match build_probe(target).await {
            Ok(path) => binaries.push(Binary { target, path }),
            Err(error) => {
                eprintln!("soak: {error}");
                return ExitCode::from(2);
            }
        }
    }
    let time = Duration::from_secs(options.seconds);
    let (mut passed, mut failed) = (0, 0);
    let soaked = binaries
        .into_iter()
        .map(|binary| tokio::spawn(async move { (binary.target, soak(binary, time, seed).await) }));
    for one in soaked.collect::<Vec<_>>() {
        match one.await {
            Ok((target, Ok(told))) => {
                passed += 1;
                println!("{target}: {told}");
            }
            Ok((target, Err(problem))) => {
                failed += 1;
                println!("{target}: FAILED: {problem}");
            }
            Err(panic) => {
                failed += 1;
                println!("FAILED: {panic}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

/// A stream that is larger than memory has room for, and then lives under load.
async fn soak(binary: Binary, time: Duration, seed: u64) -> Result<String, String> {
    let server = Server::start(&binary).await?;
    let streamed = stream::gibibyte(&server).await?;
    server.terminate().await?;
    let tally = Arc::new(Tally::default());
    let lives = life::lives(&binary, time, seed, &tally).await?;
    tally.verdict(lives.shutdowns)?;
    Ok(format!("{streamed}; {lives}; {tally}"))
}
