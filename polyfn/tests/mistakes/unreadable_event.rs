//! The event's data are of a type that serde can't read.
use polyfn::prelude::*;

struct Placed {
    order: u64,
}

async fn placed(event: Event<Placed>) -> Result<()> {
    println!("{}", event.data.order);
    Ok(())
}

fn main() {
    let _ = App::new().on("placed", event("com.example.order.placed"), placed);
}
