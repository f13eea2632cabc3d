//! The loop against a Runtime API of our own.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, SystemTime};

use futures_core::Stream;
use http::StatusCode;
use polyfn_core::{
    App, AppService, Body, Context, Error, Json, Request, RequestExt, Result, any, get,
};
use serde_json::{Value, json};

use super::fake_runtime_api::{FakeRuntimeApi, Planned, Told};
use super::serve;
use crate::captured_log::CapturedLog;
use crate::environment::Environment;
use crate::{LambdaContext, LambdaEvent};

const LIMIT_BYTES: usize = 6_291_556;

mod stopping;

fn app() -> App {
    App::new()
        .http("hello", get("/hello"), |_| async { "Hello!" })
        .http("context", any("/context"), context)
        .http("fail", any("/fail"), |_| async {
            Err::<(), _>(Error::internal("the database is away"))
        })
        .http("panic", any("/panic"), |_| async { panic!("oh") as () })
        .http("sleep", any("/sleep"), |_| async {
            tokio::time::sleep(Duration::from_secs(60)).await;
        })
        .http("large", any("/large"), |_| async {
            "x".repeat(LIMIT_BYTES)
        })
        .http("megabyte", any("/megabyte"), |_| async {
            "x".repeat(1024 * 1024)
        })
        .http("endless", any("/endless"), |_| async {
            Body::from_stream(Chunks(|| Ok("x".repeat(100_000))))
        })
        .http("broken", any("/broken"), |_| async {
            Body::from_stream(Chunks(|| Err("secret trailer")))
        })
        .http("idle", any("/idle"), |_| async {
            Body::from_stream(Chunks(|| Ok(String::new())))
        })
        .http("odd", any("/odd"), |_| async {
            StatusCode::from_u16(999).unwrap()
        })
        .http("mine", any("/mine"), |_| async {
            Body::from_stream(Mine(Poll::Ready(None)))
        })
        .http("held_mine", any("/held-mine"), |_| async {
            Body::from_stream(Mine(Poll::Pending))
        })
        .http("torn", any("/torn"), |_| async {
            Body::from_stream(Chunks(|| panic!("torn")))
        })
}

async fn context(request: Request) -> Json<Value> {
    let context: &Context = request.context();
    let lambda: &LambdaContext = context.native().unwrap();
    let event: &LambdaEvent = context.native().unwrap();
    Json(json!({
        "id": context.invocation_id(),
        "function": context.function(),
        "target": context.target().name(),
        "has_deadline": context.deadline().is_some(),
        "memory_mb": context.memory_mb(),
        "region": context.region(),
        "trace": context.trace().map(|trace| trace.to_string()),
        "arn": lambda.invoked_function_arn(),
        "client_context": lambda.client_context(),
        "cognito_identity": lambda.cognito_identity(),
        "tenant_id": lambda.tenant_id(),
        "request_id": lambda.request_id(),
        "path": event.json::<Value>().unwrap()["rawPath"],
    }))
}

/// A stream of whatever the function makes.
struct Chunks(fn() -> Result<String, &'static str>);

impl Stream for Chunks {
    type Item = Result<String, &'static str>;

    fn poll_next(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some((self.0)()))
    }
}

/// A stream that panics when it is dropped.
struct Mine(Poll<Option<Result<String, &'static str>>>);

impl Stream for Mine {
    type Item = Result<String, &'static str>;

    fn poll_next(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        self.0.clone()
    }
}

impl Drop for Mine {
    fn drop(&mut self) {
        panic!("stepped on");
    }
}

fn event(path: &str) -> Value {
    json!({
        "version": "2.0", "rawPath": path, "rawQueryString": "",
        "requestContext": {
            "http": {"method": "GET"}, "stage": "$default",
            "domainName": "abcdef.lambda-url.eu-west-1.on.aws",
        },
    })
}

fn at(path: &str) -> Planned {
    let in_a_minute = SystemTime::now() + Duration::from_secs(60);
    planned(event(path).to_string(), in_a_minute)
}

fn planned(event: impl Into<Vec<u8>>, deadline: SystemTime) -> Planned {
    let since_1970 = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Planned {
        event: event.into(),
        headers: vec![
            ("lambda-runtime-aws-request-id", b"8476a536".to_vec()),
            (
                "lambda-runtime-deadline-ms",
                since_1970.as_millis().to_string().into(),
            ),
        ],
        ..Planned::default()
    }
}

impl Planned {
    fn with(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }
}

fn environment(address: &str) -> Environment {
    Environment::from(|name| {
        let value = match name {
            "AWS_LAMBDA_RUNTIME_API" => address,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE" => "128",
            "AWS_REGION" => "eu-west-1",
            _ => return None,
        };
        Some(value.to_owned())
    })
}

async fn start() -> Result<AppService> {
    Ok(app().into_service()?)
}

/// What the process tells the Runtime API of these deliveries and of a healthy one after
/// them, which must always get its answer.
async fn told_of(deliveries: impl IntoIterator<Item = Planned>) -> Vec<Told> {
    told_with(deliveries, |environment| environment).await
}

async fn told_with(
    deliveries: impl IntoIterator<Item = Planned>,
    change: impl FnOnce(Environment) -> Environment,
) -> Vec<Told> {
    let deliveries = deliveries.into_iter().chain([at("/hello")]).collect();
    let api = FakeRuntimeApi::start(deliveries).await;
    let environment = change(environment(&api.address));
    serve(start(), environment, api.done()).await.unwrap();
    let mut told = api.told();
    let last = told.pop().unwrap();
    assert_eq!(last.json()["body"], "Hello!");
    told
}

/// As [`told_of`], of one delivery.
async fn told(delivery: Planned) -> Told {
    let mut told = told_of([delivery]).await;
    assert_eq!(told.len(), 1);
    told.remove(0)
}

#[tokio::test]
async fn answers() {
    let told = told(at("/hello")).await;
    assert_eq!(told.path, "invocation/8476a536/response");
    assert_eq!(told.json()["statusCode"], 200);
    assert_eq!(told.json()["body"], "Hello!");
    let agent = concat!("polyfn/", env!("CARGO_PKG_VERSION"));
    assert_eq!(told.headers["user-agent"], agent);
    assert!(!told.headers.contains_key("lambda-runtime-invocation-id"));
}

#[tokio::test]
async fn context_has_what_lambda_says() {
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let told = told(
        at("/context")
            .with("lambda-runtime-trace-id", trace)
            .with("lambda-runtime-invoked-function-arn", "arn:aws:lambda:f")
            .with("lambda-runtime-client-context", "{\"custom\":{}}")
            .with("lambda-runtime-cognito-identity", "{}")
            .with("lambda-runtime-aws-tenant-id", "blue"),
    )
    .await;
    assert_eq!(
        told.problem(),
        json!({
            "id": "8476a536", "function": "context", "target": "aws", "has_deadline": true,
            "memory_mb": 128, "region": "eu-west-1",
            "trace": "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
            "arn": "arn:aws:lambda:f", "client_context": "{\"custom\":{}}",
            "cognito_identity": "{}", "tenant_id": "blue", "request_id": "8476a536",
            "path": "/context",
        })
    );
}

#[tokio::test]
async fn the_clients_traceparent_goes_before_x_ray() {
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let mut event = event("/context");
    event["headers"] = json!({"traceparent": traceparent});
    let delivery = Planned {
        event: event.to_string().into(),
        ..at("/").with(
            "lambda-runtime-trace-id",
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
        )
    };
    assert_eq!(told(delivery).await.problem()["trace"], traceparent);
}

#[tokio::test]
async fn a_deadline_that_makes_no_sense_is_none() {
    let told = told_of([
        at("/context").without("lambda-runtime-deadline-ms"),
        at("/context").with("lambda-runtime-deadline-ms", "1000"),
        at("/context").with("lambda-runtime-deadline-ms", "soon"),
        at("/context").with("lambda-runtime-deadline-ms", u64::MAX.to_string()),
        at("/context").with("lambda-runtime-deadline-ms", b"\xff".to_vec()),
    ])
    .await;
    assert_eq!(told.len(), 5);
    for told in &told[..3] {
        assert_eq!(told.problem()["has_deadline"], false);
    }
}

#[tokio::test]
async fn point_07_a_malformed_client_context_is_invoked() {
    let told = told_of([
        at("/context").with("lambda-runtime-client-context", "{oops"),
        at("/context").with("lambda-runtime-client-context", b"\xff".to_vec()),
        at("/context").with("lambda-runtime-cognito-identity", "[1,"),
    ])
    .await;
    assert_eq!(told[0].problem()["client_context"], "{oops");
    assert_eq!(told[1].problem()["client_context"], Value::Null);
    assert_eq!(told[2].problem()["cognito_identity"], "[1,");
}

#[tokio::test]
async fn point_08_an_error_within_a_body_is_an_honest_500() {
    let told = told(at("/broken")).await;
    assert_eq!(told.path, "invocation/8476a536/response");
    assert_eq!(told.json()["statusCode"], 500);
    assert_eq!(told.problem()["invocation_id"], "8476a536");
    assert!(!String::from_utf8_lossy(&told.body).contains("secret"));
}

#[tokio::test]
async fn point_11_a_handler_is_stopped_before_its_deadline() {
    let deadline = SystemTime::now() + Duration::from_millis(400);
    let told = told(planned(event("/sleep").to_string(), deadline)).await;
    assert!(SystemTime::now() < deadline);
    assert_eq!(told.json()["statusCode"], 504);
    assert_eq!(told.problem()["invocation_id"], "8476a536");
}

#[tokio::test]
async fn head_is_answered_without_a_body_at_the_deadline_too() {
    let mut event = event("/sleep");
    event["requestContext"]["http"]["method"] = "HEAD".into();
    let deadline = SystemTime::now() + Duration::from_millis(200);
    let told = told(planned(event.to_string(), deadline)).await;
    assert_eq!(told.json()["statusCode"], 504);
    assert_eq!(told.json()["body"], "");
}

#[tokio::test]
async fn an_event_of_no_known_shape_fails_its_invocation() {
    let told = told_of([
        planned("{\"source\":\"my.app\"}", SystemTime::now()),
        planned("no json", SystemTime::now()),
    ])
    .await;
    for (told, error_type) in told
        .iter()
        .zip(["polyfn.UnknownEvent", "polyfn.MalformedEvent"])
    {
        assert_eq!(told.path, "invocation/8476a536/error");
        assert_eq!(told.json()["errorType"], error_type);
        assert_eq!(
            told.headers["lambda-runtime-function-error-type"],
            error_type
        );
    }
    let message = told[0].json()["errorMessage"].to_string();
    assert!(message.contains("my.app"), "{message}");
}

#[tokio::test]
async fn a_request_that_http_does_not_allow_is_the_clients_fault() {
    let mut event = event("/hello");
    event["headers"] = json!({"not a name": "1"});
    let told = told(planned(event.to_string(), SystemTime::now())).await;
    assert_eq!(told.json()["statusCode"], 400);
    assert_eq!(
        told.json()["headers"]["content-type"],
        "application/problem+json"
    );
    assert_eq!(told.problem()["invocation_id"], "8476a536");
}

#[tokio::test]
async fn errors_and_panics_cost_one_invocation() {
    for path in ["/fail", "/panic", "/torn"] {
        let told = told(at(path)).await;
        assert_eq!(told.path, "invocation/8476a536/response", "{path}");
        assert_eq!(told.json()["statusCode"], 500, "{path}");
        assert_eq!(told.problem()["title"], "Internal Server Error", "{path}");
    }
}

#[tokio::test]
async fn a_response_that_lambda_would_not_take_is_a_500_that_the_client_sees() {
    for path in ["/large", "/endless"] {
        let told = told(at(path)).await;
        assert_eq!(told.path, "invocation/8476a536/response", "{path}");
        assert_eq!(told.json()["statusCode"], 500, "{path}");
        let detail = told.problem()["detail"].to_string();
        assert!(detail.contains("6 MiB"), "{detail}");
    }
}

#[tokio::test]
async fn a_load_balancer_takes_a_megabyte_and_the_client_sees_why_there_is_no_more() {
    for path in ["/megabyte", "/endless"] {
        for headers in ["headers", "multiValueHeaders"] {
            let event = json!({
                "httpMethod": "GET", "path": path, headers: {}, "requestContext": {"elb": {}},
            });
            let told = told(planned(event.to_string(), SystemTime::now())).await;
            assert_eq!(told.json()["statusCode"], 500, "{path}");
            assert!(told.body.len() <= 1024 * 1024);
            let detail = told.problem()["detail"].to_string();
            assert!(detail.contains("1 MB"), "{detail}");
        }
    }
    assert_eq!(told(at("/megabyte")).await.json()["statusCode"], 200);
}

#[tokio::test]
async fn a_refused_answer_costs_one_invocation() {
    for verdict in [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::BAD_REQUEST] {
        let delivery = Planned {
            verdict: Some(verdict),
            ..at("/hello")
        };
        assert_eq!(told(delivery).await.json()["body"], "Hello!");
    }
}

#[tokio::test]
async fn a_container_error_ends_the_process() {
    let delivery = Planned {
        verdict: Some(StatusCode::INTERNAL_SERVER_ERROR),
        ..at("/hello")
    };
    let api = FakeRuntimeApi::start(vec![delivery, at("/hello")]).await;
    let error = serve(start(), environment(&api.address), api.done())
        .await
        .unwrap_err();
    assert!(error.is_runtime_api(), "{error}");
    assert_eq!((api.deliveries(), api.told().len()), (1, 1));
}

#[tokio::test]
async fn a_status_that_no_front_takes_is_a_500_with_a_log_line() {
    let log = CapturedLog::start();
    let told = told(at("/odd")).await;
    assert_eq!(told.json()["statusCode"], 500);
    assert_eq!(told.problem()["invocation_id"], "8476a536");
    assert!(log.text().contains("the handler answered 999"));
}

#[tokio::test]
async fn the_log_names_the_function_that_gave_no_answer() {
    for (path, function) in [
        ("/sleep", "sleep"),
        ("/large", "large"),
        ("/endless", "endless"),
        ("/broken", "broken"),
        ("/torn", "torn"),
        ("/odd", "odd"),
    ] {
        let log = CapturedLog::start();
        let deadline = SystemTime::now() + Duration::from_millis(200);
        told(planned(event(path).to_string(), deadline)).await;
        let log = log.text();
        let failed = log
            .lines()
            .filter(|line| line.contains("invocation failed"));
        let failed: Vec<_> = failed.collect();
        assert_eq!(failed.len(), 1, "{log}");
        assert!(
            failed[0].contains(&format!("function=\"{function}\"")),
            "{log}"
        );
    }
}

#[tokio::test]
async fn a_stream_that_is_always_ready_is_stopped_before_its_deadline() {
    let deadline = SystemTime::now() + Duration::from_millis(400);
    let told = told(planned(event("/idle").to_string(), deadline)).await;
    assert!(SystemTime::now() < deadline);
    assert_eq!(told.json()["statusCode"], 504);
}

#[tokio::test]
async fn a_body_that_panics_when_it_is_dropped_costs_one_invocation() {
    for path in ["/mine", "/held-mine"] {
        let deadline = SystemTime::now() + Duration::from_millis(200);
        let told = told(planned(event(path).to_string(), deadline)).await;
        assert_eq!(told.json()["statusCode"], 500, "{path}");
    }
}

#[tokio::test]
async fn a_connection_closed_between_invocations_is_opened_again() {
    let deliveries = vec![
        at("/hello"),
        Planned {
            close: true,
            ..at("/hello")
        },
        at("/hello"),
    ];
    let api = FakeRuntimeApi::start(deliveries).await;
    serve(start(), environment(&api.address), api.done())
        .await
        .unwrap();
    assert_eq!(api.told().len(), 3);
    assert_eq!(api.connections(), 2);
}

#[tokio::test]
async fn the_nonce_is_said_again() {
    let nonce = "0123456789";
    let delivery = |path: &str| at(path).with("lambda-runtime-invocation-id", nonce);
    let unknown = Planned {
        event: b"{}".to_vec(),
        ..delivery("/")
    };
    for told in told_of([delivery("/hello"), unknown]).await {
        assert_eq!(told.headers["lambda-runtime-invocation-id"], nonce);
    }
}

#[tokio::test]
async fn an_app_that_does_not_start_is_an_init_error() {
    async fn fails() -> Result<AppService> {
        Err(Error::internal("no database"))
    }
    async fn panics() -> Result<AppService> {
        panic!("no database")
    }
    type Start = Pin<Box<dyn Future<Output = Result<AppService>>>>;
    let starts: [(Start, &str); 2] = [
        (Box::pin(fails()), "polyfn.StartFailed"),
        (Box::pin(panics()), "polyfn.StartPanicked"),
    ];
    for (start, error_type) in starts {
        let api = FakeRuntimeApi::start(Vec::new()).await;
        let error = serve(start, environment(&api.address), api.done())
            .await
            .unwrap_err();
        assert!(error.is_start());
        assert!(error.to_string().contains("no database"), "{error}");
        let told = &api.told()[0];
        assert_eq!(told.path, "init/error");
        assert_eq!(told.json()["errorType"], error_type);
        assert_eq!(told.json()["errorMessage"], error.to_string());
        let header = &told.headers["lambda-runtime-function-error-type"];
        assert_eq!(header, error_type);
    }
}

#[tokio::test]
async fn the_handler_setting_names_the_function_that_is_deployed_alone() {
    let with_handler = |handler: &str| {
        let handler = Some(handler.to_owned());
        move |environment| Environment {
            handler,
            ..environment
        }
    };
    let told = told_with([at("/elsewhere")], with_handler("hello")).await;
    assert_eq!(told[0].json()["statusCode"], 200);
    let told = told_with([at("/elsewhere")], with_handler("bootstrap")).await;
    assert_eq!(told[0].json()["statusCode"], 404);
}

#[tokio::test]
async fn without_a_runtime_api_the_error_says_so() {
    let nowhere = Environment::from(|_| None);
    let error = serve(start(), nowhere, std::future::pending())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("AWS_LAMBDA_RUNTIME_API"));
}

#[tokio::test(start_paused = true)]
async fn a_runtime_api_that_stays_away_is_an_error_in_the_end() {
    // A port that nobody listens on any more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let error = serve(start(), environment(&address), std::future::pending())
        .await
        .unwrap_err();
    assert!(error.is_runtime_api(), "{error}");
}
