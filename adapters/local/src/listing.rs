//! The list of functions, for a person or a program.

use std::fmt::Write;

use http::HeaderMap;
use http::header::ACCEPT;
use polyfn_core::{AppService, Function, IntoResponse, Json, Response, Trigger};
use serde::Serialize;

/// What the list says of a function.
#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    /// `http`, or the kind of events.
    kind: &'a str,
    /// As it is written in the program.
    trigger: String,
    /// Where it is called on this machine.
    url: String,
}

#[derive(Serialize)]
struct List<'a> {
    functions: Vec<Entry<'a>>,
}

/// Answers `GET /_polyfn`: HTML where a browser asks, JSON else.
pub(crate) fn respond(service: &AppService, headers: &HeaderMap) -> Response {
    let entries: Vec<_> = service.functions().map(entry).collect();
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        let content_type = [("content-type", "text/html; charset=utf-8")];
        return (content_type, html(&entries)).into_response();
    }
    Json(List { functions: entries }).into_response()
}

fn entry(function: &Function) -> Entry<'_> {
    let (kind, url) = match function.trigger() {
        Trigger::Http(route) => ("http", route.path().to_owned()),
        Trigger::Event(trigger) => (
            trigger.kind().name(),
            format!("/_polyfn/{}", function.name()),
        ),
        _ => ("", String::new()),
    };
    Entry {
        name: function.name(),
        kind,
        trigger: function.trigger().to_string(),
        url,
    }
}

fn html(entries: &[Entry<'_>]) -> String {
    let mut rows = String::new();
    for entry in entries {
        let how = match entry.kind {
            "http" => escaped(&entry.trigger),
            _ => format!("POST {}", escaped(&entry.url)),
        };
        // Writing to a string can't fail.
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td><code>{}</code></td><td><code>{how}</code></td></tr>",
            escaped(entry.name),
            escaped(&entry.trigger),
        );
    }
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>polyfn</title>\n\
         <style>body{{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;\
         padding:0 1rem}}td,th{{padding:.3rem 1rem .3rem 0;text-align:left}}\
         code{{font-size:.9em}}</style></head>\n\
         <body><h1>Functions</h1>\n<table><tr><th>name</th><th>trigger</th><th>called by</th></tr>\n\
         {rows}</table>\n\
         <p>Functions of events take a CloudEvent, their bare payload, or the cloud's own event \
         where its target is compiled in.</p>\n</body></html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
