//! Delivering what happened, and delivering it again as the service does.
//!
//! | trigger | a failed invocation |
//! |---|---|
//! | Queue Storage, Blob Storage, Service Bus, Event Grid | is delivered again until the limit, then goes to the dead letters |
//! | Event Hubs, Kafka, Cosmos DB, timer | is lost, unless the function has a `retry` policy |
//!
//! A batch is one invocation: it fails as a whole and is delivered again as a whole. The table is
//! that of <https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retries>;
//! `EventHubListener.PartitionProcessor.cs` ("we intentionally checkpoint the batch regardless of
//! function success/failure"), `MultipleItemFunctionExecutor.cs` and `CosmosDBTriggerListener.cs`
//! say the same in code.

use serde_json::Value;

use super::app::App;
use super::function_json::Function;
use super::invocation::Invocation;
use super::source::{Arrival, Delivery, Source};
use super::subscriber::subscriber;
use crate::Error;
use crate::event::{DeliveryOptions, DeliveryReport, Fate, Happening, ItemReport};

/// The items of one invocation.
struct Batch<'a> {
    function: &'a Function,
    session: Option<&'a str>,
    /// Their places in the list.
    places: Vec<usize>,
    items: Vec<Arrival<'a>>,
}

pub(super) async fn deliver(
    app: &App,
    source: Source,
    happenings: &[Happening],
    options: &DeliveryOptions,
) -> Result<DeliveryReport, Error> {
    let batches = batches(app, source, happenings, options)?;
    let mut report = DeliveryReport::default();
    let mut items = vec![None; happenings.len()];
    for batch in batches {
        let outcome = deliver_batch(app, source, &batch, options, &mut report).await?;
        for place in batch.places {
            if let Some(item) = items.get_mut(place) {
                *item = Some(outcome);
            }
        }
    }
    // Every item is in a batch.
    report.items = items.into_iter().flatten().collect();
    Ok(report)
}

/// In the order of their first items. A batch is of one function and, where the queue has
/// sessions, of one session.
fn batches<'a>(
    app: &'a App,
    source: Source,
    happenings: &'a [Happening],
    options: &DeliveryOptions,
) -> Result<Vec<Batch<'a>>, Error> {
    let size = if source.is_batch() {
        options.batch_size.max(1)
    } else {
        1
    };
    let mut batches: Vec<Batch<'a>> = Vec::new();
    for (place, happening) in happenings.iter().enumerate() {
        let function = subscriber(app.functions(), source, happening, options)?;
        let item = Arrival::new(happening, app.next_sequence_number());
        let sessions = function.trigger.is_sessions_enabled;
        let session = item.session().filter(|_| sessions);
        // An older batch of the same kind is full.
        let last = batches
            .iter_mut()
            .rev()
            .find(|batch| std::ptr::eq(batch.function, function) && batch.session == session);
        match last.filter(|batch| batch.items.len() < size) {
            Some(batch) => {
                batch.places.push(place);
                batch.items.push(item);
            }
            None => batches.push(Batch {
                function,
                session,
                places: vec![place],
                items: vec![item],
            }),
        }
    }
    Ok(batches)
}

async fn deliver_batch(
    app: &App,
    source: Source,
    batch: &Batch<'_>,
    options: &DeliveryOptions,
    report: &mut DeliveryReport,
) -> Result<ItemReport, Error> {
    let Batch {
        function, items, ..
    } = batch;
    let endless = options.max_attempts.max(1);
    let policy = function.retry.filter(|_| source.retries_by_policy_alone());
    let limit = match policy {
        Some(policy) => policy.attempts(endless),
        None if source.retries_by_policy_alone() => 1,
        None => endless,
    };
    let mut failure: Option<String> = None;
    for attempt in 1..=limit {
        let context =
            policy.map(|policy| policy.context(attempt, &function.name, failure.as_deref()));
        report.invocations += 1;
        let outcome = match source.delivery(&function.trigger, items, attempt) {
            Ok(delivery) => invoke(app, function, delivery, context).await?,
            Err(reason) => Err(reason),
        };
        match outcome {
            Ok(returned) => {
                if !returned.is_null() {
                    report.returned = Some(returned);
                }
                return Ok(ItemReport {
                    attempts: attempt,
                    fate: Fate::Done,
                });
            }
            Err(reason) => {
                report.failures.push(reason.clone());
                failure = Some(reason);
            }
        }
    }
    Ok(ItemReport {
        attempts: limit,
        fate: Fate::DeadLettered,
    })
}

/// What the function returned, or why the invocation failed.
pub(super) async fn invoke(
    app: &App,
    function: &Function,
    delivery: Delivery,
    retry_context: Option<Value>,
) -> Result<Result<Value, String>, Error> {
    let input = [(function.trigger.name.clone(), delivery.value)];
    let invocation = app
        .trigger(function, &input, delivery.binding_data, retry_context)
        .await?;
    Ok(match invocation {
        Invocation::Completed(answer) => Ok(answer.return_value),
        Invocation::Failed { reason } => Err(reason),
        // `FunctionTimeoutException`.
        Invocation::TimedOut { after } => Err(format!(
            "Timeout value of {} s exceeded by function 'Functions.{}'. Initiating cancellation.",
            after.as_secs_f64(),
            function.name
        )),
    })
}
