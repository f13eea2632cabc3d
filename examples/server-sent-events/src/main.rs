//! Server-sent events: an answer that goes on, of which the browser shows each part as it comes.
//!
//! Run with `cargo run -p server-sent-events`, then `curl -N '127.0.0.1:8080/countdown?from=5'`,
//! or in a browser's console `new EventSource("/countdown").onmessage = e => console.log(e.data)`.
//!
//! On Lambda it streams where the function's URL has the invoke mode `RESPONSE_STREAM` and
//! `POLYFN_AWS_INVOKE_MODE=response_stream` is set; else all of it comes at once, at the end.

use std::process::ExitCode;
use std::time::Duration;

use futures_util::stream;
use polyfn::BoxError;
use polyfn::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

/// Counts down, a number a second. A browser that was cut off asks again with the number that
/// it had last, and gets those that are left.
async fn countdown(request: Request) -> Result<Response> {
    let from: u32 = match request.query("from") {
        Some(text) => text
            .parse()
            .map_err(|_| Error::bad_request("?from= is a number of seconds"))?,
        None => 10,
    };
    let last_seen = request.headers().get("last-event-id");
    let last_seen = last_seen.and_then(|id| id.to_str().ok()?.parse::<u32>().ok());
    let next = last_seen.map_or(Some(from), |last| last.checked_sub(1));

    // Dropped with the connection: nobody counts for a browser that is gone.
    let numbers = stream::unfold((next, Duration::ZERO), |(next, pause)| async move {
        let number = next?;
        tokio::time::sleep(pause).await;
        let event = match number {
            0 => event(0, "Liftoff!\nThat was all."),
            number => event(number, &number.to_string()),
        };
        Some((Ok::<_, BoxError>(event), (number.checked_sub(1), SECOND)))
    });
    let headers = [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
    ];
    Ok((headers, Body::from_stream(numbers)).into_response())
}

/// An event as <https://html.spec.whatwg.org/multipage/server-sent-events.html> has it: each line
/// of its data in a field of its own.
fn event(id: u32, data: &str) -> String {
    let data: String = data.lines().map(|line| format!("data: {line}\n")).collect();
    format!("id: {id}\n{data}\n")
}

async fn app() -> Result<App> {
    Ok(App::new().http("countdown", get("/countdown"), countdown))
}

fn main() -> ExitCode {
    polyfn::run(app)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use tokio::time::Instant;

    async fn answer(target: &str, last_event_id: Option<&str>) -> Response {
        let service = app().await.unwrap().into_service().unwrap();
        let mut request = http::Request::get(target);
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let request = request.body(Body::empty()).unwrap();
        let context = Context::new(polyfn::Target::Local, "test");
        service.respond(context, request).await
    }

    async fn text(response: Response) -> String {
        let bytes = response.into_body().into_bytes().await.unwrap();
        String::from_utf8(bytes.into()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn each_number_comes_in_its_time() {
        let response = answer("/countdown?from=2", None).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut body = response.into_body();
        let begin = Instant::now();
        for (second, expected) in [
            "id: 2\ndata: 2\n\n",
            "id: 1\ndata: 1\n\n",
            "id: 0\ndata: Liftoff!\ndata: That was all.\n\n",
        ]
        .into_iter()
        .enumerate()
        {
            let chunk = body.frame().await.unwrap().unwrap().into_data().unwrap();
            assert_eq!(chunk, expected);
            assert_eq!(begin.elapsed().as_secs(), second as u64, "{expected:?}");
        }
        assert!(body.frame().await.is_none(), "it ends");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_was_cut_off_gets_what_is_left() {
        let rest = text(answer("/countdown?from=9", Some("2")).await).await;
        assert!(rest.starts_with("id: 1\n"), "{rest}");
        assert_eq!(text(answer("/countdown", Some("0")).await).await, "");
    }

    #[tokio::test]
    async fn what_is_no_number_is_refused() {
        let response = answer("/countdown?from=ten", None).await;
        assert_eq!(response.status(), 400);
    }
}
