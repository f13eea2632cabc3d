//! The handler returns something that is no response.
use polyfn::prelude::*;

struct User {
    _name: String,
}

async fn get_user(_: Request) -> User {
    User { _name: "Ada".to_owned() }
}

fn main() {
    let _ = App::new().http("get_user", get("/users/{id}"), get_user);
}
