//! Users of Firebase Authentication: two of their times have names of their own in a CloudEvent.

use polyfn_core::Error;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::Members;
use crate::events::malformed::read_json;

/// The names in a background event, and in a CloudEvent.
const TIMES: [(&str, &str); 2] = [
    ("createdAt", "createTime"),
    ("lastSignedInAt", "lastSignInTime"),
];

/// The subject of the CloudEvent.
pub(super) fn subject(user: &RawValue) -> Result<String, Error> {
    #[derive(Deserialize)]
    struct User {
        uid: String,
    }

    let User { uid } = read_json("data", user.get().as_bytes())?;
    Ok(format!("users/{uid}"))
}

/// The data of a CloudEvent.
pub(super) fn to_cloud_event(user: Box<RawValue>) -> Result<Box<RawValue>, Error> {
    renamed(user, TIMES)
}

/// The data of a background event.
pub(super) fn to_background(user: Box<RawValue>) -> Result<Box<RawValue>, Error> {
    renamed(user, TIMES.map(|(background, cloud)| (cloud, background)))
}

fn renamed(user: Box<RawValue>, names: [(&str, &str); 2]) -> Result<Box<RawValue>, Error> {
    let mut members: Members<'_> = read_json("data", user.get().as_bytes())?;
    let Some(metadata) = members.get("metadata") else {
        return Ok(user);
    };
    let metadata: Option<Members<'_>> = read_json("data.metadata", metadata.get().as_bytes())?;
    let Some(mut metadata) = metadata else {
        return Ok(user);
    };
    for (old, new) in names {
        if let Some(time) = metadata.remove(old) {
            metadata.insert(new.to_owned(), time);
        }
    }
    let metadata = to_raw_value(&metadata)?;
    members.insert("metadata".to_owned(), &metadata);
    Ok(to_raw_value(&members)?)
}
