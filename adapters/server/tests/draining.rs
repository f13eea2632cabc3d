//! A server's end, in a process of its own: every test here would hear the signal.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyfn_core::{App, Request, get};
use polyfn_server::{Drain, Listener, Probes, Signals};
use support::{Client, LONG, invocation};
use tokio::sync::Semaphore;

#[tokio::test]
async fn the_app_ends_after_the_last_answer_and_health_tells_of_it() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = |what: &'static str| {
        let told = Arc::clone(&told);
        move || told.lock().unwrap().push(what)
    };
    let (gate, entered) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (door, bell, answered) = (Arc::clone(&gate), Arc::clone(&entered), tell("answered"));
    let handler = move |_: Request| {
        bell.add_permits(1);
        let (door, answered) = (Arc::clone(&door), answered.clone());
        async move {
            door.acquire().await.unwrap().forget();
            answered();
            "at last"
        }
    };
    let ended = tell("ended");
    let app = App::new()
        .http("slow", get("/slow"), handler)
        .on_shutdown(move || {
            ended();
            std::future::ready(Ok(()))
        });
    let service = app.into_service().unwrap();

    let listener = Listener::bind(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)
        .await
        .unwrap();
    let address = listener.address();
    let probes = Arc::new(Probes::from_env(listener.draining()).unwrap());
    let end = service.clone();
    let respond = move |request: Request| {
        let probed = probes.answer(&service, &invocation(), &request);
        let answer = service.respond(invocation(), request);
        async {
            match probed {
                Some(probed) => probed.await,
                None => answer.await,
            }
        }
    };
    let drain = Drain {
        lame_duck: Duration::from_secs(3),
        grace: LONG,
        in_all: LONG,
    };
    let signals = Signals::watch();
    let serving = tokio::spawn(async move {
        let ending = listener.serve(respond, drain, signals).await;
        ending.spend_on(end.shut_down()).await;
    });

    let health = Client::get(address, "/_polyfn/health").await.hear().await;
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let in_flight = Client::get(address, "/slow").await;
    entered.acquire().await.unwrap().forget();
    let pid = std::process::id().to_string();
    let kill = || Command::new("kill").args(["-s", "TERM", &pid]).status();
    assert!(kill().unwrap().success());
    let health = loop {
        let health = Client::get(address, "/_polyfn/health").await.hear().await;
        if !health.starts_with("HTTP/1.1 200") {
            break health;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert!(health.starts_with("HTTP/1.1 503"), "{health}");
    assert!(health.ends_with("{\"status\":\"draining\"}"), "{health}");
    assert!(told.lock().unwrap().is_empty(), "it is in flight still");
    gate.add_permits(1);
    let answer = in_flight.hear().await;
    assert!(answer.ends_with("at last"), "{answer}");
    let served = tokio::time::timeout(LONG, serving).await;
    served.expect("nothing is left to wait for").unwrap();
    assert_eq!(*told.lock().unwrap(), ["answered", "ended"]);
}
