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

mod events;
mod failing;
mod parallel;
mod starting;
mod stopping;
mod streaming;
mod warming;

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
