//! The end of the process: what the signal loses, and what holds it up.

use std::future::pending;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use polyfn_core::{App, any};

use super::super::fake_runtime_api::{Extensions, FakeRuntimeApi};
use super::super::{runtime_for, serve, to_the_end};
use super::{at, environment, start};
use crate::captured_log::CapturedLog;
use crate::environment::Environment;
use crate::stop;

const REGISTER: &str = "/2020-01-01/extension/register";
const EVENT_NEXT: &str = "/2020-01-01/extension/event/next";
const INVOCATION_NEXT: &str = "/2018-06-01/runtime/invocation/next";

/// An app that says how often it has ended, and how much the Runtime API had been told by then.
fn ending(api: &FakeRuntimeApi, ends: &Arc<AtomicUsize>, told: &Arc<AtomicUsize>) -> App {
    let (api, ends, told) = (api.clone(), Arc::clone(ends), Arc::clone(told));
    App::new()
        .http("hello", any("/hello"), |_| async { "Hello!" })
        .on_shutdown(move || {
            told.store(api.told().len(), Ordering::SeqCst);
            ends.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }
        })
}

#[tokio::test]
async fn the_invocation_under_way_is_finished_before_the_process_stops() {
    let api = FakeRuntimeApi::start(vec![at("/slow"), at("/slow")]).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stop = std::sync::Mutex::new(Some(stop));
    let app = App::new().http("slow", any("/slow"), move |_| {
        drop(stop.lock().unwrap().take());
        async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Bytes::from_static(b"done")
        }
    });
    let stopped = async {
        let _ = stopped.await;
    };
    let start = async { Ok(app.into_service()?) };
    serve(start, environment(&api.address), stopped)
        .await
        .unwrap();
    assert_eq!(api.told().len(), 1);
    assert_eq!(api.told()[0].json()["statusCode"], 200);
}

#[tokio::test]
async fn an_invocation_that_was_handed_out_before_the_signal_is_answered() {
    let api = FakeRuntimeApi::start(vec![at("/hello"); 2]).await;
    // The signal comes before the answer to `next` does.
    serve(start(), environment(&api.address), api.delivered(1))
        .await
        .unwrap();
    assert_eq!((api.deliveries(), api.told().len()), (1, 1));
    assert_eq!(api.told()[0].json()["body"], "Hello!");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_the_process_stops_and_loses_nothing() {
    for round in 0..100 {
        let api = FakeRuntimeApi::start(vec![at("/hello"); 10_000]).await;
        let stop = async {
            api.delivered(1 + round % 7).await;
            tokio::time::sleep(Duration::from_micros(round as u64 * 37)).await;
        };
        serve(start(), environment(&api.address), stop)
            .await
            .unwrap();
        assert_eq!(api.deliveries(), api.told().len(), "in round {round}");
        assert!(api.deliveries() < 10_000);
    }
}

#[test]
fn work_on_other_threads_does_not_hold_the_process() {
    let begun = Instant::now();
    to_the_end(runtime_for(1).unwrap(), async {
        tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(20)));
        Ok(())
    })
    .unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn lambda_is_asked_to_say_when_the_process_ends_and_the_app_ends_then() {
    for workers in [1, 3] {
        let api = FakeRuntimeApi::start(vec![at("/hello"); 2]).await;
        let (ends, told) = (Arc::default(), Arc::default());
        let app = ending(&api, &ends, &told);
        let start = async { Ok(app.into_service()?) };
        let environment = Environment {
            workers,
            ..environment(&api.address)
        };
        let (ended, ()) = tokio::join!(serve(start, environment, stop::requested()), async {
            api.asked_for(EVENT_NEXT).await;
            api.done().await;
            // Who asks for an invocation listens for the signal as well.
            let pid = std::process::id().to_string();
            let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
            assert!(sent.success());
        });
        ended.unwrap();
        assert_eq!(ends.load(Ordering::SeqCst), 1);
        assert_eq!(
            told.load(Ordering::SeqCst),
            2,
            "an answer left after the end"
        );
        let asked = api.asked();
        let place = |path: &str| asked.iter().position(|asked| asked == path);
        assert!(place(REGISTER) < place(INVOCATION_NEXT), "{asked:?}");
    }
}

#[tokio::test]
async fn an_app_that_does_nothing_in_the_end_does_not_ask() {
    let api = FakeRuntimeApi::start(vec![at("/hello")]).await;
    serve(start(), environment(&api.address), api.done())
        .await
        .unwrap();
    assert_eq!(api.asked()[0], INVOCATION_NEXT);
    assert!(!api.asked().contains(&REGISTER.to_owned()));
}

#[tokio::test]
async fn without_extensions_the_app_runs_and_ends_all_the_same() {
    for extensions in [Extensions::Refused, Extensions::Ignored] {
        let log = CapturedLog::start();
        let api = FakeRuntimeApi::with(extensions, vec![at("/hello")]).await;
        let (ends, told) = (Arc::default(), Arc::default());
        let app = ending(&api, &ends, &told);
        let start = async { Ok(app.into_service()?) };
        serve(start, environment(&api.address), api.done())
            .await
            .unwrap();
        assert_eq!(ends.load(Ordering::SeqCst), 1);
        assert_eq!(told.load(Ordering::SeqCst), 1);
        assert_eq!(log.text(), "", "{extensions:?}");
    }
}

#[tokio::test]
async fn an_end_that_takes_too_long_is_cut_short() {
    let log = CapturedLog::start();
    let api = FakeRuntimeApi::start(Vec::new()).await;
    let app = App::new().on_shutdown(pending);
    let start = async { Ok(app.into_service()?) };
    let served = serve(start, environment(&api.address), api.done());
    let served = tokio::time::timeout(Duration::from_secs(20), served).await;
    served.expect("the end held the process").unwrap();
    assert!(log.text().contains("cut short"), "{}", log.text());
}
