//! The headers of an answer, in the form that each front takes.

use std::borrow::Cow;
use std::iter::Peekable;

use http::header::{HeaderMap, HeaderName, HeaderValue, Iter, SET_COOKIE};

use crate::json_string::push_json;
use crate::shape::Shape;

/// Writes the fields of the answer that hold headers, each with a comma in front.
pub(crate) fn push(answer: &mut Vec<u8>, shape: Shape, headers: &HeaderMap) {
    match shape {
        // One field holds all. API Gateway would merge `headers` into it.
        Shape::RestApi | Shape::HttpApiFormat1 | Shape::AlbMultiValue => {
            push_multi(answer, headers);
        }
        Shape::HttpApi | Shape::FunctionUrl => {
            push_single(answer, headers, &mut |_, _, _| {});
            push_cookies(answer, headers);
        }
        Shape::VpcLattice => push_either(answer, headers),
        Shape::AlbSingleValue => {
            let mut place = 0;
            push_single(answer, headers, &mut |answer, fields, cookie| {
                fields.name(answer, &cased(SET_COOKIE.as_str(), place));
                push_value(answer, cookie);
                place += 1;
            });
        }
    }
}

/// Separates the fields of an object.
#[derive(Default)]
struct Fields(bool);

impl Fields {
    /// Writes the name of the next field. Names of headers need no escapes.
    fn name(&mut self, answer: &mut Vec<u8>, name: &str) {
        if std::mem::replace(&mut self.0, true) {
            answer.push(b',');
        }
        answer.push(b'"');
        answer.extend_from_slice(name.as_bytes());
        answer.extend_from_slice(b"\":");
    }
}

/// `"multiValueHeaders":{"name":["value",…],…}`
fn push_multi(answer: &mut Vec<u8>, headers: &HeaderMap) {
    answer.extend_from_slice(b",\"multiValueHeaders\":{");
    let mut fields = Fields::default();
    let mut rest = headers.iter().peekable();
    while let Some((name, value)) = rest.next() {
        fields.name(answer, name.as_str());
        let second = next_of(&mut rest, name);
        push_list(answer, value, second, || next_of(&mut rest, name));
    }
    answer.push(b'}');
}

/// `"headers":{"name":"value","other":["value",…],…}`: VPC Lattice "supports … responses from a
/// Lambda function that contain headers with multiple values or contain the same header
/// multiple times" and shows several values as a list, one value as a string
/// (<https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html>).
fn push_either(answer: &mut Vec<u8>, headers: &HeaderMap) {
    answer.extend_from_slice(b",\"headers\":{");
    let mut fields = Fields::default();
    let mut rest = headers.iter().peekable();
    while let Some((name, value)) = rest.next() {
        fields.name(answer, name.as_str());
        match next_of(&mut rest, name) {
            None => push_value(answer, value),
            second => push_list(answer, value, second, || next_of(&mut rest, name)),
        }
    }
    answer.push(b'}');
}

/// `["first","second",…]`
fn push_list<'h>(
    answer: &mut Vec<u8>,
    first: &'h HeaderValue,
    second: Option<&'h HeaderValue>,
    next: impl FnMut() -> Option<&'h HeaderValue>,
) {
    answer.push(b'[');
    push_value(answer, first);
    for value in second.into_iter().chain(std::iter::from_fn(next)) {
        answer.push(b',');
        push_value(answer, value);
    }
    answer.push(b']');
}

/// `"headers":{"name":"value, value",…}`: a list's values may be joined, says
/// [RFC 9110, 5.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.3), and no other header
/// but `Set-Cookie` may be there twice. Neither front has a field for more: "Format 2.0
/// doesn't have multiValueHeaders"
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>).
fn push_single(
    answer: &mut Vec<u8>,
    headers: &HeaderMap,
    set_cookie: &mut dyn FnMut(&mut Vec<u8>, &mut Fields, &HeaderValue),
) {
    answer.extend_from_slice(b",\"headers\":{");
    let mut fields = Fields::default();
    let mut rest = headers.iter().peekable();
    while let Some((name, value)) = rest.next() {
        if name == SET_COOKIE {
            set_cookie(answer, &mut fields, value);
            continue;
        }
        fields.name(answer, name.as_str());
        let Some(second) = next_of(&mut rest, name) else {
            push_value(answer, value);
            continue;
        };
        let mut joined = text(value).into_owned();
        let mut next = Some(second);
        while let Some(value) = next {
            joined.push_str(", ");
            joined.push_str(&text(value));
            next = next_of(&mut rest, name);
        }
        push_json(answer, &joined);
    }
    answer.push(b'}');
}

/// `"cookies":["a=1",…]`: each becomes a `Set-Cookie` header. It is there even when it is
/// empty: `aws_lambda_events`, and with it cargo-lambda, can't do without the field.
fn push_cookies(answer: &mut Vec<u8>, headers: &HeaderMap) {
    answer.extend_from_slice(b",\"cookies\":[");
    for (place, cookie) in headers.get_all(SET_COOKIE).iter().enumerate() {
        if place > 0 {
            answer.push(b',');
        }
        push_value(answer, cookie);
    }
    answer.push(b']');
}

/// The next value, if it is one of `name`: a map hands out the values of a name in a row.
fn next_of<'h>(
    rest: &mut Peekable<Iter<'h, HeaderValue>>,
    name: &HeaderName,
) -> Option<&'h HeaderValue> {
    rest.next_if(|(next, _)| *next == name)
        .map(|(_, value)| value)
}

fn push_value(answer: &mut Vec<u8>, value: &HeaderValue) {
    push_json(answer, &text(value));
}

/// A value is bytes, and JSON has only text: what is not UTF-8 is taken for Latin-1, which
/// HTTP's header values once were.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.into(),
        Err(_) => value.as_bytes().iter().map(|&b| char::from(b)).collect(),
    }
}

/// The `place`th spelling of a name in upper and lower case.
///
/// A load balancer without multi-value headers takes one value a name, yet names that differ
/// in case are different fields to it, and the same header to the client. `Set-Cookie` alone
/// needs it, since its values can't be joined. AWS's page has "a single cookie" for this form,
/// and its support saw the spellings work without promising that they will
/// (<https://github.com/Kludex/mangum/pull/189>): at worst the last cookie is left, which is
/// all that there would be without them.
fn cased(name: &str, place: usize) -> String {
    let mut place = place;
    name.chars()
        .map(|c| {
            if !c.is_ascii_alphabetic() {
                return c;
            }
            let upper = place & 1 == 1;
            place >>= 1;
            if upper { c.to_ascii_uppercase() } else { c }
        })
        .collect()
}
