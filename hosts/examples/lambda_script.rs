//! A test worker: the bare Runtime API, and the answers that `SCRIPT` lists, one for each
//! invocation; when they are used up, `null`.
//!
//! An answer is `{"answer": TEXT}` (sent as it is, be it JSON or not), `{"fail": MESSAGE}`,
//! `{"crash": true}`, `{"hang": true}`, or `{"name": [PLACES]}` of the batch's items that failed. Each invocation is
//! printed as one line, `{"id": …, "payload": …}`.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let script: Vec<Value> = serde_json::from_str(&std::env::var("SCRIPT")?)?;
    let mut answers = script.into_iter();
    loop {
        let (id, payload) = next()?;
        println!("{}", json!({"id": id, "payload": payload}));
        std::io::stdout().flush()?;
        let answer = answers.next().unwrap_or_else(|| json!({"answer": "null"}));
        if answer.get("crash").is_some() {
            std::process::exit(7);
        } else if answer.get("hang").is_some() {
            std::thread::sleep(std::time::Duration::from_secs(60));
        } else if let Some(message) = answer.get("fail") {
            let report = json!({"errorType": "Planned", "errorMessage": message});
            call("POST", &format!("{id}/error"), &report.to_string())?;
        } else if let Some(places) = answer.get("name").and_then(Value::as_array) {
            let places = places.iter().filter_map(Value::as_u64);
            let failures: Vec<Value> = places.map(|place| named(&payload, place)).collect();
            let response = json!({"batchItemFailures": failures});
            call("POST", &format!("{id}/response"), &response.to_string())?;
        } else {
            let text = answer.get("answer").and_then(Value::as_str);
            call("POST", &format!("{id}/response"), text.unwrap_or_default())?;
        }
    }
}

fn named(payload: &Value, place: u64) -> Value {
    let record = payload.pointer(&format!("/Records/{place}"));
    let identifier = [
        "/messageId",
        "/kinesis/sequenceNumber",
        "/dynamodb/SequenceNumber",
    ]
    .into_iter()
    .find_map(|member| record?.pointer(member));
    json!({"itemIdentifier": identifier})
}

fn next() -> Result<(String, Value), Box<dyn Error>> {
    let (head, body) = call("GET", "next", "")?;
    let id = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("lambda-runtime-aws-request-id"))
        .ok_or("no request id")?;
    Ok((id.1.to_owned(), serde_json::from_str(&body)?))
}

fn call(method: &str, path: &str, body: &str) -> Result<(String, String), Box<dyn Error>> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let mut stream = TcpStream::connect(&address)?;
    write!(
        stream,
        "{method} /2018-06-01/runtime/invocation/{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no head")?;
    Ok((head.to_owned(), body.to_owned()))
}
