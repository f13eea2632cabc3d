//! Header fields: whether they are there, how often, in which order.

use crate::case::FieldValue;
use crate::check::Difference;
use crate::http::{Headers, excerpt};

/// The values of each name must be exactly these.
pub(super) fn exact(
    who: &str,
    expected: &[(String, FieldValue)],
    actual: &Headers,
) -> Vec<Difference> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in expected {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .filter_map(|name| {
            let values = expected
                .iter()
                .filter(|(other, _)| other.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.bytes())
                .collect::<Vec<_>>();
            let came = actual.all(name);
            (values != came).then(|| {
                let what = format!("{who} header {name}");
                Difference::new(what, shown(&values), shown(&came))
            })
        })
        .collect()
}

/// The values of each name, separate or joined by commas, must be these.
pub(super) fn lists(
    who: &str,
    expected: &[(String, Vec<String>)],
    actual: &Headers,
) -> Vec<Difference> {
    expected
        .iter()
        .filter_map(|(name, values)| {
            let items = split(&texts(actual, name));
            Difference::between(
                &format!("{who} header {name}, as a list"),
                &split(values),
                &items,
            )
        })
        .collect()
}

/// The values of each name must be these, in any order.
pub(super) fn unordered(
    who: &str,
    expected: &[(String, Vec<String>)],
    actual: &Headers,
) -> Vec<Difference> {
    let sorted = |mut values: Vec<String>| {
        values.sort();
        values
    };
    expected
        .iter()
        .filter_map(|(name, values)| {
            let what = format!("{who} header {name}, in any order");
            Difference::between(&what, &sorted(values.clone()), &sorted(texts(actual, name)))
        })
        .collect()
}

/// None of the names may be there.
pub(super) fn absent(who: &str, names: &[String], actual: &Headers) -> Vec<Difference> {
    names
        .iter()
        .filter_map(|name| {
            let values = texts(actual, name);
            Difference::between(&format!("{who} header {name}"), &Vec::new(), &values)
        })
        .collect()
}

/// Values for a person: what is no UTF-8 is told byte by byte.
fn shown(values: &[&[u8]]) -> String {
    let texts: Vec<_> = values
        .iter()
        .map(|value| format!("\"{}\"", excerpt(value, value.len())))
        .collect();
    format!("[{}]", texts.join(", "))
}

fn texts(headers: &Headers, name: &str) -> Vec<String> {
    headers
        .all(name)
        .into_iter()
        .map(|value| String::from_utf8_lossy(value).into_owned())
        .collect()
}

fn split(values: &[String]) -> Vec<String> {
    values
        .iter()
        .flat_map(|value| value.split(','))
        .map(|item| item.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&str, &str)]) -> Headers {
        Headers(
            fields
                .iter()
                .map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec()))
                .collect(),
        )
    }

    fn pairs(fields: &[(&str, &str)]) -> Vec<(String, FieldValue)> {
        fields
            .iter()
            .map(|(n, v)| ((*n).to_owned(), FieldValue::from(*v)))
            .collect()
    }

    #[test]
    fn repeats_and_their_order_count() {
        let wanted = pairs(&[("x-a", "1"), ("x-a", "2")]);
        assert!(
            exact(
                "response",
                &wanted,
                &headers(&[("X-A", "1"), ("y", "0"), ("x-a", "2")])
            )
            .is_empty()
        );
        for wrong in [
            &[("x-a", "2"), ("x-a", "1")][..],
            &[("x-a", "1, 2")],
            &[("x-a", "1")],
            &[],
        ] {
            let found = exact("response", &wanted, &headers(wrong));
            assert_eq!(found.len(), 1, "{wrong:?}");
            assert!(
                found[0]
                    .to_string()
                    .starts_with("response header x-a: expected [\"1\", \"2\"], came [")
            );
        }
    }

    #[test]
    fn bytes_count() {
        let wanted = pairs(&[("x-a", "é")]);
        let latin1 = Headers(vec![("x-a".to_owned(), vec![0xe9])]);
        let found = exact("response", &wanted, &latin1);
        assert_eq!(
            found[0].to_string(),
            "response header x-a: expected [\"é\"], came [\"\\xe9\"]"
        );
    }

    #[test]
    fn a_list_may_be_joined() {
        let wanted = [("x-a".to_owned(), vec!["1".to_owned(), "2".to_owned()])];
        for right in [
            &[("x-a", "1"), ("x-a", "2")][..],
            &[("x-a", "1, 2")],
            &[("x-a", "1,2")],
        ] {
            assert!(
                lists("response", &wanted, &headers(right)).is_empty(),
                "{right:?}"
            );
        }
        assert_eq!(
            lists("response", &wanted, &headers(&[("x-a", "2,1")])).len(),
            1
        );
    }

    #[test]
    fn the_order_may_be_left_open() {
        let wanted = [("x-a".to_owned(), vec!["1".to_owned(), "2".to_owned()])];
        let swapped = headers(&[("x-a", "2"), ("x-a", "1")]);
        assert!(unordered("response", &wanted, &swapped).is_empty());
        for wrong in [&[("x-a", "1")][..], &[("x-a", "1, 2")]] {
            assert_eq!(
                unordered("response", &wanted, &headers(wrong)).len(),
                1,
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn absence_is_checked() {
        let names = ["x-a".to_owned()];
        assert!(absent("echoed", &names, &headers(&[("x-b", "1")])).is_empty());
        assert_eq!(absent("echoed", &names, &headers(&[("X-A", "1")])).len(), 1);
    }
}
