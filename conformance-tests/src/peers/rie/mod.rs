//! AWS's Lambda runtime interface emulator: the program that stands for the Lambda service in
//! AWS's own base images.
//!
//! The functions hold what they remember, so the order of the events matters.

mod emulator;

use serde_json::{Value, json};

use crate::Target;
use crate::peers::lambda_event::{expect_part, http_api, rest_api_get, same};
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::workbench::Workbench;

use emulator::Emulator;

pub(super) const PEER: Peer = Peer {
    name: "AWS Lambda runtime interface emulator",
    package: "aws-sam-cli",
    version: "1.170.0",
};

/// Nearly as much as Lambda takes in and gives out.
const LARGE: usize = 5_000_000;

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let cache = workbench.cache().await?;
    let package = format!("{}=={}", PEER.package, PEER.version);
    let folder = cache.pip(&[&package]).await?;
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    };
    let program = folder.join(format!("samcli/local/rapid/aws-lambda-rie-{architecture}"));
    if std::env::consts::OS != "linux" || !program.is_file() {
        let machine = (std::env::consts::OS, std::env::consts::ARCH);
        return Err(Stop::NotHere(format!(
            "the package has none for {machine:?}"
        )));
    }
    let hello = workbench.function("hello", Target::Aws).await?;
    let rie = Emulator::start(&program, &hello).await?;
    check_hello(&rie, run).await;
    run.output = rie.stop().await;
    let web_api = workbench.function("web-api", Target::Aws).await?;
    let rie = Emulator::start(&program, &web_api).await?;
    check_web_api(&rie, run).await;
    run.output.push_str(&rie.stop().await);
    Ok(())
}

async fn check_hello(rie: &Emulator, run: &mut PeerRun) {
    let ada = json!({"message": "Hello, Ada!"});
    let event = http_api("GET", "/hello", "name=Ada", None);
    run.record(
        "hello: an HTTP API event",
        rie.expect(&event, 200, &ada).await,
    );
    let event = rest_api_get("/hello", ("name", "Ada"));
    run.record(
        "hello: a REST API event",
        rie.expect(&event, 200, &ada).await,
    );
    run.record("hello: an event of no known shape", unknown(rie).await);
    let world = json!({"message": "Hello, World!"});
    let event = http_api("GET", "/", "", None);
    run.record(
        "hello: an event after the failure",
        rie.expect(&event, 200, &world).await,
    );
}

/// The function's error comes back as JSON that says what the event looked like.
async fn unknown(rie: &Emulator) -> Result<(), String> {
    let payload = rie.invoke(&json!({"colour": "green"})).await?;
    let error: Value = serde_json::from_slice(&payload).map_err(|error| error.to_string())?;
    expect_part(
        "the error",
        &json!({"errorType": "polyfn.UnknownEvent"}),
        &error,
    )?;
    let message = error["errorMessage"].as_str().unwrap_or_default();
    same(
        "the message names the event's key",
        &true,
        &message.contains("colour"),
    )
}

async fn check_web_api(rie: &Emulator, run: &mut PeerRun) {
    let ada = json!({"name": "Ada", "email": "ada@example.org"});
    let bob = json!({"name": "Bob", "email": "bob@example.org"});
    let nameless = json!({"name": " ", "email": "ada@example.org"});
    let steps = [
        (
            "an unknown user",
            "GET",
            "/users/7",
            None,
            404,
            json!({"status": 404}),
        ),
        (
            "a new user",
            "PUT",
            "/users/7",
            Some(&ada),
            201,
            ada.clone(),
        ),
        ("the same user", "GET", "/users/7", None, 200, ada.clone()),
        (
            "a changed user",
            "PUT",
            "/users/7",
            Some(&bob),
            200,
            bob.clone(),
        ),
        (
            "a user without a name",
            "PUT",
            "/users/8",
            Some(&nameless),
            422,
            json!({"status": 422}),
        ),
        (
            "an id that is no number",
            "GET",
            "/users/x",
            None,
            400,
            json!({"status": 400}),
        ),
        ("the list of users", "GET", "/users", None, 200, json!([7])),
        (
            "a method that is not there",
            "POST",
            "/users/7",
            None,
            405,
            json!({"status": 405}),
        ),
        (
            "a user is deleted",
            "DELETE",
            "/users/7",
            None,
            204,
            json!(""),
        ),
        (
            "the user is gone",
            "GET",
            "/users/7",
            None,
            404,
            json!({"status": 404}),
        ),
    ];
    for (title, method, path, body, status, expected) in steps {
        let body = body.map(Value::to_string);
        let event = http_api(method, path, "", body.as_deref());
        let outcome = rie.expect(&event, status, &expected).await;
        run.record(format!("web-api: {title}"), outcome);
    }
    run.record("web-api: the address of a new user", location(rie).await);
    run.record(
        "web-api: a problem has the request's id",
        problem_id(rie).await,
    );
    run.record("web-api: 5 MB in and out", large(rie).await);
}

async fn location(rie: &Emulator) -> Result<(), String> {
    let body = r#"{"name":"Ada","email":"ada@example.org"}"#;
    let answer = rie
        .ask(&http_api("PUT", "/users/9", "", Some(body)))
        .await?;
    same("statusCode", &201, &answer.status)?;
    same("location", &vec!["/users/9"], &answer.header("location"))
}

/// The emulator prints each request's id; the function can know it from nowhere else.
async fn problem_id(rie: &Emulator) -> Result<(), String> {
    let answer = rie.ask(&http_api("GET", "/users/0", "", None)).await?;
    let id = answer.body["invocation_id"].as_str().unwrap_or_default();
    let line = format!("START RequestId: {id} ");
    same(
        "the emulator printed the id",
        &true,
        &rie.output().contains(&line),
    )
}

async fn large(rie: &Emulator) -> Result<(), String> {
    let name = "x".repeat(LARGE);
    let body = json!({"name": name, "email": "x@example.org"}).to_string();
    let answer = rie
        .ask(&http_api("PUT", "/users/5", "", Some(&body)))
        .await?;
    same("statusCode", &201, &answer.status)?;
    let returned = answer.body["name"].as_str().unwrap_or_default();
    same("the name's length", &LARGE, &returned.len())?;
    same("the name came back", &true, &(returned == name))
}
