//! What a user does in an account: makes queues and containers, and puts things in.

use std::net::SocketAddr;
use std::time::Duration;

use crate::http::{self, Request};
use crate::peers::process::{Process, command};

const TIMEOUT: Duration = Duration::from_secs(30);

/// The account that every Azurite has, and its key
/// (<https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key>).
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// Makes a shared access signature of the key.
const SIGN: &str = include_str!("../../../peers/azurite/sas.py");

#[derive(Debug)]
pub(super) struct Account {
    blobs: SocketAddr,
    queues: SocketAddr,
    signature: String,
}

impl Account {
    pub(super) async fn new(blobs: SocketAddr, queues: SocketAddr) -> Result<Self, String> {
        let mut python = command("python3");
        python.args(["-c", SIGN, ACCOUNT, KEY]);
        let mut python = Process::spawn(python)?;
        let is_signed = python.ended(TIMEOUT).await?;
        let said = python.stop().await;
        if !is_signed {
            return Err(said);
        }
        Ok(Self {
            blobs,
            queues,
            signature: said.trim().to_owned(),
        })
    }

    pub(super) fn queue_url(&self, name: &str) -> String {
        format!("http://{}/{ACCOUNT}/{name}?{}", self.queues, self.signature)
    }

    pub(super) fn blob_url(&self, container: &str) -> String {
        format!(
            "http://{}/{ACCOUNT}/{container}?{}",
            self.blobs, self.signature
        )
    }

    pub(super) async fn create_queue(&self, name: &str) -> Result<(), String> {
        self.call(self.queues, "PUT", name, "", &[], "")
            .await
            .map(drop)
    }

    pub(super) async fn send(&self, queue: &str, text: &str) -> Result<(), String> {
        let body = format!("<QueueMessage><MessageText>{text}</MessageText></QueueMessage>");
        let path = format!("{queue}/messages");
        self.call(self.queues, "POST", &path, "", &[], &body)
            .await
            .map(drop)
    }

    /// The texts of a queue's messages, which stay where they are.
    pub(super) async fn peek(&self, queue: &str) -> Result<Vec<String>, String> {
        let path = format!("{queue}/messages");
        let query = "peekonly=true&numofmessages=32";
        let list = self.call(self.queues, "GET", &path, query, &[], "").await?;
        let texts = list.split("<MessageText>").skip(1);
        let texts = texts.filter_map(|rest| rest.split('<').next());
        Ok(texts.map(str::to_owned).collect())
    }

    pub(super) async fn create_container(&self, name: &str) -> Result<(), String> {
        let query = "restype=container";
        self.call(self.blobs, "PUT", name, query, &[], "")
            .await
            .map(drop)
    }

    /// Stores a blob; its name is as a URL has it.
    pub(super) async fn put(
        &self,
        container: &str,
        name: &str,
        content: &str,
    ) -> Result<(), String> {
        let headers = [
            ("x-ms-blob-type", "BlockBlob"),
            ("Content-Type", "image/png"),
        ];
        let path = format!("{container}/{name}");
        self.call(self.blobs, "PUT", &path, "", &headers, content)
            .await
            .map(drop)
    }

    async fn call(
        &self,
        service: SocketAddr,
        method: &str,
        path: &str,
        query: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<String, String> {
        let headers = headers
            .iter()
            .copied()
            .chain([("x-ms-version", "2021-12-02")]);
        let request = Request {
            method: method.to_owned(),
            target: format!("/{ACCOUNT}/{path}?{query}&{}", self.signature),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body: Some(body.to_owned().into()),
            chunked: false,
        };
        let exchange = http::send(service, &request, TIMEOUT)
            .await
            .map_err(|error| error.to_string())?;
        match exchange.response.status {
            200..300 => Ok(String::from_utf8_lossy(&exchange.response.body).into_owned()),
            _ => Err(exchange.transcript()),
        }
    }
}
