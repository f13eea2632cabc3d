//! The host's call as it came.

use bytes::Bytes;
use polyfn_core::{Error, Result};
use serde::Deserialize;

/// The call of the Functions host, `{"Data":{…},"Metadata":{…}}`, for
/// [`Context::native`](polyfn_core::Context::native): other input bindings, retry contexts and
/// whatever else has no place in an event. It is there in every function that is called in
/// invocation form.
///
/// The host writes .NET's strings and numbers as JSON within a string (`"DequeueCount": "1"`), and
/// it merges the members of a trigger's text into `Metadata` where that is a JSON object: do not
/// trust what a message's sender can overwrite.
///
/// ```
/// # use polyfn_azure::AzureInvocation;
/// # use polyfn_core::{Event, Message, Result};
/// #[derive(serde::Deserialize)]
/// #[serde(rename_all = "PascalCase")]
/// struct Queued { pop_receipt: String }
///
/// fn receipt(event: &Event<Message<String>>) -> Result<Option<Queued>> {
///     event.native::<AzureInvocation>().map(AzureInvocation::metadata).transpose()
/// }
/// ```
#[derive(Debug, Clone)]
pub struct AzureInvocation(Bytes);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<T> {
    metadata: T,
}

impl AzureInvocation {
    pub(crate) fn new(json: Bytes) -> Self {
        Self(json)
    }

    /// The JSON text. The bytes are shared, not copied.
    pub fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Reads what of `Data` `T` asks for.
    ///
    /// # Errors
    ///
    /// 500 when they do not fit `T`.
    pub fn data<'i, T: Deserialize<'i>>(&'i self) -> Result<T> {
        let Data { data } = serde_json::from_slice(&self.0).map_err(Error::internal)?;
        Ok(data)
    }

    /// Reads what of `Metadata` `T` asks for.
    ///
    /// # Errors
    ///
    /// 500 when they do not fit `T`.
    pub fn metadata<'i, T: Deserialize<'i>>(&'i self) -> Result<T> {
        let Metadata { metadata } = serde_json::from_slice(&self.0).map_err(Error::internal)?;
        Ok(metadata)
    }
}
