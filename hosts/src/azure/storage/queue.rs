//! A queue (<https://learn.microsoft.com/rest/api/storageservices/operations-on-messages>).

use bytes::Bytes;
use http::Method;
use serde::Deserialize;

use super::resource::{Resource, escaped};
use crate::azure::date_time::DateTime;
use crate::azure::source::QueueMessage;
use crate::{Error, base64, service};

/// How many messages the listener takes at once (`batchSize` of host.json).
const BATCH: u32 = 16;

/// For how long, in seconds (`QueueListener.cs`).
const HIDDEN: u32 = 600;

/// A queue of Storage in an emulator, such as Azurite.
#[derive(Debug, Clone)]
pub struct StorageQueue(Resource);

/// A message as the queue gave it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Taken {
    message_id: String,
    insertion_time: String,
    expiration_time: String,
    pop_receipt: String,
    time_next_visible: String,
    pub(super) dequeue_count: u32,
    #[serde(default)]
    message_text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    #[serde(default)]
    queue_message: Vec<Taken>,
}

impl StorageQueue {
    /// The queue with that URL: `http://127.0.0.1:PORT/ACCOUNT/QUEUE?SAS`. The signature has to
    /// allow everything with messages, and the creation of the poison queue.
    ///
    /// # Errors
    /// When it is no such URL.
    pub fn new(url: &str) -> Result<Self, Error> {
        Resource::parse(url).map(Self)
    }

    pub(super) fn name(&self) -> &str {
        self.0.name()
    }

    pub(super) async fn take(&self) -> Result<Vec<Taken>, Error> {
        let query = format!("numofmessages={BATCH}&visibilitytimeout={HIDDEN}");
        let list: List = self.0.read("/messages", &query).await?;
        Ok(list.queue_message)
    }

    pub(super) async fn delete(&self, message: &Taken) -> Result<(), Error> {
        let query = format!("popreceipt={}", escaped(&message.pop_receipt));
        let below = message.below();
        let deleted = self.0.call(Method::DELETE, &below, &query, Bytes::new());
        deleted.await.map(drop)
    }

    /// Makes a message visible again at once.
    pub(super) async fn release(&self, message: &Taken) -> Result<(), Error> {
        let receipt = escaped(&message.pop_receipt);
        let query = format!("popreceipt={receipt}&visibilitytimeout=0");
        let below = message.below();
        let released = self.0.call(Method::PUT, &below, &query, Bytes::new());
        released.await.map(drop)
    }

    /// Moves a message to the poison queue.
    pub(super) async fn poison(&self, message: &Taken) -> Result<(), Error> {
        let poison = Self(self.0.sibling(&format!("{}-poison", self.name())));
        poison.create_and_put(&message.message_text).await?;
        self.delete(message).await
    }

    /// Puts a text, as it is, into the queue, which is made unless it is there.
    pub(super) async fn create_and_put(&self, text: &str) -> Result<(), Error> {
        self.0.call(Method::PUT, "", "", Bytes::new()).await?;
        let text = quick_xml::escape::escape(text);
        let body = format!("<QueueMessage><MessageText>{text}</MessageText></QueueMessage>");
        let put = self.0.call(Method::POST, "/messages", "", body);
        put.await.map(drop)
    }
}

impl Taken {
    pub(super) fn id(&self) -> &str {
        &self.message_id
    }

    fn below(&self) -> String {
        format!("/messages/{}", escaped(&self.message_id))
    }

    /// What the listener makes of it, whose `messageEncoding` is base64 by default
    /// (<https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#hostjson-settings>);
    /// `None` where the text is none.
    pub(super) fn decoded(&self) -> Result<Option<QueueMessage>, Error> {
        let Some(body) = base64::decode(self.message_text.trim()) else {
            return Ok(None);
        };
        let time = |text: &str| {
            DateTime::parse_http(text).ok_or_else(|| service::unreadable("a message", text))
        };
        Ok(Some(QueueMessage {
            body: body.into(),
            dequeue_count: self.dequeue_count,
            id: self.message_id.clone(),
            inserted: time(&self.insertion_time)?,
            expires: time(&self.expiration_time)?,
            visible: time(&self.time_next_visible)?,
            pop_receipt: self.pop_receipt.clone(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessagesList>\
        <QueueMessage><MessageId>a</MessageId><InsertionTime>Fri, 09 Oct 2009 21:04:30 GMT</InsertionTime>\
        <ExpirationTime>Fri, 16 Oct 2009 21:04:30 GMT</ExpirationTime><PopReceipt>AgAA+/=</PopReceipt>\
        <TimeNextVisible>Fri, 09 Oct 2009 23:29:20 GMT</TimeNextVisible><DequeueCount>1</DequeueCount>\
        <MessageText>PHg+Jg==</MessageText></QueueMessage>\
        <QueueMessage><MessageId>b</MessageId><InsertionTime>x</InsertionTime><ExpirationTime/><PopReceipt/>\
        <TimeNextVisible/><DequeueCount>2</DequeueCount><MessageText>no base64 &amp; so</MessageText></QueueMessage>\
        </QueueMessagesList>";

    #[test]
    fn messages_are_read() {
        let list: List = quick_xml::de::from_str(LIST).unwrap();
        let [first, second] = &list.queue_message[..] else {
            panic!("there are two: {list:?}");
        };
        let message = first.decoded().unwrap().unwrap();
        assert_eq!(
            (&message.body[..], message.dequeue_count),
            (&b"<x>&"[..], 1)
        );
        assert_eq!(message.pop_receipt, "AgAA+/=");
        assert_eq!(message.expires.to_the_second(), "2009-10-16T21:04:30");
        assert_eq!(second.message_text, "no base64 & so");
        assert!(second.decoded().unwrap().is_none());
    }

    #[test]
    fn an_empty_queue() {
        let list: List = quick_xml::de::from_str("<QueueMessagesList />").unwrap();
        assert!(list.queue_message.is_empty());
    }
}
