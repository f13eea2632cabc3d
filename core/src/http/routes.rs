//! From a request to the function that answers it.

use std::sync::Arc;

use http::Method;
use http::header::HeaderValue;

use super::params::Params;
use super::pattern::Pattern;
use super::routed::Routed;
use super::table::{Candidate, Table};
use crate::{Function, Route};

#[derive(Debug, Default)]
pub(crate) struct Routes {
    plain: Table,
    /// The routes with `{*rest}`: asked last, so that they only get what is left.
    rest: Table,
    alone: Option<Alone>,
}

/// The one function of a deployment, which gets every path.
#[derive(Debug)]
struct Alone {
    place: usize,
    names: Vec<Arc<str>>,
    takes_any_method: bool,
}

impl Routes {
    /// The routes of all functions, or what is wrong with them.
    pub(crate) fn new(functions: &[Function]) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let (mut plain, mut rest) = (Vec::new(), Vec::new());
        for (place, function) in functions.iter().enumerate() {
            let Some(route) = function.route() else {
                continue;
            };
            match candidate(place, function, route) {
                Ok(candidate) if candidate.pattern.before_rest.is_some() => rest.push(candidate),
                Ok(candidate) => plain.push(candidate),
                Err(problem) => problems.push(problem),
            }
        }
        let routes = Self {
            plain: Table::new(&plain, &mut problems),
            rest: Table::new(&rest, &mut problems),
            alone: None,
        };
        if problems.is_empty() {
            Ok(routes)
        } else {
            Err(problems)
        }
    }

    /// The routes of a deployment of the function at `place` alone.
    pub(crate) fn alone(place: usize, function: &Function) -> Result<Self, Vec<String>> {
        let Some(route) = function.route() else {
            return Ok(Self::default());
        };
        let candidate = candidate(place, function, route).map_err(|problem| vec![problem])?;
        let alone = Alone {
            place,
            names: candidate.pattern.names.clone(),
            takes_any_method: route.methods().is_none(),
        };
        Ok(Self {
            plain: Table::new(&[candidate], &mut Vec::new()),
            rest: Table::default(),
            alone: Some(alone),
        })
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> (Routed, Params) {
        for table in [&self.plain, &self.rest] {
            if let Some((place, params)) = table.find(method, path) {
                return (Routed::Function(place), params);
            }
        }
        let methods_here = self.tables().flat_map(|table| table.methods_at(path));
        match (&self.alone, allow(methods_here)) {
            // `OPTIONS *` asks about the server as a whole (RFC 9110, 9.3.7).
            (None, None) if path == "*" => self.without_path(method, None),
            (None, None) => (Routed::NotFound, Params::default()),
            (_, Some(allow)) => (refusal(method, allow), Params::default()),
            (Some(alone), None) => self.without_path(method, Some(alone)),
        }
    }

    /// What comes of a method where the path decides nothing.
    fn without_path(&self, method: &Method, alone: Option<&Alone>) -> (Routed, Params) {
        let mut methods = self.tables().flat_map(Table::methods);
        match alone {
            Some(alone) if alone.takes_any_method || methods.any(|known| known == method) => (
                Routed::Function(alone.place),
                Params::unfilled(&alone.names),
            ),
            _ => match allow(self.tables().flat_map(Table::methods)) {
                Some(allow) => (refusal(method, allow), Params::default()),
                None => (Routed::NotFound, Params::default()),
            },
        }
    }

    fn tables(&self) -> impl Iterator<Item = &Table> {
        [&self.plain, &self.rest].into_iter()
    }
}

fn candidate<'a>(
    place: usize,
    function: &'a Function,
    route: &'a Route,
) -> Result<Candidate<'a>, String> {
    let pattern = match route.methods() {
        Some([]) => Err("it has no methods".to_owned()),
        _ => Pattern::parse(route.path()),
    };
    match pattern {
        Ok(pattern) => Ok(Candidate {
            place,
            function,
            route,
            pattern,
        }),
        Err(why) => Err(format!(
            "function `{}`: the route `{route}` is wrong: {why}",
            function.name()
        )),
    }
}

fn refusal(method: &Method, allow: HeaderValue) -> Routed {
    if method == Method::OPTIONS {
        Routed::Options(allow)
    } else {
        Routed::MethodNotAllowed(allow)
    }
}

/// The value of an `Allow` header with these methods and `OPTIONS`; none without a method.
fn allow<'a>(methods: impl Iterator<Item = &'a Method>) -> Option<HeaderValue> {
    let mut names: Vec<&str> = Vec::new();
    for method in methods {
        if !names.contains(&method.as_str()) {
            names.push(method.as_str());
        }
    }
    if names.is_empty() {
        return None;
    }
    if !names.contains(&"OPTIONS") {
        names.push("OPTIONS");
    }
    // Methods are HTTP tokens, which are all legal in a header value.
    HeaderValue::try_from(names.join(", ")).ok()
}
