//! A custom handler whose app takes its time: `SLOW_START_MS`, never starts where
//! `SLOW_START_HANGS` is set, and fails where `SLOW_START_FAILS` is. The tests run it.

use std::process::ExitCode;
use std::time::Duration;

use polyfn_core::{App, AppService, Error, Result, any};

async fn start() -> Result<AppService> {
    let ms = std::env::var("SLOW_START_MS").unwrap_or_default();
    // Blocks on purpose: the probes have to be answered all the same.
    std::thread::sleep(Duration::from_millis(ms.parse().unwrap_or(0)));
    if std::env::var_os("SLOW_START_HANGS").is_some() {
        std::future::pending::<()>().await;
    }
    if std::env::var_os("SLOW_START_FAILS").is_some() {
        return Err(Error::internal("the database is not there"));
    }
    let app = App::new().http("hello", any("/{*rest}"), |_| async { "started" });
    Ok(app.into_service()?)
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
