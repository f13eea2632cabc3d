//! The handler takes something other than the request.
use polyfn::prelude::*;

async fn get_user(id: u64) -> String {
    id.to_string()
}

fn main() {
    let _ = App::new().http("get_user", get("/users/{id}"), get_user);
}
