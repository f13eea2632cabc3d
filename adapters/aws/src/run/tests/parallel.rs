//! Several invocations at once, as Managed Instances give them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Barrier;

use super::super::{runtime_for, to_the_end};
use super::*;

fn delivery(path: &str, id: usize) -> Planned {
    at(path).with("lambda-runtime-aws-request-id", format!("id-{id}"))
}

fn environment_for(address: &str, workers: u32) -> Environment {
    Environment {
        workers,
        ..environment(address)
    }
}

/// Each call waits for as many others, and tells its own id.
fn meeting(count: usize, most: Arc<AtomicUsize>) -> App {
    let barrier = Arc::new(Barrier::new(count));
    let running = Arc::new(AtomicUsize::new(0));
    App::new().http("meet", any("/meet"), move |request: Request| {
        let (barrier, most, running) = (barrier.clone(), most.clone(), running.clone());
        async move {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            barrier.wait().await;
            running.fetch_sub(1, Ordering::SeqCst);
            request.context().invocation_id().to_owned()
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invocations_overlap_and_each_gets_its_own_answer() {
    let most = Arc::default();
    let app = meeting(4, Arc::clone(&most));
    let deliveries = (0..12).map(|id| delivery("/meet", id)).collect();
    let api = FakeRuntimeApi::start(deliveries).await;
    let start = async { Ok(app.into_service()?) };
    serve(start, environment_for(&api.address, 4), api.done())
        .await
        .unwrap();
    let told = api.told();
    assert_eq!(told.len(), 12);
    for told in &told {
        let id = told.json()["body"].as_str().unwrap().to_owned();
        assert_eq!(told.path, format!("invocation/{id}/response"));
    }
    assert_eq!(most.load(Ordering::SeqCst), 4);
    assert_eq!(api.connections(), 4);
}

#[tokio::test]
async fn one_worker_takes_one_at_a_time() {
    let most = Arc::default();
    let app = meeting(1, Arc::clone(&most));
    let deliveries = (0..3).map(|id| delivery("/meet", id)).collect();
    let api = FakeRuntimeApi::start(deliveries).await;
    let start = async { Ok(app.into_service()?) };
    serve(start, environment(&api.address), api.done())
        .await
        .unwrap();
    assert_eq!(most.load(Ordering::SeqCst), 1);
    assert_eq!((api.told().len(), api.connections()), (3, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_costs_its_own_invocation() {
    let paths = ["/panic", "/hello", "/fail", "/hello", "/torn", "/hello"];
    let deliveries = paths.iter().enumerate();
    let deliveries = deliveries.map(|(id, path)| delivery(path, id)).collect();
    let api = FakeRuntimeApi::start(deliveries).await;
    serve(start(), environment_for(&api.address, 3), api.done())
        .await
        .unwrap();
    for (id, path) in paths.iter().enumerate() {
        let told = api.told();
        let answer = format!("invocation/id-{id}/response");
        let told = told.iter().find(|told| told.path == answer).unwrap();
        let status = if *path == "/hello" { 200 } else { 500 };
        assert_eq!(told.json()["statusCode"], status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_without_a_runtime_api_ends_the_process() {
    let refused = Planned {
        verdict: Some(StatusCode::INTERNAL_SERVER_ERROR),
        ..delivery("/hello", 1)
    };
    let deliveries = vec![delivery("/sleep", 0), refused, delivery("/sleep", 2)];
    let api = FakeRuntimeApi::start(deliveries).await;
    let ended = serve(
        start(),
        environment_for(&api.address, 2),
        std::future::pending(),
    );
    let ended = tokio::time::timeout(Duration::from_secs(30), ended).await;
    let error = ended.expect("the others held it").unwrap_err();
    assert!(error.is_runtime_api(), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_all_workers_stop_and_lose_nothing() {
    for round in 0..30_usize {
        let deliveries = (0..10_000).map(|id| delivery("/hello", id)).collect();
        let api = FakeRuntimeApi::start(deliveries).await;
        let stop = async {
            api.delivered(1 + round % 7).await;
            tokio::time::sleep(Duration::from_micros(round as u64 * 97)).await;
        };
        serve(start(), environment_for(&api.address, 4), stop)
            .await
            .unwrap();
        assert_eq!(api.deliveries(), api.told().len(), "in round {round}");
        assert!(api.deliveries() < 10_000);
    }
}

#[test]
fn several_threads_serve_several_workers_alone() {
    for (workers, flavor) in [
        (1, RuntimeFlavor::CurrentThread),
        (2, RuntimeFlavor::MultiThread),
    ] {
        to_the_end(runtime_for(workers).unwrap(), async {
            assert_eq!(Handle::current().runtime_flavor(), flavor);
            Ok(())
        })
        .unwrap();
    }
}
