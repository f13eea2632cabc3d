//! The message's body is of a type that serde can't read.
use polyfn::prelude::*;

struct Order {
    id: u64,
}

async fn ship(event: Event<Message<Order>>) -> Result<()> {
    println!("{}", event.data.body.id);
    Ok(())
}

fn main() {
    let _ = App::new().on("ship", queue("orders"), ship);
}
