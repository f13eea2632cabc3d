//! The end of the process: what the signal loses, and what holds it up.

use std::time::Duration;

use bytes::Bytes;
use polyfn_core::{App, any};

use super::super::fake_runtime_api::FakeRuntimeApi;
use super::super::{runtime_for, serve, to_the_end};
use super::{at, environment, start};

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
    let begun = std::time::Instant::now();
    to_the_end(runtime_for(1).unwrap(), async {
        tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(20)));
        Ok(())
    })
    .unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10));
}
