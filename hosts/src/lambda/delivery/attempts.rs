//! The counting of attempts, and the report that comes of it.

use bytes::Bytes;

use super::super::invocation::{Invocation, InvokeOptions};
use super::LambdaHost;
use crate::Error;
use crate::event::{DeliveryOptions, DeliveryReport, Fate, ItemReport};

#[derive(Debug)]
pub(super) struct Attempts<'a> {
    host: &'a LambdaHost,
    max_attempts: u32,
    pub(super) batch_size: usize,
    report: DeliveryReport,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(host: &'a LambdaHost, items: usize, options: &DeliveryOptions) -> Self {
        // What is delivered and does not fail is done.
        let untried = ItemReport {
            attempts: 0,
            fate: Fate::Done,
        };
        Self {
            host,
            max_attempts: options.max_attempts.max(1),
            batch_size: options.batch_size.max(1),
            report: DeliveryReport {
                items: vec![untried; items],
                ..DeliveryReport::default()
            },
        }
    }

    pub(super) fn report(self) -> DeliveryReport {
        self.report
    }

    /// Counts one more attempt at an item, and says which it is.
    pub(super) fn begin(&mut self, place: usize) -> u32 {
        let Some(item) = self.report.items.get_mut(place) else {
            return 1;
        };
        item.attempts = item.attempts.saturating_add(1);
        item.attempts
    }

    pub(super) async fn invoke(
        &mut self,
        payload: Bytes,
        options: InvokeOptions,
    ) -> Result<Invocation, Error> {
        let invocation = self.host.invoke_with(payload, options).await?;
        self.report.invocations = self.report.invocations.saturating_add(1);
        if let Some(error_type) = invocation.error_type() {
            self.fault(error_type, &invocation.to_string());
        }
        Ok(invocation)
    }

    /// Why an invocation came to nothing.
    pub(super) fn fault(&mut self, error_type: &str, message: &str) {
        self.report
            .failures
            .push(format!("{error_type}: {message}"));
    }

    /// Whether an item that failed comes again. If not, it is among the dead letters.
    pub(super) fn again(&mut self, place: usize) -> bool {
        match self.report.items.get_mut(place) {
            Some(item) if item.attempts >= self.max_attempts => {
                item.fate = Fate::DeadLettered;
                false
            }
            Some(_) => true,
            None => false,
        }
    }

    pub(super) fn returned(&mut self, result: serde_json::Value) {
        self.report.returned = Some(result);
    }
}
