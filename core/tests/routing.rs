//! Which function answers which request.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use polyfn_core::{App, Request, RequestExt, Route, any, delete, get, options, post};
use support::{ask, service, text, values};

/// A handler that says its own name and the path parameters that it got.
fn named(name: &'static str) -> impl polyfn_core::Handler<Request, Output = String> {
    move |request: Request| async move {
        let params = request.params().iter();
        let params: Vec<_> = params
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        format!("{name}({})", params.join(","))
    }
}

async fn answer(app: App, method: &str, target: &str) -> (u16, String) {
    let response = ask(&service(app), method, target).await;
    (response.status().as_u16(), text(response).await)
}

#[tokio::test]
async fn the_most_precise_route_answers() {
    let users = || {
        App::new()
            .http("list", get("/users"), named("list"))
            .http("get", get("/users/{id}"), named("get"))
            .http("remove", delete("/users/{user}"), named("remove"))
            .http("me", get("/users/me"), named("me"))
            .http("file", get("/files/{name}.txt"), named("file"))
            .http("cafe", get("/café"), named("cafe"))
            .http("braces", get("/{{x}}"), named("braces"))
    };
    for (method, target, expected) in [
        ("GET", "/users", "list()"),
        ("GET", "/users/7", "get(id=7)"),
        ("DELETE", "/users/7", "remove(user=7)"),
        ("GET", "/users/me", "me()"),
        ("GET", "/users/a%2Fb", "get(id=a%2Fb)"),
        ("GET", "/users/7?x=/users/me", "get(id=7)"),
        ("GET", "/files/a.b.txt", "file(name=a.b)"),
        ("GET", "/caf%C3%A9", "cafe()"),
        ("GET", "/%7Bx%7D", "braces()"),
        ("DELETE", "/users/me", "remove(user=me)"),
    ] {
        let (status, said) = answer(users(), method, target).await;
        assert_eq!((status, &*said), (200, expected), "{method} {target}");
    }
    for target in [
        "/",
        "/users/",
        "/users/7/x",
        "//users",
        "/USERS",
        "/users/./7",
    ] {
        assert_eq!(answer(users(), "GET", target).await.0, 404, "GET {target}");
    }
}

#[tokio::test]
async fn the_rest_of_a_path_is_asked_last() {
    let app = || {
        App::new()
            .http("all", any("/{*rest}"), named("all"))
            .http("files", get("/files/{*path}"), named("files"))
            .http("one", any("/one/{id}"), named("one"))
            .http("first", get("/one/1"), named("first"))
            .http("user", get("/users/{id}"), named("user"))
    };
    for (method, target, expected) in [
        ("GET", "/", "all(rest=)"),
        ("GET", "/x/y//z/", "all(rest=x/y//z/)"),
        ("GET", "/users/7", "user(id=7)"),
        ("POST", "/users/7", "all(rest=users/7)"),
        ("GET", "/files/a/b", "files(path=a/b)"),
        ("GET", "/files/", "files(path=)"),
        ("GET", "/files", "all(rest=files)"),
        ("POST", "/files/a", "all(rest=files/a)"),
        ("GET", "/one/1", "first()"),
        ("POST", "/one/1", "one(id=1)"),
    ] {
        let (status, said) = answer(app(), method, target).await;
        assert_eq!(
            (status, said),
            (200, expected.to_owned()),
            "{method} {target}"
        );
    }
}

#[tokio::test]
async fn a_method_that_is_not_there_is_answered_with_those_that_are() {
    let app = || {
        App::new()
            .http("get", get("/users/{id}"), named("get"))
            .http("post", post("/users/{id}"), named("post"))
    };
    let response = ask(&service(app()), "PATCH", "/users/7").await;
    assert_eq!(response.status(), 405);
    assert_eq!(values(&response, "allow"), ["GET, HEAD, POST, OPTIONS"]);
    assert_eq!(
        values(&response, "content-type"),
        ["application/problem+json"]
    );

    let response = ask(&service(app()), "OPTIONS", "/users/7").await;
    assert_eq!(response.status(), 204);
    assert_eq!(values(&response, "allow"), ["GET, HEAD, POST, OPTIONS"]);

    let own = app().http("cors", options("/users/{id}"), named("cors"));
    assert_eq!(
        answer(own, "OPTIONS", "/users/7").await,
        (200, "cors(id=7)".to_owned())
    );
    assert_eq!(answer(app(), "OPTIONS", "/nothing").await.0, 404);
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    let app = App::new().http("get", get("/"), named("get"));
    let response = ask(&service(app), "HEAD", "/").await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        values(&response, "content-length"),
        ["5"],
        "the length of `get()`"
    );
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn a_function_alone_gets_every_path() {
    let service = service(
        App::new()
            .http("get", get("/users/{id}"), named("get"))
            .http("other", get("/other"), named("other")),
    )
    .alone("get")
    .unwrap();
    for (target, expected) in [
        ("/users/7", "get(id=7)"),
        ("/", "get()"),
        ("/other", "get()"),
    ] {
        let response = ask(&service, "GET", target).await;
        assert_eq!(text(response).await, expected, "GET {target}");
    }
    let names: Vec<_> = service
        .functions()
        .map(polyfn_core::Function::name)
        .collect();
    assert_eq!(names, ["get"], "the others are not deployed");
}

#[tokio::test]
async fn a_path_without_the_parameter_is_404_to_a_function_alone() {
    async fn user(request: Request) -> polyfn_core::Result<String> {
        request.param("id")
    }
    let app = App::new().http("user", get("/users/{id}"), user);
    let service = service(app).alone("user").unwrap();
    assert_eq!(ask(&service, "GET", "/users/7").await.status(), 200);
    assert_eq!(ask(&service, "GET", "/wp-login.php").await.status(), 404);
}

#[tokio::test]
async fn options_of_the_server_as_a_whole() {
    let service = service(users_and_posts());
    let request = http::Request::options("*")
        .body(polyfn_core::Body::empty())
        .unwrap();
    let response = support::send(&service, request).await;
    assert_eq!(response.status(), 204);
    assert_eq!(values(&response, "allow"), ["GET, HEAD, POST, OPTIONS"]);
    let request = http::Request::get("*")
        .body(polyfn_core::Body::empty())
        .unwrap();
    assert_eq!(support::send(&service, request).await.status(), 405);
}

fn users_and_posts() -> App {
    App::new()
        .http("users", get("/users"), named("users"))
        .http("posts", post("/posts"), named("posts"))
}

#[test]
fn an_unknown_function_is_named_with_those_that_there_are() {
    let service = service(App::new().http("get", get("/"), named("get")));
    let error = service.alone("got").unwrap_err().to_string();
    assert_eq!(error, "there is no function `got`; the app has: get");
}

#[test]
fn what_is_wrong_with_an_app_is_said_all_at_once() {
    let error = App::new()
        .http("a", get("/x/{id}"), named("a"))
        .http("b", get("/x/{other}"), named("b"))
        .http("a", post("/y"), named("a"))
        .http("c", get("no-slash"), named("c"))
        .http("d", get("/{*rest}/x"), named("d"))
        .http("e", get("/{open"), named("e"))
        .http("f", get("/{id}/{id}"), named("f"))
        .http("1st", get("/z"), named("1st"))
        .http("g", any("/w"), named("g"))
        .http("h", post("/w"), named("h"))
        .http("i", Route::new([], "/u"), named("i"))
        .http("j", get("/t?x"), named("j"))
        .into_service()
        .unwrap_err();
    let problems: Vec<_> = error.problems().collect();
    for (i, said) in [
        "two functions have the name `a`: GET /x/{id} and POST /y",
        "functions `a` (GET /x/{id}) and `b` (GET /x/{other}) have the same route",
        "function `c`: the route `GET no-slash` is wrong: it does not start with `/`",
        "function `d`: the route `GET /{*rest}/x` is wrong: `{*rest}` is not the whole last",
        "function `e`: the route `GET /{open` is wrong: it has a brace without its partner",
        "function `f`: the route `GET /{id}/{id}` is wrong: it has the parameter `id` twice",
        "`1st` is no name that every platform takes",
        "functions `g` (ANY /w) and `h` (POST /w) have the same route",
        "function `i`: the route ` /u` is wrong: it has no methods",
        "function `j`: the route `GET /t?x` is wrong: a path has no `?` and no `#`",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(
            problems.iter().any(|problem| problem.starts_with(said)),
            "problem {i}, {said:?}, is among {problems:#?}"
        );
    }
    assert_eq!(problems.len(), 10, "{problems:#?}");
}

#[test]
fn the_same_path_with_other_methods_is_no_clash() {
    let methods = [http::Method::PUT, http::Method::PATCH];
    service(App::new().http("get", get("/x/{id}"), named("get")).http(
        "change",
        Route::new(methods, "/x/{user}"),
        named("change"),
    ));
}
