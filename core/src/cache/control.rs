//! What `Cache-Control` says, on either side.
//!
//! Of directives that are given twice or contradict each other the most restrictive holds (RFC
//! 9111, 4.2.1), and what can't be read restricts most.

use std::time::Duration;

use http::header::{HeaderMap, PRAGMA};

use super::directives::{Directive, directives};

/// What a request allows: RFC 9111, 5.2.1.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestControl {
    pub(crate) no_store: bool,
    pub(crate) no_cache: bool,
    pub(crate) only_if_cached: bool,
    pub(crate) max_age: Option<Duration>,
    pub(crate) min_fresh: Duration,
}

impl RequestControl {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut control = Self::default();
        let mut all = directives(headers).peekable();
        if all.peek().is_none() {
            control.no_cache = asks_for_no_cache_in_pragma(headers);
        }
        for directive in all {
            match directive {
                Err(_) => (control.no_store, control.no_cache) = (true, true),
                Ok(it) if it.is("no-store") => control.no_store = true,
                Ok(it) if it.is("no-cache") => control.no_cache = true,
                Ok(it) if it.is("only-if-cached") => control.only_if_cached = true,
                Ok(it) if it.is("max-age") => lower(&mut control.max_age, it),
                Ok(it) if it.is("min-fresh") => {
                    let min_fresh = it.seconds().unwrap_or(Duration::MAX);
                    control.min_fresh = control.min_fresh.max(min_fresh);
                }
                Ok(_) => {}
            }
        }
        control
    }
}

/// RFC 9111, 5.4.
fn asks_for_no_cache_in_pragma(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(PRAGMA).iter();
    let mut words = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    words.any(|word| word.trim_ascii().eq_ignore_ascii_case(b"no-cache"))
}

/// What a response allows: RFC 9111, 5.2.2. `private` and `no-cache` that name fields hold for
/// the whole response.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ResponseControl {
    pub(crate) no_store: bool,
    pub(crate) no_cache: bool,
    pub(crate) private: bool,
    pub(crate) public: bool,
    pub(crate) must_revalidate: bool,
    pub(crate) s_maxage: Option<Duration>,
    pub(crate) max_age: Option<Duration>,
}

impl ResponseControl {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut control = Self::default();
        for directive in directives(headers) {
            match directive {
                Err(_) => control.no_store = true,
                Ok(it) if it.is("no-store") => control.no_store = true,
                Ok(it) if it.is("no-cache") => control.no_cache = true,
                Ok(it) if it.is("private") => control.private = true,
                Ok(it) if it.is("public") => control.public = true,
                Ok(it) if it.is("must-revalidate") => control.must_revalidate = true,
                Ok(it) if it.is("s-maxage") => lower(&mut control.s_maxage, it),
                Ok(it) if it.is("max-age") => lower(&mut control.max_age, it),
                Ok(_) => {}
            }
        }
        control
    }

    /// Whether it may be shared among those who say who they are: RFC 9111, 3.5.
    pub(crate) fn is_for_everyone(&self) -> bool {
        self.public || self.must_revalidate || self.s_maxage.is_some()
    }
}

fn lower(least: &mut Option<Duration>, directive: Directive<'_>) {
    let seconds = directive.seconds().unwrap_or_default();
    *least = Some(least.map_or(seconds, |least| least.min(seconds)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use http::header::CACHE_CONTROL;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn lines<L: AsRef<[u8]>>(lines: impl IntoIterator<Item = L>) -> HeaderMap {
        let lines = lines.into_iter().map(|line| {
            let value = HeaderValue::from_bytes(line.as_ref()).expect("what HTTP allows");
            (CACHE_CONTROL, value)
        });
        HeaderMap::from_iter(lines)
    }

    /// Any bytes that a header may hold.
    fn any_line() -> impl Strategy<Value = Vec<u8>> {
        let structure = prop_oneof![Just(b'"'), Just(b','), Just(b'='), Just(b'\\'), Just(b' ')];
        let others = any::<u8>().prop_filter("allowed", |byte| {
            *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f)
        });
        vec(prop_oneof![structure, others], 0..40)
    }

    /// A directive written in one of the ways in which it may be.
    fn written(name: &str, seconds: u32, style: u8) -> String {
        let name: String = if style & 1 == 0 {
            name.to_owned()
        } else {
            name.to_uppercase()
        };
        let space = if style & 2 == 0 { "" } else { " \t" };
        let value = if style & 4 == 0 {
            seconds.to_string()
        } else {
            format!("\"{seconds}\"")
        };
        format!("{space}{name}={value}{space}")
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_or_hides_a_no_store(
            before in vec(any_line(), 0..3),
            mut line in any_line(),
            after in vec(any_line(), 0..3),
        ) {
            line.extend(b", no-store");
            let all = before.into_iter().chain([line]).chain(after);
            let headers = lines(all);
            prop_assert!(RequestControl::of(&headers).no_store);
            prop_assert!(ResponseControl::of(&headers).no_store);
        }

        #[test]
        fn of_several_the_most_restrictive_holds(
            given in vec((any::<u32>(), 0_u8..8, any::<bool>()), 1..6),
        ) {
            let seconds = || given.iter().map(|(seconds, ..)| Duration::from_secs((*seconds).into()));
            let cap = Duration::from_secs(1 << 31);
            let least = seconds().min().map(|least| least.min(cap));
            let most = seconds().max().map(|most| most.min(cap));

            let headers = |name: &str| {
                let mut all = vec![String::new()];
                for (seconds, style, on_a_line_of_its_own) in &given {
                    let directive = written(name, *seconds, *style);
                    match all.last_mut() {
                        Some(line) if !on_a_line_of_its_own => {
                            line.push(',');
                            line.push_str(&directive);
                        }
                        _ => all.push(directive),
                    }
                }
                lines(all)
            };
            prop_assert_eq!(ResponseControl::of(&headers("max-age")).max_age, least);
            prop_assert_eq!(ResponseControl::of(&headers("s-maxage")).s_maxage, least);
            let expected = RequestControl { max_age: least, ..RequestControl::default() };
            prop_assert_eq!(RequestControl::of(&headers("max-age")), expected);
            prop_assert_eq!(Some(RequestControl::of(&headers("min-fresh")).min_fresh), most);
        }

        #[test]
        fn what_is_unknown_changes_nothing(name in "x-[a-z]{1,8}", value in "[^\"\\\\\x00-\x1f\x7f]{0,20}") {
            let headers = lines([format!("{name}=\"{value}\", {name}, max-age=7")]);
            let max_age = Some(Duration::from_secs(7));
            let expected = ResponseControl { max_age, ..ResponseControl::default() };
            prop_assert_eq!(ResponseControl::of(&headers), expected);
        }
    }
}
