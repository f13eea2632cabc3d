//! A call of the host: `{"Data":{…},"Metadata":{…}}`.

use std::collections::BTreeMap;

use polyfn_core::{Error, Result};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The members of a call, each as it is written.
#[derive(Debug, Deserialize)]
pub(super) struct Call<'a> {
    #[serde(rename = "Data", borrow)]
    data: BTreeMap<String, &'a RawValue>,
    #[serde(rename = "Metadata", borrow, default)]
    metadata: Option<&'a RawValue>,
}

impl<'a> Call<'a> {
    pub(super) fn read(call: &'a [u8]) -> Result<Self> {
        serde_json::from_slice(call).map_err(|error| {
            let detail = "the host's call is not the JSON of an invocation";
            Error::bad_request(format!("{detail}: {error}"))
        })
    }

    /// The datum of that name; where none is known, the only one.
    pub(super) fn datum(&self, name: Option<&str>) -> Result<&'a RawValue> {
        let datum = match name {
            Some(name) => self.data.get(name),
            None if self.data.len() == 1 => self.data.values().next(),
            None => None,
        };
        datum.copied().ok_or_else(|| {
            let wanted = name.map_or_else(|| "a single one".to_owned(), |name| format!("{name:?}"));
            let names: Vec<_> = self.data.keys().map(String::as_str).collect();
            let names = names.join(", ");
            Error::bad_request(format!(
                "the trigger's datum is {wanted}, and the call has: {names}"
            ))
        })
    }

    /// What stands in `Metadata`; nothing where that is no object.
    pub(super) fn metadata(&self) -> BTreeMap<String, &'a RawValue> {
        let metadata = self.metadata.map(RawValue::get);
        let members = metadata.and_then(|metadata| serde_json::from_str(metadata).ok());
        members.unwrap_or_default()
    }

    pub(super) fn has_metadata(&self) -> bool {
        self.metadata
            .is_some_and(|metadata| metadata.get().starts_with('{'))
    }
}
