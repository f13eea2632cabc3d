//! Makes a thumbnail of each image that is uploaded.
//!
//! Run with `cargo run -p thumbnails`, put an image into `store/uploads/`, and tell of it:
//!
//! ```text
//! curl 127.0.0.1:8080/_polyfn/thumbnail -d '{"key":"cat.png"}'
//! ```
//!
//! The thumbnail is then in `store/thumbnails/cat.png`. In a cloud the bucket's own events call
//! the function, and `STORE` says where the objects are.

mod shrink;
mod store;

use std::process::ExitCode;

use polyfn::prelude::*;

use shrink::shrink;
use store::Store;

/// Where thumbnails go. Not into the bucket that they come from, or each would call for another.
const THUMBNAILS: &str = "thumbnails";

/// An event may come twice: the same thumbnail is then written again, which does no harm.
async fn thumbnail(store: Store, event: Event<ObjectCreated>) -> Result<()> {
    let object = &event.data;
    let Some(image) = store.get(&object.bucket, &object.key).await? else {
        // Deleted in the meantime: to try again would not bring it back.
        return Err(Error::discard(format!("{} is there no more", object.key)));
    };
    // Decoding takes a processor's time, which the other invocations want too.
    let thumbnail = tokio::task::spawn_blocking(move || shrink(&image)).await?;
    // What is no image today will be none tomorrow.
    let thumbnail =
        thumbnail.map_err(|error| Error::discard(format!("{}: {error}", object.key)))?;
    store.put(THUMBNAILS, &object.key, thumbnail).await
}

async fn app() -> Result<App> {
    let store = Store::from_env()?;
    Ok(App::new().on(
        "thumbnail",
        object_created("uploads"),
        with(store, thumbnail),
    ))
}

fn main() -> ExitCode {
    polyfn::run(app)
}

#[cfg(test)]
mod tests;
