//! The path and the query of a request, as the client sent them.

use bytes::Bytes;
use http::StatusCode;
use http::uri::{PathAndQuery, Uri};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use polyfn_core::Error;

use crate::event::Event;
use crate::pairs::Pairs;
use crate::shape::Shape;

/// What can't stand in a path that is percent-encoded already. The characters that clients
/// send although they should not, and that servers take, stay as they are.
const RAW_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`');

/// What can't stand in a query that is percent-encoded already.
const RAW_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// A query string of which only the names and values have been cut out.
const RAW_QUERY_PART: &AsciiSet = &RAW_QUERY.add(b'&');

/// What can't stand for itself in a path that was decoded: all but `pchar` and `/` of
/// [RFC 3986, 3.3](https://www.rfc-editor.org/rfc/rfc3986#section-3.3).
const DECODED_PATH: &AsciiSet = &RAW_PATH
    .add(b'"')
    .add(b'%')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// All but the unreserved characters of [RFC 3986, 2.3], which mean the same encoded or not.
///
/// [RFC 3986, 2.3]: https://www.rfc-editor.org/rfc/rfc3986#section-2.3
const DECODED_QUERY_PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Whether the front decoded what it delivers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Delivered {
    Raw,
    Decoded,
}

/// The URI of the request: its path without stage, and its query.
pub(crate) fn uri(event: &Event<'_>, shape: Shape) -> Result<Uri, Error> {
    let path = path(event, shape);
    let query = event.raw_query_string.as_deref().unwrap_or_default();
    let mut target = String::with_capacity(path.len() + query.len() + 64);
    let path_set = match path_delivered(shape) {
        Delivered::Raw => RAW_PATH,
        Delivered::Decoded => DECODED_PATH,
    };
    if !path.starts_with('/') {
        target.push('/');
    }
    target.extend(utf8_percent_encode(path, path_set));
    match shape {
        Shape::HttpApi | Shape::FunctionUrl => {
            if !query.is_empty() {
                target.push('?');
                target.extend(utf8_percent_encode(query, RAW_QUERY));
            }
        }
        // REST APIs decode names and values. Load balancers do not: "If the query parameters
        // are URL-encoded, the load balancer does not decode them". Nor does VPC Lattice.
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
        Shape::RestApi | Shape::HttpApiFormat1 => {
            push_query(&mut target, event, DECODED_QUERY_PART);
        }
        Shape::AlbSingleValue | Shape::AlbMultiValue | Shape::VpcLattice => {
            push_query(&mut target, event, RAW_QUERY_PART);
        }
    }
    // All that is not allowed is encoded by now, so only the length can be wrong.
    let target = PathAndQuery::from_maybe_shared(Bytes::from(target))
        .map_err(|error| Error::new(StatusCode::URI_TOO_LONG, error.to_string()))?;
    Ok(Uri::from(target))
}

fn path<'a>(event: &'a Event<'_>, shape: Shape) -> &'a str {
    let is_v2 = matches!(shape, Shape::HttpApi | Shape::FunctionUrl);
    let path = if is_v2 { &event.raw_path } else { &event.path };
    let path = path.as_deref().unwrap_or_default();
    // HTTP APIs put the stage in front of the path, in both payload formats; REST APIs do so
    // in `requestContext.path` alone, which is not read here.
    match &event.request_context {
        Some(context) if is_v2 || shape == Shape::HttpApiFormat1 => {
            without_stage(path, context.stage.as_deref().unwrap_or_default())
        }
        _ => path,
    }
}

/// HTTP APIs deliver the path percent-decoded, in both payload formats; all others as it was
/// sent. AWS does not document it; see <https://github.com/middleapi/standard-server/pull/93>
/// for captures.
fn path_delivered(shape: Shape) -> Delivered {
    match shape {
        Shape::HttpApi | Shape::HttpApiFormat1 => Delivered::Decoded,
        _ => Delivered::Raw,
    }
}

fn without_stage<'a>(path: &'a str, stage: &str) -> &'a str {
    if stage.is_empty() || stage == "$default" {
        return path;
    }
    path.strip_prefix('/')
        .and_then(|rest| rest.strip_prefix(stage))
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
        .unwrap_or(path)
}

/// Writes the query from its parts: the multi-value map where there is one.
fn push_query(target: &mut String, event: &Event<'_>, set: &'static AsciiSet) {
    let maps = [
        &event.multi_value_query_string_parameters,
        &event.query_string_parameters,
    ];
    let Some(Pairs(pairs)) = maps.into_iter().flatten().find(|pairs| !pairs.0.is_empty()) else {
        return;
    };
    let mut separator = '?';
    for (name, value) in pairs {
        target.push(separator);
        separator = '&';
        target.extend(utf8_percent_encode(name, set));
        if let Some(value) = value {
            target.push('=');
            target.extend(utf8_percent_encode(value, set));
        }
    }
}
