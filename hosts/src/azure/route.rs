//! ASP.NET route templates.
//!
//! <https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates>: literals without
//! regard to case, `{name}`, `{name?}`, `{name=default}`, `{*rest}` and `{**rest}`, each with inline
//! constraints (`{id:int:min(1)}`). A segment is one literal or one parameter here; a template that
//! mixes them (`file.{ext}`) is an error rather than a wrong match. `regex` is not supported.

use serde_json::{Map, Value};

#[derive(Debug)]
pub(super) struct Template {
    segments: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    Parameter {
        name: String,
        kind: Kind,
        constraints: Vec<Constraint>,
    },
}

#[derive(Debug, PartialEq)]
enum Kind {
    Required,
    Optional,
    Default(String),
    CatchAll,
}

#[derive(Debug)]
enum Constraint {
    Int,
    Long,
    Bool,
    Decimal,
    Guid,
    Alpha,
    Required,
    Min(i64),
    Max(i64),
    Length(usize, usize),
}

impl Template {
    pub(super) fn parse(template: &str) -> Result<Self, String> {
        let mut segments = Vec::new();
        for text in template
            .trim_start_matches('/')
            .split('/')
            .filter(|text| !text.is_empty())
        {
            if let Some(Segment::Parameter {
                kind: Kind::CatchAll,
                ..
            }) = segments.last()
            {
                return Err(format!("route {template:?}: a catch-all must come last"));
            }
            segments
                .push(segment(text).map_err(|problem| format!("route {template:?}: {problem}"))?);
        }
        Ok(Self { segments })
    }

    /// The route values, if `path` (decoded, without its leading slash) matches. An optional
    /// parameter that is not there is `null`, as `PopulateRouteData` has it.
    pub(super) fn matches(&self, path: &str) -> Option<Map<String, Value>> {
        let mut rest = path.strip_suffix('/').unwrap_or(path);
        let mut values = Map::new();
        for segment in &self.segments {
            match segment {
                Segment::Literal(literal) => {
                    let (first, after) = split(rest);
                    if !first.eq_ignore_ascii_case(literal) {
                        return None;
                    }
                    rest = after;
                }
                Segment::Parameter {
                    name,
                    kind: Kind::CatchAll,
                    constraints,
                } => {
                    // The trailing slash is part of what is caught.
                    let caught = if path.ends_with('/') && !rest.is_empty() {
                        format!("{rest}/")
                    } else {
                        rest.to_owned()
                    };
                    if !constraints
                        .iter()
                        .all(|constraint| constraint.allows(&caught))
                    {
                        return None;
                    }
                    let value = if caught.is_empty() {
                        Value::Null
                    } else {
                        caught.into()
                    };
                    values.insert(name.clone(), value);
                    rest = "";
                }
                Segment::Parameter {
                    name,
                    kind,
                    constraints,
                } => {
                    let (first, after) = split(rest);
                    let value = match (first, kind) {
                        ("", Kind::Optional) => Value::Null,
                        ("", Kind::Default(default)) => default.clone().into(),
                        ("", _) => return None,
                        (present, _)
                            if constraints
                                .iter()
                                .all(|constraint| constraint.allows(present)) =>
                        {
                            present.into()
                        }
                        _ => return None,
                    };
                    values.insert(name.clone(), value);
                    rest = after;
                }
            }
        }
        rest.is_empty().then_some(values)
    }

    /// `RoutePrecedence.ComputeInbound`: compared digit by digit, the smaller one is tried first.
    pub(super) fn precedence(&self) -> Vec<u8> {
        let digit = |segment: &Segment| match segment {
            Segment::Literal(_) => 1,
            Segment::Parameter {
                kind, constraints, ..
            } => {
                let catch_all = if *kind == Kind::CatchAll { 2 } else { 0 };
                3 + catch_all - u8::from(!constraints.is_empty())
            }
        };
        self.segments.iter().map(digit).collect()
    }
}

fn split(path: &str) -> (&str, &str) {
    path.split_once('/').unwrap_or((path, ""))
}

fn segment(text: &str) -> Result<Segment, String> {
    let Some(inner) = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
    else {
        if text.contains(['{', '}']) {
            return Err(format!(
                "segment {text:?} mixes text and a parameter, which is not supported here"
            ));
        }
        return Ok(Segment::Literal(text.to_owned()));
    };
    if inner.contains(['{', '}']) {
        return Err(format!(
            "segment {text:?} has two parameters, which is not supported here"
        ));
    }
    let (inner, caught) = match inner.trim_start_matches('*') {
        rest if rest.len() < inner.len() => (rest, true),
        rest => (rest, false),
    };
    let (inner, kind) = match (inner.split_once('='), inner.strip_suffix('?')) {
        _ if caught => (inner, Kind::CatchAll),
        (Some((inner, default)), _) => (inner, Kind::Default(default.to_owned())),
        (None, Some(inner)) => (inner, Kind::Optional),
        (None, None) => (inner, Kind::Required),
    };
    let mut parts = inner.split(':');
    let name = parts
        .next()
        .filter(|name| !name.is_empty())
        .ok_or("a parameter without a name")?;
    let constraints = parts.map(constraint).collect::<Result<_, _>>()?;
    Ok(Segment::Parameter {
        name: name.to_owned(),
        kind,
        constraints,
    })
}

fn constraint(text: &str) -> Result<Constraint, String> {
    let unknown = || format!("constraint {text:?} is not supported here");
    let (name, arguments) = match text.split_once('(') {
        Some((name, arguments)) => (name, arguments.strip_suffix(')').ok_or_else(unknown)?),
        None => (text, ""),
    };
    let number = |text: &str| text.trim().parse::<i64>().map_err(|_| unknown());
    let size = |text: &str| text.trim().parse::<usize>().map_err(|_| unknown());
    Ok(match (name, arguments.split_once(',')) {
        ("int", None) => Constraint::Int,
        ("long", None) => Constraint::Long,
        ("bool", None) => Constraint::Bool,
        ("decimal" | "double" | "float", None) => Constraint::Decimal,
        ("guid", None) => Constraint::Guid,
        ("alpha", None) => Constraint::Alpha,
        ("required", None) => Constraint::Required,
        ("min", None) => Constraint::Min(number(arguments)?),
        ("max", None) => Constraint::Max(number(arguments)?),
        ("minlength", None) => Constraint::Length(size(arguments)?, usize::MAX),
        ("maxlength", None) => Constraint::Length(0, size(arguments)?),
        ("length", None) => Constraint::Length(size(arguments)?, size(arguments)?),
        ("length", Some((least, most))) => Constraint::Length(size(least)?, size(most)?),
        _ => return Err(unknown()),
    })
}

impl Constraint {
    fn allows(&self, value: &str) -> bool {
        match self {
            Self::Int => value.parse::<i32>().is_ok(),
            Self::Long => value.parse::<i64>().is_ok(),
            Self::Bool => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
            Self::Decimal => value.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Guid => {
                let digits = value.replace('-', "");
                digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            Self::Alpha => value.bytes().all(|byte| byte.is_ascii_alphabetic()),
            Self::Required => !value.is_empty(),
            Self::Min(least) => value.parse::<i64>().is_ok_and(|value| value >= *least),
            Self::Max(most) => value.parse::<i64>().is_ok_and(|value| value <= *most),
            Self::Length(least, most) => (*least..=*most).contains(&value.chars().count()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matched(template: &str, path: &str) -> Option<Value> {
        Template::parse(template)
            .unwrap()
            .matches(path)
            .map(Value::Object)
    }

    #[test]
    fn literals_and_parameters() {
        assert_eq!(
            matched("Users/{id}", "users/Ann"),
            Some(json!({"id": "Ann"}))
        );
        assert_eq!(matched("users/{id}", "users/a/"), Some(json!({"id": "a"})));
        assert_eq!(matched("users/{id}", "users"), None);
        assert_eq!(matched("users/{id}", "users/a/b"), None);
        assert_eq!(matched("users/{id?}", "users"), Some(json!({"id": null})));
        assert_eq!(matched("users/{id=7}", "users"), Some(json!({"id": "7"})));
    }

    #[test]
    fn catch_all() {
        assert_eq!(
            matched("echo/{*rest}", "echo/a//b"),
            Some(json!({"rest": "a//b"}))
        );
        assert_eq!(matched("{**rest}", "a/b/"), Some(json!({"rest": "a/b/"})));
        assert_eq!(matched("{*rest}", ""), Some(json!({"rest": null})));
        assert!(Template::parse("{*rest}/more").is_err());
    }

    #[test]
    fn constraints() {
        assert!(matched("{id:int}", "42").is_some() && matched("{id:int}", "x").is_none());
        assert!(matched("{id:int:min(5)}", "4").is_none());
        assert!(matched("{id:guid}", "cd2c1638-1638-72d5-1638-deadbeef1638").is_some());
        assert!(matched("{id:length(2,3)?}", "abcd").is_none());
        assert!(Template::parse("{id:regex(^a$)}").is_err());
        assert!(Template::parse("file.{ext}").is_err());
    }

    #[test]
    fn precedence_prefers_what_says_more() {
        let order = [
            "a/b",
            "a/{id:int}",
            "a/{id}",
            "a/{*rest}",
            "{x}/b",
            "{*rest}",
        ];
        let precedences: Vec<_> = order
            .iter()
            .map(|route| Template::parse(route).unwrap().precedence())
            .collect();
        assert!(precedences.is_sorted(), "{precedences:?}");
    }
}
