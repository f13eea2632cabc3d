//! How long a start takes, and what a platform thinks of that.

use std::env;
use std::pin::pin;
use std::time::Duration;

use polyfn_core::{AppService, Result, Target};
use tokio::time::{Instant, timeout};

/// What a platform gives `app()`.
#[derive(Debug, Clone, Copy)]
struct Patience {
    limit: Duration,
    /// When it is said that `app()` still runs.
    said_after: Duration,
    /// What happens beyond the limit.
    then: &'static str,
}

impl Patience {
    fn of(target: Target, variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        const fn seconds(limit: u64, then: &'static str) -> Patience {
            let limit = Duration::from_secs(limit);
            Patience {
                limit,
                said_after: limit,
                then,
            }
        }
        match target {
            Target::Aws => on_demand(variable).then(|| Self {
                // Beyond the limit the process can say no more.
                said_after: Duration::from_millis(9_500),
                // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
                ..seconds(
                    10,
                    "Lambda starts it once more, within the first invocation and its timeout",
                )
            }),
            // https://docs.cloud.google.com/run/docs/configuring/healthchecks
            Target::Gcp => Some(seconds(
                240,
                "a start-up probe over HTTP fails, unless it allows for more; requests wait",
            )),
            // https://learn.microsoft.com/azure/azure-functions/functions-host-json
            Target::Azure => Some(seconds(
                30,
                "it is longer than customHandler.initializationTimeout is by itself; \
                 invocations wait",
            )),
            _ => None,
        }
    }
}

/// Whether Lambda's short limit holds. Provisioned concurrency and snapshots have more time.
fn on_demand(variable: impl Fn(&str) -> Option<String>) -> bool {
    variable("AWS_LAMBDA_INITIALIZATION_TYPE").is_none_or(|kind| kind == "on-demand")
}

/// Starts the app, and logs how long that took: `before_app_ms` from `began` to `app()`, in
/// which servers bind, and `app_ms`.
pub(crate) async fn timed(
    target: Target,
    began: Instant,
    app: impl Future<Output = Result<AppService>>,
) -> Result<AppService> {
    let patience = Patience::of(target, |name| env::var(name).ok());
    let called = Instant::now();
    let service = watched(patience, app).await?;
    let (before_app_ms, app_ms) = ((called - began).as_millis(), called.elapsed().as_millis());
    tracing::info!(before_app_ms, app_ms, "ready");
    Ok(service)
}

async fn watched<T>(patience: Option<Patience>, app: impl Future<Output = T>) -> T {
    let Some(patience) = patience else {
        return app.await;
    };
    let called = Instant::now();
    let mut app = pin!(app);
    let in_time = timeout(patience.said_after, app.as_mut()).await;
    // Code that blocks keeps the timer from being asked: then it is said afterwards.
    if in_time.is_err() || called.elapsed() > patience.said_after {
        let limit_ms = patience.limit.as_millis();
        let app_ms = called.elapsed().as_millis();
        tracing::warn!(app_ms, limit_ms, then = patience.then, "app() is slow");
    }
    match in_time {
        Ok(output) => output,
        Err(_) => app.await,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use polyfn_core::{App, Error};
    use polyfn_telemetry::logs::{Form, Levels, subscriber};

    use super::*;

    /// Starts an app, and gives what was said before it was through, and what was said in all.
    async fn start(
        target: Target,
        app: impl Future<Output = Result<App>>,
    ) -> (Vec<String>, Vec<String>) {
        let (lines, said) = mpsc::channel();
        let write = move |line: &[u8]| {
            let _ = lines.send(String::from_utf8_lossy(line).into_owned());
        };
        let json = |name: &str| (name == "POLYFN_LOG").then(|| "json".to_owned());
        let form = Form::from_env(Target::Local, json).unwrap();
        let subscriber = subscriber(write, form, Levels::default());
        let _guard = tracing::subscriber::set_default(subscriber);
        let mut before = Vec::new();
        let app = async {
            let app = app.await?;
            before = said.try_iter().collect();
            Ok(app.into_service()?)
        };
        let _ = timed(target, Instant::now(), app).await;
        let after: Vec<_> = said.try_iter().collect();
        let all = before.iter().cloned().chain(after).collect();
        (before, all)
    }

    fn app() -> App {
        App::new().http("hello", crate::get("/"), |_| async { "hello" })
    }

    async fn takes(ms: u64) -> Result<App> {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        Ok(app())
    }

    #[tokio::test(start_paused = true)]
    async fn a_start_says_how_long_it_took() {
        for target in [Target::Local, Target::Aws, Target::Gcp, Target::Azure] {
            let (before, all) = start(target, takes(1_500)).await;
            assert!(before.is_empty(), "{target}: {before:?}");
            let [line] = &*all else {
                panic!("{target}: {all:?}");
            };
            assert!(line.contains(r#""message":"ready""#), "{line}");
            assert!(
                line.contains(r#""before_app_ms":0,"app_ms":1500"#),
                "{line}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_app_is_named_while_it_still_runs() {
        for (target, limit_ms) in [
            (Target::Aws, 10_000),
            (Target::Azure, 30_000),
            (Target::Gcp, 240_000),
        ] {
            let limit = format!(r#""limit_ms":{limit_ms}"#);
            let (before, all) = start(target, takes(limit_ms + 1)).await;
            assert_eq!(
                before.len(),
                1,
                "{target} is told before it is over: {all:?}"
            );
            assert!(before[0].contains("app() is slow"), "{target}: {before:?}");
            assert!(before[0].contains(&limit), "{target}: {before:?}");
            assert_eq!(
                all.len(),
                2,
                "{target}: once, and that it is ready: {all:?}"
            );
        }
        let (_, all) = start(Target::Local, takes(1_000_000)).await;
        assert_eq!(all.len(), 1, "a debugger may take its time: {all:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_app_that_blocks_is_named_afterwards() {
        let blocking = async {
            // The clock goes on without the timer being asked.
            let _ = pin!(tokio::time::advance(Duration::from_secs(60)))
                .as_mut()
                .poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
            Ok(app())
        };
        let (_, all) = start(Target::Azure, blocking).await;
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all[0].contains("app() is slow"), "{all:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_app_that_fails_is_not_ready() {
        let (_, all) = start(Target::Gcp, async { Err(Error::internal("no database")) }).await;
        assert!(all.is_empty(), "whoever runs it says so: {all:?}");
    }

    #[test]
    fn more_time_than_on_demand_is_known() {
        let patience = |kind: &'static str| {
            Patience::of(Target::Aws, |name| {
                (name == "AWS_LAMBDA_INITIALIZATION_TYPE").then(|| kind.to_owned())
            })
        };
        assert!(patience("on-demand").is_some());
        assert!(patience("provisioned-concurrency").is_none());
        assert!(patience("snap-start").is_none());
    }
}
