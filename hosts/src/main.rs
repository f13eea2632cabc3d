//! Runs a built binary under one of the hosts, by hand.
//!
//! ```sh
//! polyfn-hosts aws --front rest-api target/debug/hello
//! polyfn-hosts aws --source sqs --event message.json target/debug/hello
//! polyfn-hosts gcp --port 8080 target/debug/hello
//! polyfn-hosts azure --mode proxying target/debug/hello
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use polyfn_hosts::azure::FunctionsHost;
use polyfn_hosts::cloud_run::CloudRunHost;
use polyfn_hosts::event::{DeliveryOptions, DeliveryReport, Fate, Happening};
use polyfn_hosts::lambda::{Front, LambdaHost, Source};
use serde_json::{Value, json};

/// Runs a built function binary as AWS Lambda, Google Cloud Run or Azure Functions would.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    platform: Platform,
}

#[derive(Debug, Subcommand)]
enum Platform {
    /// AWS Lambda behind an HTTP front.
    Aws {
        /// rest-api, http-api, function-url, alb, alb-multi or lattice.
        #[arg(long, default_value = "http-api")]
        front: Front,
        /// The stage of a REST or HTTP API.
        #[arg(long)]
        stage: Option<String>,
        /// The time limit of an invocation, in seconds.
        #[arg(long, default_value_t = 3)]
        timeout: u64,
        /// The port to listen on; 0 takes any.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Delivers --event through this source (s3, sqs, kinesis, …) instead of serving a front.
        #[arg(long, requires = "event")]
        source: Option<Source>,
        /// A JSON file with one happening, or a list of them.
        #[arg(long, requires = "source")]
        event: Option<PathBuf>,
        /// The built binary (bootstrap).
        binary: PathBuf,
    },
    /// Google Cloud Run.
    Gcp {
        /// The port to listen on; 0 takes any.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// The built binary.
        binary: PathBuf,
    },
    /// Azure Functions with a custom handler.
    Azure {
        /// How HTTP requests reach the binary (not with --app-root: there host.json says it).
        #[arg(long, value_enum, default_value_t = Mode::Proxying)]
        mode: Mode,
        /// An app with host.json and functions; without it, one function takes every path.
        #[arg(long)]
        app_root: Option<PathBuf>,
        /// The port to listen on; 0 takes any.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// The built binary; an app root names its own.
        #[arg(required_unless_present = "app_root")]
        binary: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Proxying,
    Forwarding,
    Invocation,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().platform).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("polyfn-hosts: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(platform: Platform) -> Result<(), Box<dyn Error>> {
    match platform {
        Platform::Aws {
            front,
            stage,
            timeout,
            port,
            source,
            event,
            binary,
        } => {
            let mut builder = LambdaHost::builder(binary)
                .front(front)
                .port(port)
                .timeout_s(timeout);
            if let Some(stage) = stage {
                builder = builder.stage(stage);
            }
            let host = builder.start().await?;
            match source.zip(event) {
                Some((source, file)) => deliver_on_lambda(&host, source, &file).await?,
                None => until_interrupted(host.url(), || host.log()).await?,
            }
            host.stop().await?;
        }
        Platform::Gcp { port, binary } => {
            let host = CloudRunHost::builder(binary).port(port).start().await?;
            until_interrupted(host.url(), || host.log()).await?;
            host.stop().await?;
        }
        Platform::Azure {
            mode,
            app_root,
            port,
            binary,
        } => {
            let temporary = tempfile::tempdir()?;
            let app_root = match (app_root, binary) {
                (Some(app_root), _) => app_root,
                (None, binary) => {
                    // clap has seen to it that one of the two is there.
                    write_catch_all_app(temporary.path(), &binary.unwrap_or_default(), mode)?;
                    temporary.path().to_owned()
                }
            };
            let host = FunctionsHost::builder(app_root).port(port).start().await?;
            until_interrupted(host.url(), || host.log()).await?;
            host.stop().await?;
        }
    }
    Ok(())
}

/// Delivers what the file says has happened, and prints the report.
async fn deliver_on_lambda(
    host: &LambdaHost,
    source: Source,
    file: &Path,
) -> Result<(), Box<dyn Error>> {
    let happenings = read_happenings(file)?;
    let options = DeliveryOptions::default();
    let report = host.deliver(source, &happenings, &options).await;
    eprint!("{}", host.log());
    println!("{:#}", report_as_json(&report?));
    Ok(())
}

/// One happening, or a list of them.
fn read_happenings(file: &Path) -> Result<Vec<Happening>, Box<dyn Error>> {
    let wrong = |error: &dyn Error| format!("{}: {error}", file.display());
    let bytes = std::fs::read(file).map_err(|error| wrong(&error))?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?;
    let list = match value {
        Value::Array(_) => value,
        one => json!([one]),
    };
    Ok(serde_json::from_value(list).map_err(|error| wrong(&error))?)
}

fn report_as_json(report: &DeliveryReport) -> Value {
    let items = report.items.iter().map(|item| {
        let fate = match item.fate {
            Fate::Done => "done",
            Fate::DeadLettered => "dead-lettered",
        };
        json!({"attempts": item.attempts, "fate": fate})
    });
    json!({
        "items": items.collect::<Vec<_>>(),
        "invocations": report.invocations,
        "failures": report.failures,
        "returned": report.returned,
    })
}

/// Prints the URL, then what the function prints, until Ctrl-C.
async fn until_interrupted(url: &str, log: impl Fn() -> String) -> Result<(), Box<dyn Error>> {
    println!("{url}");
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    let mut shown = 0;
    loop {
        let done = tokio::select! {
            interrupted = &mut interrupted => { interrupted?; true }
            () = tokio::time::sleep(Duration::from_millis(100)) => false,
        };
        let log = log();
        // A character may still have been on its way when the log was last shown.
        eprint!("{}", log.get(shown..).unwrap_or(&log));
        shown = log.len();
        if done {
            return Ok(());
        }
    }
}

/// An app whose one HTTP function takes every method and path, without a prefix.
fn write_catch_all_app(app_root: &Path, binary: &Path, mode: Mode) -> Result<(), Box<dyn Error>> {
    let host = json!({
        "version": "2.0",
        "customHandler": {
            "description": {"defaultExecutablePath": std::fs::canonicalize(binary)?},
            "enableProxyingHttpRequest": mode == Mode::Proxying,
            "enableForwardingHttpRequest": mode == Mode::Forwarding,
        },
        "extensions": {"http": {"routePrefix": ""}},
    });
    let function = json!({
        "bindings": [
            {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "route": "{*path}"},
            {"type": "http", "direction": "out", "name": "res"},
        ],
    });
    write_json(&app_root.join("host.json"), &host)?;
    let folder = app_root.join("http");
    std::fs::create_dir(&folder)?;
    write_json(&folder.join("function.json"), &function)
}

fn write_json(file: &Path, value: &Value) -> Result<(), Box<dyn Error>> {
    Ok(std::fs::write(file, serde_json::to_vec_pretty(value)?)?)
}
