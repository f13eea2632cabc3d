//! The handler of an event returns what is no outcome.
use polyfn::prelude::*;

async fn nightly(_: Event<Schedule>) -> String {
    "done".to_owned()
}

fn main() {
    let _ = App::new().on("nightly", schedule("0 3 * * *"), nightly);
}
