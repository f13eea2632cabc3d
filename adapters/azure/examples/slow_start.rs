//! A custom handler whose app takes its time: `SLOW_START_MS`, never starts where
//! `SLOW_START_HANGS` is set, and fails where `SLOW_START_FAILS` is. Its function takes
//! `SLOW_HANDLER_MS`, and it writes down what it has done. The tests run it.

use std::process::ExitCode;
use std::time::Duration;

use polyfn_core::{App, AppService, Error, Result, any};

async fn start() -> Result<AppService> {
    // Blocks on purpose: the probes have to be answered all the same.
    std::thread::sleep(milliseconds("SLOW_START_MS"));
    if std::env::var_os("SLOW_START_HANGS").is_some() {
        std::future::pending::<()>().await;
    }
    if std::env::var_os("SLOW_START_FAILS").is_some() {
        return Err(Error::internal("the database is not there"));
    }
    let app = App::new()
        .http("hello", any("/{*rest}"), |_| async {
            println!("asked");
            tokio::time::sleep(milliseconds("SLOW_HANDLER_MS")).await;
            println!("answered");
            "started"
        })
        .on_shutdown(|| async {
            println!("goodbye");
            Ok(())
        });
    Ok(app.into_service()?)
}

fn milliseconds(variable: &str) -> Duration {
    let ms = std::env::var(variable).unwrap_or_default();
    Duration::from_millis(ms.parse().unwrap_or(0))
}

fn main() -> ExitCode {
    match polyfn_azure::run(start()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
