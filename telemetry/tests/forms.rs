//! The lines of each form, letter by letter.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use polyfn_core::{App, Body, Context, Target, TraceContext, get};
use support::{Layered, Log, Object, layered, logged, timeless, timestamp};

/// What a handler logs that is called in a trace, with a span around it.
async fn handled(target: Target, variables: &[(&str, &str)], code: fn()) -> String {
    let trace: TraceContext = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        .parse()
        .unwrap();
    let app = App::new().http("greet", get("/"), move |_| async move {
        let _span = tracing::info_span!("checkout", cart = 7, tenant = "north").entered();
        code();
    });
    let context = Context::new(target, "3f1e-77")
        .with_trace(trace)
        .with_attempt(2);
    let request = http::Request::get("/").body(Body::empty()).unwrap();
    let log = Log::new(target, variables);
    let _guard = tracing::dispatcher::set_default(&log.dispatch);
    app.into_service().unwrap().respond(context, request).await;
    let mut lines = log.lines();
    assert_eq!(lines.len(), 1, "one event, one line: {lines:#?}");
    lines.remove(0)
}

fn emptied() {
    tracing::warn!(target: "shop::cart", items = 3, "emptied \"all\"\nof it");
}

#[tokio::test]
async fn a_line_for_lambda() {
    let variables = [
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_FUNCTION_NAME", "shop-prod"),
    ];
    let line = handled(Target::Aws, &variables, emptied).await;
    assert_eq!(
        timeless(&line, timestamp),
        concat!(
            r#"{"timestamp":"TIME","level":"WARN","message":"emptied \"all\"\nof it","#,
            r#""requestId":"3f1e-77","functionName":"shop-prod","function":"greet","#,
            r#""xray_trace_id":"1-0af76519-16cd43dd8448eb211c80319c","attempt":2,"#,
            r#""cold_start":true,"target":"shop::cart","spans":["checkout"],"items":3,"#,
            r#""cart":7,"tenant":"north"}"#
        )
    );
}

#[tokio::test]
async fn a_line_of_text_for_lambda() {
    // What Lambda sets where nobody has chosen.
    let line = handled(Target::Aws, &[("AWS_LAMBDA_LOG_FORMAT", "Text")], emptied).await;
    assert_eq!(
        timeless(&line, |line| Some(line.split_once('\t')?.0)),
        "TIME\t3f1e-77\tWARN\temptied \"all\"\\nof it function=greet attempt=2 cold_start=true \
         trace_id=0af7651916cd43dd8448eb211c80319c target=shop::cart items=3 cart=7 tenant=north"
    );
}

#[tokio::test]
async fn a_line_for_google() {
    let variables = [("GOOGLE_CLOUD_PROJECT", "blue-sky")];
    let line = handled(Target::Gcp, &variables, || {
        tracing::info!(target: "shop::cart", items = 3, "emptied");
    })
    .await;
    let object = Object::parse(&line);
    let timestamp = object.get("timestamp");
    assert!(
        timestamp["seconds"].as_i64().unwrap() > 1_700_000_000,
        "{line}"
    );
    assert!(
        timestamp["nanos"].as_u64().unwrap() < 1_000_000_000,
        "{line}"
    );
    let location = object.get("logging.googleapis.com/sourceLocation");
    assert_eq!(location["file"], file!(), "{line}");
    assert!(
        location["line"].as_str().unwrap().parse::<u32>().is_ok(),
        "{line}"
    );
    let time = format!(
        r#"{{"seconds":{},"nanos":{}}}"#,
        timestamp["seconds"], timestamp["nanos"]
    );
    let place = format!(
        r#"{{"file":{},"line":{},"function":"shop::cart"}}"#,
        location["file"], location["line"]
    );
    assert_eq!(
        line.replace(&time, "TIME").replace(&place, "PLACE"),
        concat!(
            r#"{"severity":"INFO","message":"emptied","timestamp":TIME,"#,
            r#""logging.googleapis.com/trace":"#,
            r#""projects/blue-sky/traces/0af7651916cd43dd8448eb211c80319c","#,
            r#""logging.googleapis.com/spanId":"b7ad6b7169203331","#,
            r#""logging.googleapis.com/trace_sampled":true,"#,
            r#""logging.googleapis.com/labels":{"execution_id":"3f1e-77","function":"greet"},"#,
            r#""logging.googleapis.com/sourceLocation":PLACE,"attempt":2,"cold_start":true,"#,
            r#""target":"shop::cart","spans":["checkout"],"items":3,"cart":7,"tenant":"north"}"#
        )
    );
}

#[tokio::test]
async fn a_trace_needs_no_project() {
    let line = handled(Target::Gcp, &[], emptied).await;
    let trace = Object::parse(&line);
    let trace = trace.get("logging.googleapis.com/trace");
    assert_eq!(trace, "0af7651916cd43dd8448eb211c80319c");
}

#[test]
fn google_has_words_of_its_own_for_levels() {
    let lines = logged(Target::Gcp, &[("RUST_LOG", "trace")], || {
        tracing::trace!("");
        tracing::debug!("");
        tracing::info!("");
        tracing::warn!("");
        tracing::error!("");
    });
    let severities: Vec<_> = lines
        .iter()
        .map(|line| Object::parse(line).get("severity").clone())
        .collect();
    assert_eq!(severities, ["DEBUG", "DEBUG", "INFO", "WARNING", "ERROR"]);
}

#[test]
fn an_error_is_reported_to_google() {
    let variables = [("K_SERVICE", "shop"), ("K_REVISION", "shop-00007-xyz")];
    let line = line!() + 2;
    let lines = logged(Target::Gcp, &variables, || {
        tracing::error!(error = &layered() as &dyn std::error::Error, "not shipped");
        tracing::error!(error = "out of tea", "not brewed");
        tracing::warn!(error = "out of milk", "black it is");
    });
    let [layered, text, warning] = &*lines else {
        panic!("{lines:#?}");
    };
    let object = Object::parse(layered);
    assert_eq!(
        object.get("@type"),
        "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent"
    );
    assert_eq!(
        object.get("message"),
        "not shipped: lost: no route: cable cut",
        "it shows the message alone"
    );
    let service = serde_json::json!({"service": "shop", "version": "shop-00007-xyz"});
    assert_eq!(*object.get("serviceContext"), service);
    let location = &object.get("context")["reportLocation"];
    let expected = serde_json::json!({
        "filePath": file!(), "lineNumber": line, "functionName": module_path!()
    });
    assert_eq!(*location, expected);
    assert_eq!(Object::parse(text).get("message"), "not brewed: out of tea");

    let warning = Object::parse(warning);
    assert_eq!(warning.get("message"), "black it is");
    assert!(warning.find("@type").is_none(), "{warning:#?}");
}

#[tokio::test]
async fn a_line_for_azure() {
    let line = handled(Target::Azure, &[], emptied).await;
    assert_eq!(
        timeless(&line, timestamp),
        concat!(
            r#"{"timestamp":"TIME","level":"WARN","message":"emptied \"all\"\nof it","#,
            r#""invocation_id":"3f1e-77","function":"greet","#,
            r#""operation_Id":"0af7651916cd43dd8448eb211c80319c","#,
            r#""operation_ParentId":"b7ad6b7169203331","attempt":2,"cold_start":true,"#,
            r#""target":"shop::cart","spans":["checkout"],"items":3,"cart":7,"tenant":"north"}"#
        )
    );
}

#[tokio::test]
async fn a_line_of_plain_json() {
    let line = handled(Target::Local, &[("POLYFN_LOG", "json")], emptied).await;
    assert_eq!(
        timeless(&line, timestamp),
        concat!(
            r#"{"timestamp":"TIME","level":"WARN","message":"emptied \"all\"\nof it","#,
            r#""invocation_id":"3f1e-77","function":"greet","#,
            r#""trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","#,
            r#""attempt":2,"cold_start":true,"target":"shop::cart","spans":["checkout"],"#,
            r#""items":3,"cart":7,"tenant":"north"}"#
        )
    );
}

#[tokio::test]
async fn a_line_for_people() {
    let line = handled(Target::Local, &[], emptied).await;
    let (time, rest) = line.split_once(' ').unwrap();
    let time = format!("2025-01-01T{time}").parse::<jiff::Timestamp>();
    assert!(time.is_ok(), "{line}");
    assert_eq!(
        rest,
        " WARN shop::cart: emptied \"all\"\n    of it items=3 \
         in checkout{cart=7 tenant=north} (greet 3f1e-77)"
    );
}

#[test]
fn colours_are_taken_off_again() {
    let escapes = |variables: &[(&str, &str)]| {
        let lines = logged(Target::Local, variables, || {
            tracing::warn!(items = 3, "emptied");
        });
        let line = &lines[0];
        let [all, resets] = ["\u{1b}[", "\u{1b}[0m"].map(|escape| line.matches(escape).count());
        assert_eq!(all, 2 * resets, "each is taken off: {line:?}");
        assert!(
            line.contains("emptied items=3"),
            "the text itself is plain: {line:?}"
        );
        all
    };
    assert!(escapes(&[("CLICOLOR_FORCE", "1")]) > 0);
    assert_eq!(escapes(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), 0);
    assert_eq!(escapes(&[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "1")]), 0);
}

#[test]
fn people_see_what_an_error_was_caused_by() {
    let lines = logged(Target::Local, &[], || {
        tracing::error!(error = &layered() as &dyn std::error::Error, "not shipped");
    });
    assert!(
        lines[0]
            .ends_with("not shipped error=lost\n    caused by: no route\n    caused by: cable cut"),
        "{lines:#?}"
    );
}

#[test]
fn text_from_outside_does_not_draw_on_a_terminal() {
    let lines = logged(Target::Local, &[], || {
        let name = "\u{1b}[2J\u{9b}31m";
        let error = Layered("\u{1b}]0;x\u{7}", Some(Box::new(Layered("\u{1b}c", None))));
        let _span = tracing::info_span!("by", name).entered();
        tracing::info!(name, error = &error as &dyn std::error::Error, "{name}");
    });
    let text = lines[0].replace('\n', "");
    let drawn: Vec<_> = text.chars().filter(|c| c.is_control()).collect();
    assert!(drawn.is_empty(), "{drawn:?} in {text:?}");
}

#[test]
fn text_from_outside_begins_no_line() {
    let variables = [("POLYFN_LOG", "text")];
    for target in [Target::Aws, Target::Gcp, Target::Azure] {
        let lines = logged(target, &variables, || {
            let name = "a\r\nb\u{85}";
            tracing::info!(name, "{name}");
        });
        assert!(!lines[0].contains(['\r', '\n', '\u{85}']), "{:?}", lines[0]);
        assert!(
            lines[0].ends_with(r#"name="a\r\nb\u{85}""#),
            "{:?}",
            lines[0]
        );
    }
}

#[test]
fn the_form_can_be_chosen() {
    for target in [Target::Local, Target::Aws, Target::Gcp, Target::Azure] {
        let json = [("POLYFN_LOG", "json"), ("AWS_LAMBDA_LOG_FORMAT", "Text")];
        for line in logged(target, &json, || tracing::info!("hello")) {
            assert_eq!(Object::parse(&line).get("message"), "hello", "{target}");
        }
        let text = [("POLYFN_LOG", "text"), ("AWS_LAMBDA_LOG_FORMAT", "JSON")];
        for line in logged(target, &text, || tracing::info!("hello")) {
            assert!(!line.starts_with('{'), "{target}: {line}");
            assert!(line.contains("hello"), "{target}: {line}");
        }
    }
}
