//! `BlobListener` of Microsoft.Azure.WebJobs.Extensions.Storage.Blobs: what becomes of the blobs
//! of a container.

use serde_json::json;

use super::container::{Blob, BlobContainer};
use super::queue::StorageQueue;
use crate::azure::function_json::Function;
use crate::azure::source::{Source, stored_blob};
use crate::azure::subscriber::subscriber;
use crate::azure::{FunctionsHost, delivery};
use crate::event::{DeliveryOptions, Happening, Poll};
use crate::{Error, base64};

impl FunctionsHost {
    /// Looks once into a real container: calls the function that listens with each blob that is
    /// new or has changed, and again where it fails, as often as the options say. After that a
    /// message that names the blob goes to `poison`, which the host calls
    /// `webjobs-blobtrigger-poison`
    /// (<https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger#poison-blobs>).
    ///
    /// Blobs to which no function listens are left alone. What the blobs' own metadata say is not
    /// told.
    ///
    /// # Errors
    /// When the service does not do what it is asked to, or when the worker will not be ready
    /// again.
    pub async fn poll_blobs(
        &self,
        container: &mut BlobContainer,
        poison: &StorageQueue,
        options: &DeliveryOptions,
    ) -> Result<Poll, Error> {
        let mut poll = Poll::default();
        for blob in container.fresh().await? {
            let happening = Happening::ObjectCreated(blob.object.clone());
            let functions = self.app.functions();
            let Ok(function) = subscriber(functions, Source::Blob, &happening, options) else {
                continue;
            };
            let name = &blob.object.key;
            poll.received.push(name.clone());
            let failures = self.try_blob(function, &blob, options).await?;
            if failures.len() >= attempts(options) {
                poll.poisoned.push(name.clone());
                poison.create_and_put(&poisoned(function, &blob)).await?;
            }
            poll.failures.extend(failures);
        }
        Ok(poll)
    }

    /// Why each attempt failed, until one did not.
    async fn try_blob(
        &self,
        function: &Function,
        blob: &Blob,
        options: &DeliveryOptions,
    ) -> Result<Vec<String>, Error> {
        let mut failures = Vec::new();
        while failures.len() < attempts(options) {
            let stored = stored_blob(&function.trigger, blob.modified, &blob.object, &blob.url);
            // The function would not listen otherwise.
            let Some(delivery) = stored else { break };
            match delivery::invoke(&self.app, function, delivery, None).await? {
                Ok(_) => break,
                Err(reason) => failures.push(reason),
            }
        }
        Ok(failures)
    }
}

fn attempts(options: &DeliveryOptions) -> usize {
    usize::try_from(options.max_attempts.max(1)).unwrap_or(usize::MAX)
}

/// `BlobTriggerMessage.cs`, in base64 as the listener writes into its queues.
fn poisoned(function: &Function, blob: &Blob) -> String {
    let message = json!({
        "Type": "BlobTrigger",
        "FunctionId": format!("Host.Functions.{}", function.name),
        "BlobType": "BlockBlob",
        "ContainerName": blob.object.bucket,
        "BlobName": blob.object.key,
        "ETag": blob.etag,
    });
    base64::encode(message.to_string().as_bytes())
}
