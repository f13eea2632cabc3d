//! A queue or a container as an address.

use bytes::Bytes;
use http::{Method, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;

use crate::Error;
use crate::error::Kind;
use crate::service::{self, Address};

/// The version of the REST API that is asked for; every emulator of the last years has it.
const VERSION: &str = "2021-12-02";

/// What does not stand for itself in a segment of a path or a value of a query.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A queue or a container of an account in an emulator, which has the account in its path.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    address: Address,
    account: String,
    name: String,
}

impl Resource {
    /// `http://127.0.0.1:PORT/ACCOUNT/NAME?SAS`
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let address = Address::parse(url)?;
        let segments: Vec<_> = address.path.split('/').collect();
        let &["", account, name] = &segments[..] else {
            return Err(Kind::ServiceUrl(url.to_owned()).into());
        };
        Ok(Self {
            account: account.to_owned(),
            name: name.to_owned(),
            address,
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Another one of the same account, for which the signature has to hold as well.
    pub(super) fn sibling(&self, name: &str) -> Self {
        let mut sibling = self.clone();
        sibling.address.path = format!("/{}/{name}", self.account);
        name.clone_into(&mut sibling.name);
        sibling
    }

    /// The URL, without the signature.
    pub(super) fn url(&self) -> String {
        format!(
            "http://127.0.0.1:{}{}",
            self.address.port, self.address.path
        )
    }

    /// A request for what is `below` it, both escaped already, with the rest of its query.
    pub(super) async fn call(
        &self,
        method: Method,
        below: &str,
        query: &str,
        body: impl Into<Bytes>,
    ) -> Result<http::Response<Bytes>, Error> {
        let Address {
            port,
            path,
            query: signature,
        } = &self.address;
        let queries = [query, signature].map(str::to_owned);
        let queries: Vec<_> = queries.into_iter().filter(|one| !one.is_empty()).collect();
        let target = format!("{path}{below}?{}", queries.join("&"));
        let request = Request::builder()
            .method(method)
            .uri(&target)
            .header("host", format!("127.0.0.1:{port}"))
            .header("x-ms-version", VERSION)
            .body(body.into())
            .map_err(|error| service::unreadable(&target, error))?;
        service::call(*port, request).await
    }

    /// What a GET says in XML.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        below: &str,
        query: &str,
    ) -> Result<T, Error> {
        let answer = self.call(Method::GET, below, query, Bytes::new()).await?;
        let text = String::from_utf8_lossy(answer.body());
        let text = text.trim_start_matches('\u{feff}');
        quick_xml::de::from_str(text)
            .map_err(|error| service::unreadable(&self.url(), format!("{error}: {text}")))
    }
}

/// Text as a segment of a path, or as a value in a query.
pub(super) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_and_its_sibling() {
        let queue = Resource::parse("http://127.0.0.1:10001/account/orders?sig=a%3D").unwrap();
        assert_eq!(queue.name(), "orders");
        let sibling = queue.sibling("orders-poison");
        assert_eq!(sibling.name(), "orders-poison");
        assert_eq!(
            sibling.url(),
            "http://127.0.0.1:10001/account/orders-poison"
        );
    }

    #[test]
    fn nothing_but_one_resource_of_one_account() {
        for path in ["", "/account", "/account/orders/messages", "//orders/x"] {
            let url = format!("http://127.0.0.1:10001{path}");
            assert!(Resource::parse(&url).is_err(), "{url}");
        }
    }
}
