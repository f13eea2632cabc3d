//! What the program is asked for.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use polyfn_hosts::cloud_run::DEFAULT_CONCURRENCY;
use polyfn_hosts::lambda::{Front, InvokeMode};
use polyfn_hosts::{azure, cloud_run, lambda};

/// Runs a built function binary as AWS Lambda, Google Cloud Run or Azure Functions would.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) platform: Platform,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Platform {
    /// AWS Lambda behind an HTTP front.
    Aws(Aws),
    /// Google Cloud Run.
    Gcp(Gcp),
    /// Azure Functions with a custom handler.
    Azure(Azure),
}

#[derive(Debug, Args)]
pub(crate) struct Aws {
    /// rest-api, http-api, function-url, alb, alb-multi or lattice.
    #[arg(long, default_value = "http-api")]
    pub(crate) front: Front,
    /// The stage of a REST or HTTP API.
    #[arg(long)]
    pub(crate) stage: Option<String>,
    /// buffered, or response_stream (function-url and rest-api).
    #[arg(long, value_name = "MODE", default_value_t = InvokeMode::Buffered)]
    pub(crate) invoke_mode: InvokeMode,
    /// The time limit of an invocation, in seconds; the process is killed then.
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    pub(crate) timeout: u64,
    /// The limit of the Init phase in seconds, 10 by default; the process is killed then.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) init_limit: Option<u64>,
    /// Runs so many invocations at once, as on Managed Instances; one after the other without it.
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<NonZeroUsize>,
    /// The port to listen on; 0 takes any.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Delivers --event through this source (s3, sqs, kinesis, …) instead of serving a front.
    #[arg(long, requires = "event")]
    pub(crate) source: Option<lambda::Source>,
    /// A JSON file with one happening, or a list of them.
    #[arg(long, requires = "source")]
    pub(crate) event: Option<PathBuf>,
    /// The built binary (bootstrap).
    pub(crate) binary: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Gcp {
    /// The time limit of a request, in seconds; the client has a 504 then, the container goes on.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) timeout: u64,
    /// containerConcurrency: more requests at once wait, and get a 429 after 10 s.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_CONCURRENCY)]
    pub(crate) concurrency: NonZeroUsize,
    /// The port to listen on; 0 takes any.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Delivers --event through this source (storage-eventarc, pubsub-push, …) and ends.
    #[arg(long, requires = "event")]
    pub(crate) source: Option<cloud_run::Source>,
    /// A JSON file with one happening, or a list of them.
    #[arg(long, requires = "source")]
    pub(crate) event: Option<PathBuf>,
    /// The path that events are pushed to.
    #[arg(long, default_value = "/")]
    pub(crate) push_path: String,
    /// The built binary.
    pub(crate) binary: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Azure {
    /// How HTTP requests reach the binary (not with --app-root: there host.json says it).
    #[arg(long, value_enum, default_value_t = Mode::Proxying)]
    pub(crate) mode: Mode,
    /// functionTimeout in seconds; the worker is killed then (not with --app-root).
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 1800,
        conflicts_with = "app_root"
    )]
    pub(crate) timeout: u64,
    /// An app with host.json and functions; without it, one function takes every path.
    #[arg(long)]
    pub(crate) app_root: Option<PathBuf>,
    /// The port to listen on; 0 takes any.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Delivers --event through this source (storage-queue, timer, …) and ends.
    #[arg(long, requires_all = ["app_root", "event"])]
    pub(crate) source: Option<azure::Source>,
    /// A JSON file with one happening, or a list of them.
    #[arg(long, requires = "source")]
    pub(crate) event: Option<PathBuf>,
    /// The function that gets the events, where its trigger does not tell.
    #[arg(long, requires = "source")]
    pub(crate) function: Option<String>,
    /// The built binary; an app root names its own.
    #[arg(required_unless_present = "app_root")]
    pub(crate) binary: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    Proxying,
    Forwarding,
    Invocation,
}
