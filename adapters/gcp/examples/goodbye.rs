//! A function that takes a while (`SLOW_MS`), of an app that says goodbye; both write down what they have
//! done. Where `START_HANGS` is set it never starts. The tests run it.

use std::process::ExitCode;
use std::time::Duration;

use polyfn_core::{App, AppService, Result, any};

async fn start() -> Result<AppService> {
    if std::env::var_os("START_HANGS").is_some() {
        println!("starting");
        std::future::pending::<()>().await;
    }
    let app = App::new()
        .http("slow", any("/{*rest}"), |_| async {
            println!("asked");
            let ms = std::env::var("SLOW_MS").unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(ms.parse().unwrap_or(0))).await;
            println!("answered");
            "at last"
        })
        .on_shutdown(|| async {
            println!("goodbye");
            Ok(())
        });
    Ok(app.into_service()?)
}

fn main() -> ExitCode {
    match polyfn_gcp::run(start()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
