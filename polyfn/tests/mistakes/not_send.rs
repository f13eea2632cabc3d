//! The handler holds an `Rc` across an await.
use std::rc::Rc;

use polyfn::prelude::*;

async fn get_user(mut request: Request) -> Result<String> {
    let cache = Rc::new(String::new());
    let name = request.text().await?;
    Ok(format!("{cache}{name}"))
}

fn main() {
    let _ = App::new().http("get_user", get("/users/{id}"), get_user);
}
