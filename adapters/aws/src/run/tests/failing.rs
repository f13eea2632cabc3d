//! What one invocation that fails costs, and what the client and the log are told of it.

use super::*;

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
