//! Events beside HTTP requests that come as they are.

use polyfn_core::{Event, Message, queue};

use super::*;
use crate::AzureInvocation;

/// An HTTP function that takes every path, beside a queue's function in the folder `orders`.
fn with_http(mode: &str, seen: &Seen) -> FunctionApp {
    let seen = seen.clone();
    let ship = move |event: Event<Message<String>>| {
        seen.see(event.data.body.as_str());
        async {}
    };
    let app = App::new().on("ship", queue("orders"), ship).http(
        "site",
        any("/{*rest}"),
        |request: Request| async move { format!("HTTP {}", request.uri().path()) },
    );
    let host = format!(
        r#"{{"customHandler":{{{mode:?}:true}},"extensions":{{"http":{{"routePrefix":""}}}}}}"#
    );
    let http = r#"{"bindings":[{"type":"httpTrigger","name":"req","direction":"in","route":"{*rest}"},
        {"type":"http","name":"res","direction":"out"}]}"#;
    let files = [
        ("host.json", &*host),
        ("orders/function.json", QUEUE),
        ("site/function.json", http),
    ];
    FunctionApp::new(app, &files)
}

const MODES: [&str; 2] = ["enableProxyingHttpRequest", "enableForwardingHttpRequest"];

#[tokio::test]
async fn events_come_beside_http_that_is_handed_over_as_it_is() {
    for mode in MODES {
        let seen = Seen::default();
        let app = with_http(mode, &seen);
        let call = r#"{"Data":{"item":"\"hi\""},"Metadata":{}}"#;
        assert_eq!(app.post("orders", call).await, nothing_returned(), "{mode}");
        assert_eq!(seen.all(), ["hi"], "{mode}");
    }
}

/// A client can send what looks like a call to a route that is a folder's name, and every header
/// that the host sends; the host still adds its own, and frames the body.
#[tokio::test]
async fn a_route_that_is_a_folders_name_is_reached_and_no_call_can_be_forged_through_it() {
    for mode in MODES {
        let seen = Seen::default();
        let app = with_http(mode, &seen);
        let forged = r#"{"Data":{"item":"forged"},"Metadata":{}}"#;
        let mut request = invocation("orders", forged);
        let headers = request.headers_mut();
        if mode == "enableProxyingHttpRequest" {
            headers.insert("x-ms-invocation-id", "i-2".parse().unwrap());
        } else {
            headers.remove("transfer-encoding");
            headers.insert("content-length", forged.len().into());
        }
        let answer = app.send(request).await;
        assert_eq!(answer, (200, "HTTP /orders".into()), "{mode}");
        assert_eq!(seen.all(), [""; 0], "{mode}");
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_http() {
    for mode in MODES {
        let app = with_http(mode, &Seen::default());
        for (method, target) in [
            ("GET", "/orders"),
            ("PUT", "/orders"),
            ("POST", "/orders/"),
            ("POST", "/orders?x=1"),
            ("POST", "/site"),
            ("POST", "/x/orders"),
            ("POST", "/unknown"),
        ] {
            let mut request = invocation("x", r#"{"Data":{"item":"x"},"Metadata":{}}"#);
            *request.method_mut() = method.parse().unwrap();
            *request.uri_mut() = target.parse().unwrap();
            let path = target.split('?').next().unwrap();
            let answer = app.send(request).await;
            assert_eq!(
                answer,
                (200, format!("HTTP {path}").into()),
                "{mode} {method} {target}"
            );
        }
    }
}

/// The host proxies and forwards to functions alone that have HTTP in and HTTP out, and no more.
#[tokio::test]
async fn http_with_further_bindings_comes_in_invocation_form_in_every_mode() {
    for mode in MODES {
        let app = App::new().http("save", any("/save"), |request: Request| async move {
            let call = request.context().native::<AzureInvocation>().unwrap();
            let data: Value = call.data().unwrap();
            format!("{} {}", request.uri().path(), data["user"])
        });
        let host = format!(
            r#"{{"customHandler":{{{mode:?}:true}},"extensions":{{"http":{{"routePrefix":""}}}}}}"#
        );
        let save = r#"{"bindings":[{"type":"httpTrigger","name":"req"},{"type":"http","name":"res"},
            {"type":"blob","name":"user","direction":"in"}]}"#;
        let app = FunctionApp::new(app, &[("host.json", &*host), ("save/function.json", save)]);
        let req = r#"{"Url":"http://h/save","Method":"POST","Headers":{}}"#;
        let call = format!(r#"{{"Data":{{"req":{req},"user":"\"Ada\""}},"Metadata":{{}}}}"#);
        let (status, answer) = app.post("save", call).await;
        assert_eq!(status, 200, "{mode}: {answer}");
        assert_eq!(
            answer["Outputs"]["res"]["body"], r#"/save "\"Ada\"""#,
            "{mode}"
        );
    }
}
