//! Answers that leave while they are made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use base64_simd::STANDARD;
use bytes::Bytes;
use polyfn_core::{IntoResponse, queue};
use tokio::sync::Notify;

use super::super::fake_runtime_api::Reading;
use super::*;

const MIB: usize = 1024 * 1024;

/// A body of some megabytes, which tells how far it has come.
#[derive(Clone, Default)]
struct Progress {
    made_bytes: Arc<AtomicUsize>,
    is_dropped: Arc<AtomicBool>,
}

struct Megabytes {
    left: usize,
    /// What comes after them.
    end: Poll<Option<Result<Bytes, &'static str>>>,
    progress: Progress,
}

impl Progress {
    fn body(&self, megabytes: usize, end: Poll<Option<Result<Bytes, &'static str>>>) -> Body {
        Body::from_stream(Megabytes {
            left: megabytes,
            end,
            progress: self.clone(),
        })
    }

    fn made(&self) -> usize {
        self.made_bytes.load(Ordering::SeqCst)
    }

    fn is_dropped(&self) -> bool {
        self.is_dropped.load(Ordering::SeqCst)
    }
}

impl Stream for Megabytes {
    type Item = Result<Bytes, &'static str>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return self.end.clone();
        }
        self.left -= 1;
        self.progress.made_bytes.fetch_add(MIB, Ordering::SeqCst);
        Poll::Ready(Some(Ok(vec![b'x'; MIB].into())))
    }
}

impl Drop for Megabytes {
    fn drop(&mut self) {
        self.progress.is_dropped.store(true, Ordering::SeqCst);
    }
}

/// What is told of an invocation of `app` whose answer may be streamed. A healthy one after it
/// always gets its answer.
async fn told_of_streamed(app: App, delivery: Planned) -> Told {
    let mut told = all_told(app, [delivery]).await;
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

async fn all_told(app: App, deliveries: impl IntoIterator<Item = Planned>) -> Vec<Told> {
    let app = app.http("healthy", any("/healthy"), |_| async { "Hello!" });
    let deliveries = deliveries.into_iter().chain([at("/healthy")]).collect();
    let api = FakeRuntimeApi::start(deliveries).await;
    let start = async { Ok(app.into_service()?) };
    let environment = Environment {
        invoke_mode: Some("response_stream".to_owned()),
        ..environment(&api.address)
    };
    serve(start, environment, api.done()).await.unwrap();
    let mut told = api.told();
    assert_eq!(told.pop().unwrap().streamed().1, b"Hello!");
    told
}

fn app_of(body: impl Fn() -> Body + Send + Sync + 'static) -> App {
    App::new().http("stream", any("/stream"), move |_| {
        let body = body();
        async { body }
    })
}

fn error_of(told: &Told) -> Value {
    let header = told.trailers["lambda-runtime-function-error-body"].as_bytes();
    serde_json::from_slice(&STANDARD.decode_to_vec(header).unwrap()).unwrap()
}

fn in_ms(path: &str, ms: u64) -> Planned {
    let deadline = SystemTime::now() + Duration::from_millis(ms);
    planned(event(path).to_string(), deadline)
}

fn rest_api(path: &str) -> Value {
    json!({"httpMethod": "GET", "path": path, "requestContext": {"stage": "prod"}})
}

async fn with_headers(_: Request) -> impl IntoResponse {
    let headers = [
        ("x-multi", "a"),
        ("x-multi", "b"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    ];
    (StatusCode::CREATED, headers, "body")
}

#[tokio::test]
async fn prelude_and_body_leave_in_chunks() {
    let app = App::new().http("headers", get("/headers"), with_headers);
    let told = told_of_streamed(app, at("/headers")).await;
    assert_eq!(told.path, "invocation/8476a536/response");
    let header = |name: &str| told.headers[name].to_str().unwrap();
    assert_eq!(header("lambda-runtime-function-response-mode"), "streaming");
    assert_eq!(header("transfer-encoding"), "chunked");
    assert_eq!(header("connection"), "close");
    assert_eq!(
        header("content-type"),
        "application/vnd.awslambda.http-integration-response"
    );
    let announced: Vec<_> = told.headers.get_all("trailer").iter().collect();
    assert_eq!(
        announced,
        [
            "lambda-runtime-function-error-type",
            "lambda-runtime-function-error-body"
        ]
    );
    let (prelude, body) = told.streamed();
    assert_eq!(prelude["statusCode"], 201);
    assert_eq!(prelude["headers"]["x-multi"], "a, b");
    assert_eq!(prelude["headers"]["set-cookie"], Value::Null);
    assert_eq!(prelude["cookies"], json!(["a=1", "b=2"]));
    assert_eq!(body, b"body");
    assert!(told.trailers.is_empty());
}

#[tokio::test]
async fn a_rest_api_keeps_repeated_headers_apart() {
    let app = App::new().http("headers", get("/headers"), with_headers);
    let delivery = planned(rest_api("/headers").to_string(), SystemTime::now());
    let told = told_of_streamed(app, delivery).await;
    let (prelude, body) = told.streamed();
    assert_eq!(prelude["multiValueHeaders"]["x-multi"], json!(["a", "b"]));
    let cookies = &prelude["multiValueHeaders"]["set-cookie"];
    assert_eq!(*cookies, json!(["a=1", "b=2"]));
    assert_eq!(body, b"body");
}

#[tokio::test]
async fn what_can_not_be_streamed_leaves_whole() {
    let mut http_api = event("/hello");
    http_api["requestContext"]["domainName"] = "a.execute-api.eu-west-1.amazonaws.com".into();
    let mut format_1 = rest_api("/hello");
    format_1["version"] = "1.0".into();
    let alb = json!({
        "httpMethod": "GET", "path": "/hello", "headers": {}, "requestContext": {"elb": {}},
    });
    let lattice = json!({
        "version": "2.0", "method": "GET", "path": "/hello",
        "requestContext": {"serviceArn": "arn"},
    });
    let sqs = json!({"Records": [{
        "messageId": "m-1", "body": "x", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
    }]});
    let app = app().on(
        "orders",
        queue("orders"),
        |_: polyfn_core::Event<polyfn_core::Message<String>>| async {},
    );
    let deliveries = [&http_api, &format_1, &alb, &lattice, &sqs];
    let deliveries = deliveries.map(|event| planned(event.to_string(), SystemTime::now()));
    let told = all_told(app, deliveries).await;
    for told in &told {
        assert_eq!(told.headers["content-type"], "application/json");
        let mode = "lambda-runtime-function-response-mode";
        assert!(!told.headers.contains_key(mode), "{told:?}");
    }
    for told in &told[..4] {
        assert_eq!(told.json()["body"], "Hello!");
    }
    assert_eq!(told[4].json(), json!({"batchItemFailures": []}));
}

#[tokio::test]
async fn an_error_before_the_first_byte_is_an_answer_like_others() {
    let mut refused = event("/hello");
    refused["headers"] = json!({"not a name": "1"});
    let deadline = SystemTime::now() + Duration::from_millis(400);
    for (delivery, status) in [
        (at("/broken"), 500),
        (at("/torn"), 500),
        (at("/fail"), 500),
        (at("/odd"), 500),
        (at("/nowhere"), 404),
        (planned(refused.to_string(), SystemTime::now()), 400),
        (planned(event("/sleep").to_string(), deadline), 504),
    ] {
        let told = told_of_streamed(app(), delivery).await;
        let (prelude, body) = told.streamed();
        assert_eq!(prelude["statusCode"], status);
        assert_eq!(
            prelude["headers"]["content-type"],
            "application/problem+json"
        );
        let problem: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(problem["invocation_id"], "8476a536");
        assert!(told.trailers.is_empty(), "{status}");
    }
}

#[tokio::test]
async fn point_08_an_error_in_mid_stream_is_a_trailer_and_never_text() {
    let log = CapturedLog::start();
    let progress = Progress::default();
    let app = app_of(move || progress.body(1, Poll::Ready(Some(Err("secret trailer")))));
    let told = told_of_streamed(app, at("/stream")).await;
    let (prelude, body) = told.streamed();
    assert_eq!(prelude["statusCode"], 200);
    assert!(body.len() == MIB && body.iter().all(|b| *b == b'x'));
    let error_type = &told.trailers["lambda-runtime-function-error-type"];
    assert_eq!(error_type, "polyfn.BodyFailed");
    let error = error_of(&told);
    assert_eq!(error["errorType"], "polyfn.BodyFailed");
    assert!(!error.to_string().contains("secret"), "{error}");
    let log = log.text();
    assert_eq!(
        log.matches("the response's body failed").count(),
        1,
        "{log}"
    );
    assert!(log.contains("secret trailer"), "{log}");
}

#[tokio::test]
async fn point_11_a_body_is_dropped_before_its_deadline() {
    let log = CapturedLog::start();
    let progress = Progress::default();
    let seen = progress.clone();
    let delivery = in_ms("/stream", 1000);
    let deadline = SystemTime::now() + Duration::from_millis(1000);
    let told = told_of_streamed(app_of(move || seen.body(1, Poll::Pending)), delivery).await;
    assert!(SystemTime::now() < deadline);
    assert!(progress.is_dropped());
    assert_eq!(told.streamed().1.len(), MIB);
    assert_eq!(error_of(&told)["errorType"], "polyfn.TimedOut");
    let log = log.text();
    let failed = log
        .lines()
        .filter(|line| line.contains("did not answer in time"));
    let failed: Vec<_> = failed.collect();
    assert_eq!(failed.len(), 1, "{log}");
    assert!(failed[0].contains("function=\"stream\""), "{log}");
}

#[tokio::test]
async fn a_body_that_always_has_nothing_is_stopped_before_its_deadline() {
    let told = told_of_streamed(app(), in_ms("/idle", 400)).await;
    assert_eq!(error_of(&told)["errorType"], "polyfn.TimedOut");
}

#[tokio::test]
async fn a_body_may_be_larger_than_lambda_takes_whole() {
    let progress = Progress::default();
    let app = app_of(move || progress.body(24, Poll::Ready(None)));
    let told = told_of_streamed(app, at("/stream")).await;
    assert_eq!(told.streamed().1.len(), 24 * MIB);
    assert!(told.trailers.is_empty());
}

#[tokio::test]
async fn a_slow_reader_holds_the_body() {
    const MEGABYTES: usize = 256;
    let progress = Progress::default();
    let seen = progress.clone();
    let ready = Arc::new(Notify::new());
    let delivery = Planned {
        reading: Reading::Once(Arc::clone(&ready)),
        ..at("/stream")
    };
    let app = app_of(move || seen.body(MEGABYTES, Poll::Ready(None)));
    let (told, ()) = tokio::join!(told_of_streamed(app, delivery), async {
        // Until nothing moves any more.
        let mut made = (0, 0);
        while made.0 == 0 || made.0 != made.1 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            made = (progress.made(), made.0);
        }
        // What the buffers of two sockets hold, and no more.
        assert!(
            made.0 < 32 * MIB,
            "{} MiB were made for nobody",
            made.0 / MIB
        );
        ready.notify_one();
    });
    assert_eq!(told.streamed().1.len(), MEGABYTES * MIB);
}

#[tokio::test]
async fn a_reader_that_stays_away_is_given_up_at_the_deadline() {
    let log = CapturedLog::start();
    let progress = Progress::default();
    let seen = progress.clone();
    let delivery = Planned {
        reading: Reading::Once(Arc::default()),
        ..in_ms("/stream", 400)
    };
    let app = app_of(move || seen.body(256, Poll::Ready(None)));
    let told = tokio::time::timeout(Duration::from_secs(30), all_told(app, [delivery])).await;
    assert!(told.expect("the reader held the process").is_empty());
    assert!(progress.is_dropped());
    assert!(log.text().contains("not read to its end"), "{}", log.text());
}

#[tokio::test]
async fn a_reader_that_goes_away_takes_the_body_with_it() {
    let log = CapturedLog::start();
    let progress = Progress::default();
    let seen = progress.clone();
    // The reader sees the prelude although the body never has anything: it is not held back.
    let delivery = Planned {
        reading: Reading::GivenUp,
        ..at("/stream")
    };
    let app = app_of(move || seen.body(0, Poll::Pending));
    assert!(all_told(app, [delivery]).await.is_empty());
    assert!(progress.is_dropped());
    assert!(
        log.text().contains("the answer was not taken"),
        "{}",
        log.text()
    );
}

#[tokio::test]
async fn an_answer_that_is_accepted_before_it_is_read_leaves_to_its_end() {
    let progress = Progress::default();
    let delivery = Planned {
        reading: Reading::AfterTheVerdict,
        ..at("/stream")
    };
    let app = app_of(move || progress.body(24, Poll::Ready(None)));
    let told = told_of_streamed(app, delivery).await;
    assert_eq!(told.streamed().1.len(), 24 * MIB);
}

#[tokio::test]
async fn a_refused_answer_is_not_made_to_its_end() {
    let progress = Progress::default();
    let seen = progress.clone();
    let delivery = Planned {
        reading: Reading::Never,
        verdict: Some(StatusCode::PAYLOAD_TOO_LARGE),
        ..at("/stream")
    };
    let app = app_of(move || seen.body(1024, Poll::Pending));
    assert!(all_told(app, [delivery]).await.is_empty());
    assert!(progress.is_dropped() && progress.made() < 1024 * MIB);
}

#[tokio::test]
async fn a_body_that_panics_when_it_is_dropped_costs_nothing_but_a_line() {
    let log = CapturedLog::start();
    let told = told_of_streamed(app(), at("/mine")).await;
    assert_eq!(told.streamed().0["statusCode"], 200);
    let told = told_of_streamed(app(), in_ms("/held-mine", 400)).await;
    assert_eq!(error_of(&told)["errorType"], "polyfn.TimedOut");
    assert_eq!(log.text().matches("panicked in the end").count(), 2);
}

#[tokio::test]
async fn headers_that_api_gateway_would_not_find_the_end_of_are_a_500() {
    let app = || {
        App::new().http("large", get("/large"), |_| async {
            ([("x-large", "x".repeat(20_000))], "body")
        })
    };
    let delivery = planned(rest_api("/large").to_string(), SystemTime::now());
    let told = told_of_streamed(app(), delivery).await;
    let (prelude, body) = told.streamed();
    assert_eq!(prelude["statusCode"], 500);
    assert!(String::from_utf8_lossy(body).contains("16 KB"));
    let told = told_of_streamed(app(), at("/large")).await;
    assert_eq!(told.streamed().0["statusCode"], 200);
}

#[tokio::test]
async fn a_mode_that_is_none_stops_the_start() {
    for (mode, is_known) in [
        ("streaming", false),
        ("response_stream ", false),
        ("\u{fffd}", false),
        ("RESPONSE_STREAM", true),
        ("Buffered", true),
    ] {
        let api = FakeRuntimeApi::start(Vec::new()).await;
        let environment = Environment {
            invoke_mode: Some(mode.to_owned()),
            ..environment(&api.address)
        };
        let ended = serve(start(), environment, api.done()).await;
        assert_eq!(ended.is_ok(), is_known, "{mode}");
        if let Err(error) = ended {
            assert!(error.is_start());
            let told = &api.told()[0];
            assert_eq!(told.path, "init/error");
            let message = told.json()["errorMessage"].to_string();
            let wrong =
                format!("POLYFN_AWS_INVOKE_MODE={mode}: expected `buffered` or `response_stream`");
            assert!(message.contains(&wrong), "{message}");
        }
    }
}
