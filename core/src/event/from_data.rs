//! What data can be read as.

use serde::de::DeserializeOwned;

use super::Data;
use crate::Result;

/// What the data of an event, or the body of a message in it, can be read as: every type that
/// serde can read (see [`Data::read`]), and [`Data`] themselves, unread.
pub trait FromData: Sized + Send + 'static {
    /// Reads the data.
    ///
    /// # Errors
    ///
    /// When they do not fit.
    fn from_data(data: Data) -> Result<Self>;
}

impl<T: DeserializeOwned + Send + 'static> FromData for T {
    fn from_data(data: Data) -> Result<Self> {
        data.read()
    }
}

impl FromData for Data {
    fn from_data(data: Data) -> Result<Self> {
        Ok(data)
    }
}
