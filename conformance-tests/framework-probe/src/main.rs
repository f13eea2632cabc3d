//! The functions that Google's official conformance client calls.
//!
//! The client starts one program for each of its validations and posts to `/` whatever the
//! function's route is, so `FUNCTION_TARGET` names the function that is deployed:
//!
//! | function | what the client expects of it |
//! |---|---|
//! | `write_http` | the request's body in the file `function_output.json` |
//! | `typed` | a JSON object in, the same under `payload` out |
//! | `slow_http`, `slow_typed` | the same kinds, each taking more than a second |
//! | `slow_event` | any event, taking more than a second |
//! | `write_cloudevent` | the event as a CloudEvent in `function_output.json`, however it came |
//! | `write_legacyevent` (built for `gcp`) | the same as a background event |

use std::process::ExitCode;
use std::time::Duration;

use polyfn::Data;
use polyfn::cloudevents::{CloudEvent, to_json};
use polyfn::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// In the working directory; it is the client's default.
const OUTPUT: &str = "function_output.json";

/// The client refuses a function that is done within a second.
const SLOW: Duration = Duration::from_millis(1200);

#[derive(Deserialize, Serialize)]
struct Greeting {
    message: String,
}

#[derive(Serialize)]
struct Payload<T> {
    payload: T,
}

async fn write_http(mut request: Request) -> Result<&'static str> {
    let body = request.bytes().await?;
    tokio::fs::write(OUTPUT, body).await?;
    Ok("written")
}

async fn typed(mut request: Request) -> Result<Json<Payload<Greeting>>> {
    let payload = request.json().await?;
    Ok(Json(Payload { payload }))
}

async fn slow_http(_: Request) -> &'static str {
    tokio::time::sleep(SLOW).await;
    "done"
}

async fn slow_typed(mut request: Request) -> Result<Json<Payload<Value>>> {
    let payload = request.json().await?;
    tokio::time::sleep(SLOW).await;
    Ok(Json(Payload { payload }))
}

async fn slow_event(_: Event<Box<RawValue>>) {
    tokio::time::sleep(SLOW).await;
}

async fn write_cloudevent(event: Event<Box<RawValue>>) -> Result<()> {
    let data = Data::json(event.data.get().to_owned());
    let event = CloudEvent::new(event.attributes, data);
    tokio::fs::write(OUTPUT, to_json(&event)?).await?;
    Ok(())
}

#[cfg(feature = "gcp")]
async fn write_legacyevent(event: Event<Box<RawValue>>) -> Result<()> {
    let event = polyfn_gcp::BackgroundEvent::try_from(&event)?;
    tokio::fs::write(OUTPUT, serde_json::to_vec(&event)?).await?;
    Ok(())
}

async fn app() -> Result<App> {
    // Whatever their types are: of a function that is deployed alone all events are.
    let app = App::new()
        .on("write_cloudevent", event("any"), write_cloudevent)
        .on("slow_event", event("any that may take long"), slow_event);
    #[cfg(feature = "gcp")]
    let app = app.on(
        "write_legacyevent",
        event("any background event"),
        write_legacyevent,
    );
    Ok(app
        .http("write_http", any("/write_http"), write_http)
        .http("typed", post("/typed"), typed)
        .http("slow_http", any("/slow_http"), slow_http)
        .http("slow_typed", post("/slow_typed"), slow_typed))
}

fn main() -> ExitCode {
    polyfn::run(app)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the function answers to the client's request.
    async fn answer(function: &str, body: &'static str) -> (u16, Value) {
        let app = app().await.unwrap().into_service().unwrap();
        let service = app.alone(function).unwrap();
        let request = http::Request::post("/").body(Body::from(body)).unwrap();
        let context = Context::new(polyfn::Target::Gcp, "test");
        let response = service.respond(context, request).await;
        let status = response.status().as_u16();
        let bytes = response.into_body().into_bytes().await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    #[tokio::test]
    async fn what_is_typed_comes_back_as_the_payload() {
        let (status, answer) = answer("typed", r#"{"message":"Hello world!"}"#).await;
        assert_eq!(status, 200);
        assert_eq!(
            answer,
            serde_json::json!({"payload": {"message": "Hello world!"}})
        );
    }

    #[tokio::test]
    async fn what_is_not_of_the_type_is_refused() {
        assert_eq!(answer("typed", r#"{"data":"hello"}"#).await.0, 422);
    }

    #[tokio::test]
    async fn the_slow_ones_are_slow_enough_for_the_client() {
        tokio::time::pause();
        for function in ["slow_http", "slow_typed"] {
            let before = tokio::time::Instant::now();
            assert_eq!(answer(function, r#"{"data":"hello"}"#).await.0, 200);
            assert!(before.elapsed() > Duration::from_secs(1), "{function}");
        }
    }
}
