//! The other side of each shape: makes the event of a request as the front would, and the
//! response of an answer.

use base64_simd::STANDARD;
use percent_encoding::percent_decode_str;
use polyfn_aws::Shape;
use serde_json::{Map, Value, json};

/// A request as the client sends it.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, Vec<String>)>,
    pub(crate) cookies: Vec<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) is_binary: bool,
}

impl Sent {
    pub(crate) fn raw_query(&self) -> String {
        let pairs = self.query.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("&")
    }

    pub(crate) fn event(&self, shape: Shape) -> Value {
        let mut event = match shape {
            Shape::RestApi => json!({
                "resource": "/{proxy+}",
                "httpMethod": self.method,
                "path": self.path,
                "headers": self.single_headers(),
                "multiValueHeaders": self.multi_headers(),
                "multiValueQueryStringParameters": self.multi_query(decoded),
                "requestContext": {"stage": "prod", "path": format!("/prod{}", self.path)},
            }),
            Shape::HttpApiFormat1 => json!({
                "version": "1.0",
                "httpMethod": self.method,
                "path": format!("/prod{}", decoded(&self.path)),
                "multiValueHeaders": self.multi_headers(),
                "multiValueQueryStringParameters": self.multi_query(decoded),
                "requestContext": {"stage": "prod"},
            }),
            Shape::HttpApi => json!({
                "version": "2.0",
                "rawPath": format!("/prod{}", decoded(&self.path)),
                "rawQueryString": self.raw_query(),
                "headers": self.single_headers(),
                "cookies": self.cookies,
                "requestContext": {
                    "http": {"method": self.method},
                    "stage": "prod",
                    "domainName": "a1b2c3.execute-api.eu-west-1.amazonaws.com",
                },
            }),
            Shape::FunctionUrl => json!({
                "version": "2.0",
                "rawPath": self.path,
                "rawQueryString": self.raw_query(),
                "headers": self.single_headers(),
                "cookies": self.cookies,
                "requestContext": {
                    "http": {"method": self.method},
                    "stage": "$default",
                    "domainName": "abcdef.lambda-url.eu-west-1.on.aws",
                },
            }),
            Shape::AlbSingleValue => json!({
                "httpMethod": self.method,
                "path": self.path,
                "headers": self.single_headers(),
                "queryStringParameters": self.single_query(),
                "requestContext": {"elb": {"targetGroupArn": "arn"}},
            }),
            Shape::AlbMultiValue => json!({
                "httpMethod": self.method,
                "path": self.path,
                "multiValueHeaders": self.multi_headers(),
                "multiValueQueryStringParameters": self.multi_query(str::to_owned),
                "requestContext": {"elb": {"targetGroupArn": "arn"}},
            }),
            Shape::VpcLattice => json!({
                "version": "2.0",
                "method": self.method,
                "path": self.path,
                "headers": self.multi_headers(),
                "queryStringParameters": self.multi_query(str::to_owned),
                "requestContext": {"serviceArn": "arn"},
            }),
            shape => panic!("no front for {shape:?}"),
        };
        let text = std::str::from_utf8(&self.body)
            .ok()
            .filter(|_| !self.is_binary);
        event["isBase64Encoded"] = text.is_none().into();
        event["body"] = match text {
            Some("") => Value::Null,
            Some(text) => text.into(),
            None => STANDARD.encode_to_string(&self.body).into(),
        };
        event
    }

    fn single_headers(&self) -> Value {
        let fields = self.headers.iter();
        let fields: Map<_, _> = fields
            .map(|(name, values)| (name.clone(), values.join(",").into()))
            .collect();
        fields.into()
    }

    fn multi_headers(&self) -> Value {
        let fields = self.headers.iter();
        let mut fields: Map<_, _> = fields
            .map(|(name, values)| (name.clone(), values.clone().into()))
            .collect();
        if !self.cookies.is_empty() {
            fields.insert("cookie".to_owned(), json!([self.cookies.join("; ")]));
        }
        fields.into()
    }

    fn single_query(&self) -> Value {
        let pairs = self.query.iter();
        let pairs: Map<_, _> = pairs
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        pairs.into()
    }

    fn multi_query(&self, read: impl Fn(&str) -> String) -> Value {
        let mut fields = Map::new();
        for (name, value) in &self.query {
            let values = fields.entry(read(name)).or_insert_with(|| json!([]));
            values.as_array_mut().unwrap().push(read(value).into());
        }
        fields.into()
    }
}

pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// A response as the client gets it.
#[derive(Debug, PartialEq)]
pub(crate) struct Received {
    pub(crate) status: u64,
    /// Sorted by name; the values of a name in their order.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn received(shape: Shape, answer: &[u8]) -> Received {
    let answer: Value = serde_json::from_slice(answer).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut headers = Vec::new();
    let field = match shape {
        Shape::RestApi | Shape::HttpApiFormat1 | Shape::AlbMultiValue => "multiValueHeaders",
        _ => "headers",
    };
    for (name, value) in answer[field].as_object().unwrap() {
        let values = value
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![value.clone()]);
        headers.extend(
            values
                .iter()
                .map(|value| (name.to_lowercase(), text(value))),
        );
    }
    for cookie in answer["cookies"].as_array().into_iter().flatten() {
        headers.push(("set-cookie".to_owned(), text(cookie)));
    }
    headers.sort_by(|one, other| one.0.cmp(&other.0));
    let body = text(&answer["body"]);
    Received {
        status: answer["statusCode"].as_u64().unwrap(),
        headers,
        body: if answer["isBase64Encoded"] == true {
            STANDARD.decode_to_vec(body).unwrap()
        } else {
            body.into()
        },
    }
}
