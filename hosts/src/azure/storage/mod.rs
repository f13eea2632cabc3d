//! Queues and containers of Storage, by its REST API
//! (<https://learn.microsoft.com/rest/api/storageservices/>), and what the host's listeners do
//! with them.
//!
//! Each is named by a URL with a shared access signature, which is all the authorisation that a
//! listener needs.

mod blob_listener;
mod container;
mod queue;
mod queue_listener;
mod resource;

pub use self::container::BlobContainer;
pub use self::queue::StorageQueue;
