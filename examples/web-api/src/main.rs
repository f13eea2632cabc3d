//! A web API: users by id, with path parameters, JSON in and out, validation and state.
//!
//! Run with `cargo run -p web-api`, then
//!
//! ```text
//! curl -X PUT 127.0.0.1:8080/users/7 -H 'content-type: application/json' \
//!      -d '{"name":"Ada","email":"ada@example.org"}'
//! curl 127.0.0.1:8080/users/7
//! ```

mod users;

use std::process::ExitCode;

use http::header::LOCATION;
use polyfn::prelude::*;

use users::{User, Users};

fn no_such_user(id: u64) -> Error {
    Error::not_found(format!("there is no user {id}"))
}

async fn list_users(users: Users, _: Request) -> Json<Vec<u64>> {
    Json(users.ids())
}

async fn get_user(users: Users, request: Request) -> Result<Json<User>> {
    let id = request.param("id")?;
    users.get(id).map(Json).ok_or_else(|| no_such_user(id))
}

/// 201 with the user's address when the user is new, 200 when there was one before.
async fn put_user(users: Users, mut request: Request) -> Result<Response> {
    let id: u64 = request.param("id")?;
    let user: User = request.json().await?;
    if let Some(problem) = user.problem() {
        return Err(Error::unprocessable(problem));
    }
    Ok(match users.put(id, user.clone()) {
        Some(_) => Json(user).into_response(),
        None => {
            let location = [(LOCATION, format!("/users/{id}"))];
            (StatusCode::CREATED, location, Json(user)).into_response()
        }
    })
}

async fn delete_user(users: Users, request: Request) -> Result<StatusCode> {
    let id = request.param("id")?;
    match users.delete(id) {
        Some(_) => Ok(StatusCode::NO_CONTENT),
        None => Err(no_such_user(id)),
    }
}

async fn app() -> Result<App> {
    let users = Users::default();
    Ok(App::new()
        .http("list_users", get("/users"), with(users.clone(), list_users))
        .http(
            "get_user",
            get("/users/{id}"),
            with(users.clone(), get_user),
        )
        .http(
            "put_user",
            put("/users/{id}"),
            with(users.clone(), put_user),
        )
        .http(
            "delete_user",
            delete("/users/{id}"),
            with(users, delete_user),
        ))
}

fn main() -> ExitCode {
    polyfn::run(app)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polyfn::AppService;
    use serde_json::{Value, json};

    async fn service() -> AppService {
        app().await.unwrap().into_service().unwrap()
    }

    async fn ask(service: &AppService, method: Method, path: &str, body: &str) -> (u16, Value) {
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let context = Context::new(polyfn::Target::Local, "test");
        let response = service.respond(context, request).await;
        let status = response.status().as_u16();
        let bytes = response.into_body().into_bytes().await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    const ADA: &str = r#"{"name":"Ada","email":"ada@example.org"}"#;

    #[tokio::test]
    async fn a_user_is_stored_changed_and_deleted() {
        let service = service().await;
        assert_eq!(
            ask(&service, Method::PUT, "/users/7", ADA).await.0,
            201,
            "a new user"
        );
        assert_eq!(
            ask(&service, Method::PUT, "/users/7", ADA).await.0,
            200,
            "the same again"
        );
        let expected = json!({"name": "Ada", "email": "ada@example.org"});
        assert_eq!(
            ask(&service, Method::GET, "/users/7", "").await,
            (200, expected)
        );
        assert_eq!(
            ask(&service, Method::GET, "/users", "").await,
            (200, json!([7]))
        );
        assert_eq!(ask(&service, Method::DELETE, "/users/7", "").await.0, 204);
        assert_eq!(ask(&service, Method::GET, "/users/7", "").await.0, 404);
        assert_eq!(ask(&service, Method::DELETE, "/users/7", "").await.0, 404);
    }

    #[tokio::test]
    async fn what_is_wrong_is_said() {
        let service = service().await;
        for (path, body, status, said) in [
            ("/users/x", ADA, 400, "path parameter `id`"),
            ("/users/7", "{", 400, "not valid JSON"),
            ("/users/7", r#"{"name":"Ada"}"#, 422, "email"),
            (
                "/users/7",
                r#"{"name":" ","email":"a@b.c"}"#,
                422,
                "name is empty",
            ),
            ("/users/7", r#"{"name":"Ada","email":"ada"}"#, 422, "e-mail"),
        ] {
            let (got, problem) = ask(&service, Method::PUT, path, body).await;
            assert_eq!(got, status, "{path} {body}: {problem}");
            let detail = problem["detail"].as_str().unwrap_or_default();
            assert!(
                detail.contains(said),
                "{path} {body}: {detail:?} says {said:?}"
            );
        }
    }
}
