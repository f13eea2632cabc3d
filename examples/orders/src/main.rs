//! Takes orders from a queue, checks them, and keeps them in a ledger.
//!
//! Run with `cargo run -p orders`, then
//!
//! ```text
//! curl 127.0.0.1:8080/_polyfn/take -d '{"id":7,"lines":[{"article":"tea","count":2}]}'
//! ```
//!
//! The order is then in `orders.jsonl`, or where `LEDGER` says. In a cloud each message of a
//! batch succeeds or fails alone: what is wrong with one keeps no other from its place in the
//! ledger. `POLYFN_QUEUE_ORDERS` says what the queue is called there. A Lambda can write below
//! `/tmp` only, and forgets that: a real ledger is a database.

mod ledger;
mod order;

use std::process::ExitCode;

use polyfn::prelude::*;

use ledger::Ledger;
use order::Order;

/// A message may come twice, so the ledger keeps each order once.
async fn take(ledger: Ledger, event: Event<Message<Order>>) -> Result<()> {
    let order = &event.data.body;
    if let Some(problem) = order.problem() {
        // The platform tries again, and in the end keeps it among the dead letters, where a
        // person can see it.
        return Err(Error::unprocessable(format!(
            "order {}: {problem}",
            order.id
        )));
    }
    ledger.enter(order)?;
    Ok(())
}

async fn app() -> Result<App> {
    let path = std::env::var_os("LEDGER").unwrap_or_else(|| "orders.jsonl".into());
    let ledger = Ledger::open(path)?;
    Ok(App::new().on("take", queue("orders"), with(ledger, take)))
}

fn main() -> ExitCode {
    polyfn::run(app)
}

#[cfg(test)]
mod tests;
