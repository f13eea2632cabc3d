//! The handler of an event holds an `Rc` across an await.
use std::rc::Rc;

use polyfn::prelude::*;

async fn thumbnail(event: Event<ObjectCreated>) -> Result<()> {
    let key = Rc::new(event.data.key);
    std::future::ready(()).await;
    println!("{key}");
    Ok(())
}

fn main() {
    let _ = App::new().on("thumbnail", object_created("uploads"), thumbnail);
}
