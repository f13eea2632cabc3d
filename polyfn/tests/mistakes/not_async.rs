//! The handler is no `async fn`.
use polyfn::prelude::*;

fn get_user(_: Request) -> String {
    "Ada".to_owned()
}

fn main() {
    let _ = App::new().http("get_user", get("/users/{id}"), get_user);
}
