//! The handler's error is no error.
use polyfn::prelude::*;

struct NotAnError;

async fn get_user(_: Request) -> Result<String, NotAnError> {
    Err(NotAnError)
}

fn main() {
    let _ = App::new().http("get_user", get("/users/{id}"), get_user);
}
