//! The handler takes the payload instead of the event.
use polyfn::prelude::*;

async fn thumbnail(object: ObjectCreated) -> Result<()> {
    println!("{}", object.key);
    Ok(())
}

fn main() {
    let _ = App::new().on("thumbnail", object_created("uploads"), thumbnail);
}
