//! The event as Lambda delivers it, read in one pass.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::pairs::Pairs;
use crate::text::Text;

/// The fields of all the HTTP shapes together: whichever shape it is, the event is read once.
///
/// `null` counts as absent: API Gateway sends it for maps and bodies that are empty. The
/// fields are documented per shape in
/// [REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format),
/// [HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html),
/// [function URLs](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads),
/// [load balancers](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer),
/// [VPC Lattice](https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html#receive-event-from-service).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event<'a> {
    #[serde(borrow)]
    pub(crate) version: Option<Text<'a>>,
    /// REST APIs, HTTP APIs with format 1.0, load balancers.
    pub(crate) http_method: Option<Text<'a>>,
    /// VPC Lattice.
    pub(crate) method: Option<Text<'a>>,
    pub(crate) path: Option<Text<'a>>,
    /// HTTP APIs with format 2.0, function URLs.
    pub(crate) raw_path: Option<Text<'a>>,
    pub(crate) raw_query_string: Option<Text<'a>>,
    pub(crate) query_string_parameters: Option<Pairs<'a>>,
    pub(crate) multi_value_query_string_parameters: Option<Pairs<'a>>,
    pub(crate) headers: Option<Pairs<'a>>,
    pub(crate) multi_value_headers: Option<Pairs<'a>>,
    pub(crate) cookies: Option<Vec<Text<'a>>>,
    pub(crate) body: Option<Text<'a>>,
    pub(crate) is_base64_encoded: Option<bool>,
    pub(crate) request_context: Option<RequestContext<'a>>,
    /// Only Lambda authorizers get these; their events look like requests otherwise.
    pub(crate) method_arn: Option<IgnoredAny>,
    pub(crate) route_arn: Option<IgnoredAny>,
}

/// What the event says of where it comes from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestContext<'a> {
    /// HTTP APIs with format 2.0, function URLs.
    #[serde(borrow)]
    pub(crate) http: Option<Http<'a>>,
    pub(crate) stage: Option<Text<'a>>,
    pub(crate) domain_name: Option<Text<'a>>,
    /// Load balancers.
    pub(crate) elb: Option<IgnoredAny>,
    /// WebSocket APIs.
    pub(crate) connection_id: Option<IgnoredAny>,
    /// VPC Lattice.
    pub(crate) service_arn: Option<IgnoredAny>,
    pub(crate) service_network_arn: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Http<'a> {
    #[serde(borrow)]
    pub(crate) method: Option<Text<'a>>,
}
