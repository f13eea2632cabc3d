//! The routing table.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use http::header::HeaderValue;
use matchit::{InsertError, Router};

use crate::Function;
use crate::params::Params;
use crate::pattern::Pattern;
use crate::route::Methods;

/// Which function answers a request.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// The function at this place in the app.
    Function(usize),
    NotFound,
    /// The path is known; these methods are.
    MethodNotAllowed(HeaderValue),
    /// `OPTIONS` on a path that is known, and no function of its own.
    Options(HeaderValue),
    /// The request says that its body is larger than this limit, in bytes.
    TooLarge(u64),
}

#[derive(Debug, Default)]
pub(crate) struct Routes {
    plain: Router<Vec<Entry>>,
    /// The routes with `{*rest}`: asked last, so that they only get what is left.
    rest: Router<Vec<Entry>>,
}

#[derive(Debug, Clone)]
struct Entry {
    function: usize,
    methods: Methods,
    names: Vec<Arc<str>>,
}

impl Routes {
    /// The table of the functions at these places, or what is wrong with them.
    pub(crate) fn new<'a>(
        functions: impl Iterator<Item = (usize, &'a Function)> + Clone,
    ) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let mut plain = BTreeMap::<String, Vec<Entry>>::new();
        let mut rest = BTreeMap::<String, Vec<Entry>>::new();
        let name_of = |place: usize| {
            functions
                .clone()
                .find_map(|(i, function)| (i == place).then_some(function.name()))
                .unwrap_or_default()
        };
        for (place, function) in functions.clone() {
            let route = function.route();
            let pattern = match Pattern::parse(route.path()) {
                Ok(pattern) => pattern,
                Err(why) => {
                    problems.push(format!(
                        "function `{}`: the route `{route}` is wrong: {why}",
                        function.name()
                    ));
                    continue;
                }
            };
            let table = match pattern.before_rest {
                Some(_) => &mut rest,
                None => &mut plain,
            };
            let entry = Entry {
                function: place,
                methods: route.methods.clone(),
                names: pattern.names,
            };
            // The route itself comes first: it is the one that a clash is reported for.
            for path in std::iter::once(pattern.numbered).chain(pattern.before_rest) {
                let known = table.entry(path).or_default();
                if let Some(other) = known.iter().find(|other| other.overlaps(&entry)) {
                    if other.function != place {
                        problems.push(format!(
                            "functions `{}` and `{}` have the same route: {route}",
                            name_of(other.function),
                            function.name()
                        ));
                        break;
                    }
                }
                known.push(entry.clone());
            }
        }
        let plain = router(plain, name_of, &mut problems);
        let rest = router(rest, name_of, &mut problems);
        if problems.is_empty() {
            Ok(Self { plain, rest })
        } else {
            Err(problems)
        }
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> (Outcome, Params) {
        let mut known = Vec::new();
        for router in [&self.plain, &self.rest] {
            let Ok(found) = router.at(path) else {
                continue;
            };
            if let Some(entry) = Entry::answering(found.value, method) {
                let values = found.params.iter().map(|(_, value)| value);
                return (
                    Outcome::Function(entry.function),
                    Params::zip(&entry.names, values),
                );
            }
            known.extend(found.value);
        }
        if known.is_empty() {
            return (Outcome::NotFound, Params::default());
        }
        let allow = allow(&known);
        let outcome = if method == Method::OPTIONS {
            Outcome::Options(allow)
        } else {
            Outcome::MethodNotAllowed(allow)
        };
        (outcome, Params::default())
    }
}

impl Entry {
    /// The one that answers `method`; `HEAD` falls back on `GET`.
    fn answering<'a>(entries: &'a [Self], method: &Method) -> Option<&'a Self> {
        let with = |method: &Method| entries.iter().find(|entry| entry.methods.contain(method));
        with(method).or_else(|| (method == Method::HEAD).then(|| with(&Method::GET))?)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.methods.overlap(&other.methods)
    }
}

/// The value of an `Allow` header.
fn allow(entries: &[&Entry]) -> HeaderValue {
    let mut methods: Vec<&str> = Vec::new();
    let mut add = |method| {
        if !methods.contains(&method) {
            methods.push(method);
        }
    };
    for entry in entries {
        if let Methods::Only(allowed) = &entry.methods {
            for method in allowed {
                add(method.as_str());
                if method == Method::GET {
                    add("HEAD");
                }
            }
        }
    }
    add("OPTIONS");
    // Methods are HTTP tokens, which are all legal in a header value.
    HeaderValue::try_from(methods.join(", ")).unwrap_or(HeaderValue::from_static("OPTIONS"))
}

/// Puts the grouped entries into a router; what it refuses is reported with both names.
fn router<'a>(
    groups: BTreeMap<String, Vec<Entry>>,
    name_of: impl Fn(usize) -> &'a str,
    problems: &mut Vec<String>,
) -> Router<Vec<Entry>> {
    let mut router = Router::new();
    let first = |entries: &[Entry]| name_of(entries.first().map_or(usize::MAX, |e| e.function));
    for (path, entries) in &groups {
        match router.insert(path, entries.clone()) {
            Ok(()) => {}
            Err(InsertError::Conflict { with }) => problems.push(format!(
                "functions `{}` and `{}` have routes that can't be told apart",
                groups.get(&with).map_or("", |known| first(known)),
                first(entries),
            )),
            Err(error) => problems.push(format!(
                "function `{}`: its route is wrong: {error}",
                first(entries)
            )),
        }
    }
    router
}
