//! Which front sent an event, and so which form the answer must have.

use crate::event::Event;

/// The form of an HTTP event, and of the answer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// API Gateway, REST API.
    RestApi,
    /// API Gateway, HTTP API with payload format 1.0.
    HttpApiFormat1,
    /// API Gateway, HTTP API with payload format 2.0.
    HttpApi,
    /// A Lambda function URL.
    FunctionUrl,
    /// An application load balancer without multi-value headers.
    AlbSingleValue,
    /// An application load balancer with multi-value headers.
    AlbMultiValue,
    /// VPC Lattice with event structure version 2.
    VpcLattice,
}

/// The most bytes of an answer that Lambda itself takes: 6 MiB and a little more
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
pub(crate) const LAMBDA_ANSWER_LIMIT_BYTES: usize = 6_291_556;

/// "The maximum size of the response JSON that the Lambda function can send is 1 MB"
/// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>).
const ALB_ANSWER_LIMIT_BYTES: usize = 1024 * 1024;

impl Shape {
    /// The most bytes of an answer, as JSON, that reach the client through this front.
    pub(crate) fn answer_limit_bytes(self) -> usize {
        match self {
            Self::AlbSingleValue | Self::AlbMultiValue => ALB_ANSWER_LIMIT_BYTES,
            Self::RestApi
            | Self::HttpApiFormat1
            | Self::HttpApi
            | Self::FunctionUrl
            | Self::VpcLattice => LAMBDA_ANSWER_LIMIT_BYTES,
        }
    }

    /// Whether the front can stream answers: function URLs do, and "response streaming is only
    /// supported for REST APIs" of API Gateway's
    /// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>).
    pub(crate) fn can_stream(self) -> bool {
        matches!(self, Self::RestApi | Self::FunctionUrl)
    }

    /// The names of all shapes, for messages.
    pub(crate) const SUPPORTED: &'static str = "API Gateway REST API and HTTP API (payload \
         formats 1.0 and 2.0), Lambda function URL, application load balancer (with and \
         without multi-value headers), VPC Lattice (event structure version 2)";

    /// What the event says of itself; `None` if it is no HTTP request that we know.
    pub(crate) fn of(event: &Event<'_>) -> Option<Self> {
        // A Lambda authorizer's event is the request's own plus one ARN.
        if event.method_arn.is_some() || event.route_arn.is_some() {
            return None;
        }
        // REST APIs write no version.
        let of_format_1 = match event.version.as_deref() {
            Some("1.0") => Self::HttpApiFormat1,
            _ => Self::RestApi,
        };
        let Some(context) = &event.request_context else {
            return event.http_method.is_some().then_some(of_format_1);
        };
        if context.elb.is_some() {
            // "If you enable multi-value headers, … use multiValueHeaders": the request has
            // one of the two, and the response is read from the same one.
            return Some(if event.multi_value_headers.is_some() {
                Self::AlbMultiValue
            } else {
                Self::AlbSingleValue
            });
        }
        if context.connection_id.is_some() {
            return None;
        }
        if context.http.is_some() {
            // Emulators give no domain name and, like function URLs, the path as it was sent.
            let is_http_api = context
                .domain_name
                .as_deref()
                .is_some_and(|domain| !domain.is_empty() && !domain.contains(".lambda-url."));
            return Some(if is_http_api {
                Self::HttpApi
            } else {
                Self::FunctionUrl
            });
        }
        if context.service_arn.is_some() || context.service_network_arn.is_some() {
            return Some(Self::VpcLattice);
        }
        event.http_method.is_some().then_some(of_format_1)
    }
}
