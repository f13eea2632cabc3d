//! An HTTP request on its way to a function, and `Data.req` of it
//! (`GetRequestAsJObject` in `HttpRequestExtensions.cs`).

use bytes::Bytes;
use http::request::Parts;
use serde_json::{Map, Value, json};

use super::binding_data::BindingData;
use super::date_time::DateTime;
use super::path;
use crate::train_case::train_case;
use crate::{base64, query};

/// A request whose function has been found.
#[derive(Debug)]
pub(super) struct RoutedRequest {
    pub(super) parts: Parts,
    /// As [`path::decode`] has it, with the prefix.
    pub(super) path: String,
    pub(super) route_values: Map<String, Value>,
}

impl RoutedRequest {
    pub(super) fn raw_query(&self) -> &str {
        self.parts.uri.query().unwrap_or("")
    }

    /// `request.Query`: names without regard to case, the values of one name joined with commas
    /// (`StringValues.ToString()`), in the order of their first appearance.
    pub(super) fn query(&self) -> Vec<(String, String)> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for (name, value) in query::decoded_pairs(self.raw_query()) {
            match parameters
                .iter_mut()
                .find(|(known, _)| known.eq_ignore_ascii_case(&name))
            {
                Some((_, earlier)) => {
                    earlier.push(',');
                    earlier.push_str(&value);
                }
                None => parameters.push((name, value)),
            }
        }
        parameters
    }

    /// `request.ContentLength`; a chunked body has none.
    pub(super) fn content_length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    }

    /// `Data.req`.
    pub(super) fn datum(&self, body: &Bytes) -> Value {
        let query: Map<String, Value> = self
            .query()
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        let host = self.header("host").unwrap_or("localhost");
        let question_mark = if self.raw_query().is_empty() { "" } else { "?" };
        let mut datum = json!({
            "Url": format!("http://{host}{}{question_mark}{}", path::displayed(&self.path), self.raw_query()),
            "Method": self.parts.method.as_str(),
            "Query": query,
            "Headers": self.headers(),
            "Params": self.route_values,
            "Identities": [{
                "AuthenticationType": null,
                "IsAuthenticated": false,
                "Actor": null,
                "BootstrapContext": null,
                "Claims": [],
                "Label": null,
                "Name": null,
                "NameClaimType": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
                "RoleClaimType": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
            }],
        });
        if self.content_length().is_some_and(|length| length > 0) {
            datum["Body"] = if self.is_octets_or_multipart() {
                base64::encode(body).into()
            } else {
                String::from_utf8_lossy(body).into_owned().into()
            };
        }
        datum
    }

    /// `Metadata`: the members of a JSON body, the query, the route values, `Headers`, `Query`, `sys`
    /// — each overwriting what came before it.
    pub(super) fn metadata(&self, function: &str, body: &Bytes) -> Map<String, Value> {
        let mut binding_data = BindingData::default();
        if self.content_length().is_some_and(|length| length > 0) {
            let body = String::from_utf8_lossy(body);
            binding_data.poison(&body.as_ref().into());
        }
        let query = self.query();
        for (name, value) in &query {
            binding_data.insert(name.clone(), value.as_str());
        }
        for (name, value) in &self.route_values {
            binding_data.insert(name.clone(), value.clone());
        }
        let joined = |(name, values): (String, Value)| {
            let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
            let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
            (name, Value::from(values.join(",")))
        };
        let headers: Map<String, Value> = self.headers().into_iter().map(joined).collect();
        let query: Map<String, Value> = query
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        binding_data.insert("Query", query);
        binding_data.insert("Headers", headers);
        binding_data.insert("sys", sys(function));
        binding_data.metadata()
    }

    fn headers(&self) -> Map<String, Value> {
        let mut headers = Map::new();
        for (name, value) in &self.parts.headers {
            let values = headers
                .entry(train_case(name.as_str()))
                .or_insert_with(|| json!([]));
            if let Value::Array(values) = values {
                values.push(
                    String::from_utf8_lossy(value.as_bytes())
                        .into_owned()
                        .into(),
                );
            }
        }
        headers
    }

    fn is_octets_or_multipart(&self) -> bool {
        let content_type = self
            .header("content-type")
            .unwrap_or("")
            .to_ascii_lowercase();
        let essence = content_type.split(';').next().unwrap_or("").trim();
        essence == "application/octet-stream" || essence.contains("multipart/")
    }
}

/// The binding data that every invocation has.
pub(super) fn sys(function: &str) -> Value {
    json!({
        "MethodName": function,
        "UtcNow": format!("{}Z", DateTime::now().exact()),
        "RandGuid": super::host_headers::new_invocation_id(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(request: http::Request<()>) -> RoutedRequest {
        let (parts, ()) = request.into_parts();
        RoutedRequest {
            path: path::decode(parts.uri.path()),
            parts,
            route_values: Map::new(),
        }
    }

    #[test]
    fn the_datum_of_a_request() {
        let request = http::Request::post("/api/a%20b?x=1&X=2&flag&s=%26")
            .header("host", "localhost:7071")
            .header("x-multi", "a")
            .header("x-multi", "b")
            .header("content-type", "text/plain")
            .header("content-length", "2")
            .body(())
            .unwrap();
        let datum = routed(request).datum(&Bytes::from_static(b"hi"));
        assert_eq!(
            datum["Url"],
            "http://localhost:7071/api/a%20b?x=1&X=2&flag&s=%26"
        );
        assert_eq!(datum["Query"], json!({"x": "1,2", "flag": "", "s": "&"}));
        assert_eq!(datum["Headers"]["X-Multi"], json!(["a", "b"]));
        assert_eq!(datum["Body"], "hi");
    }

    #[test]
    fn bodies() {
        let octets = http::Request::post("/")
            .header("content-type", "application/octet-stream")
            .header("content-length", "2");
        assert_eq!(
            routed(octets.body(()).unwrap()).datum(&Bytes::from_static(&[0, 255]))["Body"],
            "AP8="
        );
        let chunked = http::Request::post("/")
            .header("transfer-encoding", "chunked")
            .body(())
            .unwrap();
        assert!(
            routed(chunked)
                .datum(&Bytes::from_static(b"lost"))
                .get("Body")
                .is_none()
        );
    }
}
