//! Routers, one for each method.

use std::iter;
use std::sync::Arc;

use http::Method;
use matchit::{InsertError, Router};

use super::params::Params;
use super::pattern::Pattern;
use super::route::Methods;
use crate::{Function, Route};

/// A function that takes part in routing.
#[derive(Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) place: usize,
    pub(crate) function: &'a Function,
    pub(crate) route: &'a Route,
    pub(crate) pattern: Pattern,
}

impl Candidate<'_> {
    /// The patterns that lead to it: `/files/{*rest}` also means `/files/`.
    fn paths(&self) -> impl Iterator<Item = &str> {
        iter::once(&self.pattern.numbered)
            .chain(&self.pattern.before_rest)
            .map(String::as_str)
    }
}

/// Functions by method and path.
///
/// Each method has a router of its own, so that the most precise of the routes that take the
/// method answers, and a route that does not take it hides none that does.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// For the methods that functions name; functions for any method are in each.
    by_method: Vec<(Method, Router<Entry>)>,
    /// For all other methods.
    any: Router<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    place: usize,
    names: Vec<Arc<str>>,
}

impl Table {
    pub(crate) fn new(candidates: &[Candidate<'_>], problems: &mut Vec<String>) -> Self {
        let any = || takes(candidates, |methods| matches!(methods, Methods::Any));
        let by_method = named(candidates).into_iter().map(|method| {
            let only = takes(candidates, |methods| match methods {
                Methods::Only(methods) => methods.contains(&method),
                Methods::Any => false,
            });
            let mut router = router(only.chain(any()), problems);
            if method == Method::HEAD {
                for candidate in takes(candidates, |methods| methods.contain(&Method::GET)) {
                    // What is refused has a function for `HEAD` already.
                    let _ = insert(&mut router, candidate);
                }
            }
            (method, router)
        });
        let by_method = by_method.collect();
        Self {
            by_method,
            any: router(any(), problems),
        }
    }

    /// The function for the request, and what its parameters matched.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<(usize, Params)> {
        let named = self.by_method.iter().find(|(known, _)| known == method);
        let router = named.map_or(&self.any, |(_, router)| router);
        let found = router.at(path).ok()?;
        let values = found.params.iter().map(|(_, value)| value);
        let Entry { place, names } = found.value;
        Some((*place, Params::zip(names, values)))
    }

    /// The methods that functions name.
    pub(crate) fn methods(&self) -> impl Iterator<Item = &Method> {
        self.by_method.iter().map(|(method, _)| method)
    }

    /// The methods that functions name for this path.
    pub(crate) fn methods_at(&self, path: &str) -> impl Iterator<Item = &Method> {
        let here = move |router: &Router<Entry>| router.at(path).is_ok();
        self.by_method
            .iter()
            .filter_map(move |(method, router)| here(router).then_some(method))
    }
}

fn takes<'c, 'f>(
    candidates: &'c [Candidate<'f>],
    takes: impl Fn(&Methods) -> bool,
) -> impl Iterator<Item = &'c Candidate<'f>> {
    candidates
        .iter()
        .filter(move |candidate| takes(&candidate.route.methods))
}

/// The methods that the routes name, each once; `HEAD` comes with `GET`.
fn named(candidates: &[Candidate<'_>]) -> Vec<Method> {
    let mut named = Vec::new();
    let mut add = |method: Method| {
        if !named.contains(&method) {
            named.push(method);
        }
    };
    for method in candidates
        .iter()
        .flat_map(|c| c.route.methods().unwrap_or_default())
    {
        add(method.clone());
        if method == Method::GET {
            add(Method::HEAD);
        }
    }
    named
}

/// The router of these functions. Routes that can't be told apart are a problem, said once.
fn router<'c, 'f: 'c>(
    candidates: impl Iterator<Item = &'c Candidate<'f>>,
    problems: &mut Vec<String>,
) -> Router<Entry> {
    let mut router = Router::new();
    let mut known: Vec<&Candidate<'_>> = Vec::new();
    for candidate in candidates {
        if let Err(error) = insert(&mut router, candidate) {
            let problem = clash(&error, candidate, &known);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        known.push(candidate);
    }
    router
}

fn insert(router: &mut Router<Entry>, candidate: &Candidate<'_>) -> Result<(), InsertError> {
    candidate.paths().try_for_each(|path| {
        let entry = Entry {
            place: candidate.place,
            names: candidate.pattern.names.clone(),
        };
        router.insert(path, entry)
    })
}

fn clash(error: &InsertError, candidate: &Candidate<'_>, known: &[&Candidate<'_>]) -> String {
    let other = match error {
        InsertError::Conflict { with } => known
            .iter()
            .find(|other| other.paths().any(|path| path == with)),
        _ => None,
    };
    let Some(other) = other else {
        let (name, route) = (candidate.function.name(), candidate.route);
        return format!("function `{name}`: the route `{route}` is wrong: {error}");
    };
    // As they were written, whichever was looked at first.
    let (first, second) = if other.place < candidate.place {
        (*other, candidate)
    } else {
        (candidate, *other)
    };
    let why = if first.pattern.numbered == second.pattern.numbered {
        "have the same route"
    } else {
        "have routes that can't be told apart"
    };
    format!(
        "functions `{}` ({}) and `{}` ({}) {why}",
        first.function.name(),
        first.route,
        second.function.name(),
        second.route,
    )
}
