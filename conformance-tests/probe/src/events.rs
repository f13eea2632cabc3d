//! The functions that events trigger.

use polyfn::prelude::*;
use serde::{Deserialize, Serialize};

use crate::line;
use crate::shown::Shown;
use crate::wish::Wishing;

/// Tells of the event, and does what its data ask for.
pub(crate) async fn observe<T: Serialize + Wishing>(event: Event<T>) -> Result<()> {
    line::append(&event)?;
    event.data.wish().come_true(event.id()).await
}

/// The same, and returns the data to whoever waits for them.
pub(crate) async fn placed(event: Event<Shown>) -> Result<Json<Shown>> {
    line::append(&event)?;
    event.data.wish().come_true(event.id()).await?;
    Ok(Json(event.data))
}

/// Takes a batch whole, and says of each of its events whether it asked for a failure.
pub(crate) async fn bulk(batch: Batch<Message<Shown>>) -> Result<BatchFailures> {
    for event in &batch.events {
        line::append(event)?;
    }
    let mut failures = BatchFailures::none();
    for (place, event) in batch.events.iter().enumerate() {
        if let Err(error) = event.data.wish().come_true(event.id()).await {
            failures.add(place, error);
        }
    }
    Ok(failures)
}

/// What is ordered; a message that is none fails before it reaches the handler.
#[derive(Deserialize, Serialize)]
pub(crate) struct Order {
    id: u64,
    lines: Vec<OrderLine>,
}

#[derive(Deserialize, Serialize)]
struct OrderLine {
    sku: String,
    count: u32,
}

pub(crate) async fn typed(event: Event<Message<Order>>) -> Result<()> {
    line::append(&event)
}

/// Fails whenever it is due, and tells a secret to the log.
pub(crate) async fn failing(event: Event<Schedule>) -> Result<()> {
    line::append(&event)?;
    Err(std::io::Error::other(crate::SECRET).into())
}

#[cfg(test)]
mod tests;
