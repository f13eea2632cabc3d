//! Runs a built binary under one of the hosts, by hand.
//!
//! ```sh
//! polyfn-hosts aws --front rest-api target/debug/hello
//! polyfn-hosts aws --front function-url --invoke-mode response_stream target/debug/hello
//! polyfn-hosts aws --concurrency 16 --timeout 30 target/debug/hello
//! polyfn-hosts aws --source sqs --event message.json target/debug/orders
//! polyfn-hosts gcp --port 8080 --timeout 60 --concurrency 8 target/debug/hello
//! polyfn-hosts gcp --source pubsub-push --event message.json target/debug/orders
//! polyfn-hosts azure --mode proxying target/debug/hello
//! polyfn-hosts azure --app-root app --source storage-queue --event message.json
//! ```
//!
//! Ctrl-C or SIGTERM ends the binary as its platform does, and says how it ended.

mod arguments;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use polyfn_hosts::Exit;
use polyfn_hosts::azure::FunctionsHost;
use polyfn_hosts::cloud_run::CloudRunHost;
use polyfn_hosts::event::{DeliveryOptions, DeliveryReport, Happening};
use polyfn_hosts::lambda::LambdaHost;
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::{Arguments, Aws, Azure, Gcp, Mode, Platform};

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> ExitCode {
    let ran = match Arguments::parse().platform {
        Platform::Aws(wanted) => aws(wanted).await,
        Platform::Gcp(wanted) => gcp(wanted).await,
        Platform::Azure(wanted) => azure(wanted).await,
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("polyfn-hosts: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn aws(wanted: Aws) -> Result<()> {
    let mut builder = LambdaHost::builder(wanted.binary)
        .front(wanted.front)
        .invoke_mode(wanted.invoke_mode)
        .port(wanted.port)
        .timeout_s(wanted.timeout);
    if let Some(stage) = wanted.stage {
        builder = builder.stage(stage);
    }
    if let Some(seconds) = wanted.init_limit {
        builder = builder.init_limit(Duration::from_secs(seconds));
    }
    if let Some(limit) = wanted.concurrency {
        builder = builder.concurrency(limit);
    }
    let host = builder.start().await?;
    match wanted.source.zip(wanted.event) {
        Some((source, file)) => {
            let (happenings, options) = (read(&file)?, DeliveryOptions::default());
            let report = host.deliver(source, &happenings, &options).await?;
            print(&report, &host.log())?;
        }
        None => until_interrupted(host.url(), || host.log()).await?,
    }
    tell(&host.stop().await?);
    Ok(())
}

async fn gcp(wanted: Gcp) -> Result<()> {
    let builder = CloudRunHost::builder(wanted.binary)
        .port(wanted.port)
        .timeout_s(wanted.timeout)
        .concurrency(wanted.concurrency)
        .push_path(wanted.push_path);
    let host = builder.start().await?;
    match wanted.source.zip(wanted.event) {
        Some((source, file)) => {
            let (happenings, options) = (read(&file)?, DeliveryOptions::default());
            let report = host.deliver(source, &happenings, &options).await?;
            print(&report, &host.log())?;
        }
        None => until_interrupted(host.url(), || host.log()).await?,
    }
    tell(&host.stop().await?);
    Ok(())
}

async fn azure(wanted: Azure) -> Result<()> {
    let temporary = tempfile::tempdir()?;
    let app_root = match (wanted.app_root, wanted.binary) {
        (Some(app_root), _) => app_root,
        (None, binary) => {
            // clap has seen to it that one of the two is there.
            let binary = binary.unwrap_or_default();
            write_catch_all_app(temporary.path(), &binary, wanted.mode, wanted.timeout)?;
            temporary.path().to_owned()
        }
    };
    let builder = FunctionsHost::builder(app_root).port(wanted.port);
    let host = builder.start().await?;
    match wanted.source.zip(wanted.event) {
        Some((source, file)) => {
            let mut options = DeliveryOptions::default();
            options.function = wanted.function;
            let happenings = read(&file)?;
            let report = host.deliver(source, &happenings, &options).await?;
            print(&report, &host.log())?;
        }
        None => until_interrupted(host.url(), || host.log()).await?,
    }
    tell(&host.stop().await?);
    Ok(())
}

/// The happenings of a file: one, or a list of them.
fn read(file: &Path) -> Result<Vec<Happening>> {
    let wrong = |error: &dyn Error| format!("{}: {error}", file.display());
    let bytes = std::fs::read(file).map_err(|error| wrong(&error))?;
    let list = match serde_json::from_slice(&bytes).map_err(|error| wrong(&error))? {
        list @ Value::Array(_) => list,
        one => json!([one]),
    };
    Ok(serde_json::from_value(list).map_err(|error| wrong(&error))?)
}

/// Prints what became of the happenings; what the function has printed goes to standard error.
fn print(report: &DeliveryReport, log: &str) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(report)?);
    eprint!("{log}");
    Ok(())
}

/// Says how the binary ended.
fn tell(exit: &Exit) {
    let how = if exit.killed { ", killed" } else { "" };
    eprintln!("polyfn-hosts: the binary ended with {}{how}", exit.status);
}

/// Prints the URL, then what the function prints, until Ctrl-C or SIGTERM.
async fn until_interrupted(url: &str, log: impl Fn() -> String) -> Result<()> {
    println!("{url}");
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    let mut terminated = signal(SignalKind::terminate())?;
    let mut shown = 0;
    loop {
        let done = tokio::select! {
            interrupted = &mut interrupted => { interrupted?; true }
            _ = terminated.recv() => true,
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
fn write_catch_all_app(app_root: &Path, binary: &Path, mode: Mode, timeout: u64) -> Result<()> {
    let (minutes, seconds) = (timeout / 60, timeout % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let (days, hours) = (hours / 24, hours % 24);
    let host = json!({
        "version": "2.0",
        "functionTimeout": format!("{days}.{hours:02}:{minutes:02}:{seconds:02}"),
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

fn write_json(file: &Path, value: &Value) -> Result<()> {
    Ok(std::fs::write(file, serde_json::to_vec_pretty(value)?)?)
}
