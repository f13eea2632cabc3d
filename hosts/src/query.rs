//! Query strings as parameters, in the order in which they were sent.

use percent_encoding::percent_decode_str;

/// `(name, value)` pairs of a raw query, still encoded. A name without `=` has an empty value.
pub(crate) fn raw_pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// `(name, value)` pairs decoded as `application/x-www-form-urlencoded`.
pub(crate) fn decoded_pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    raw_pairs(query).map(|(name, value)| (form_decode(name), form_decode(value)))
}

fn form_decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_keeps_the_encoding() {
        let pairs: Vec<_> = raw_pairs("a=1&b&&c=%20x=y+z").collect();
        assert_eq!(pairs, [("a", "1"), ("b", ""), ("c", "%20x=y+z")]);
    }

    #[test]
    fn decoded_reads_plus_as_a_space() {
        let pairs: Vec<_> = decoded_pairs("a%26=1+2&b=%C3%A9").collect();
        assert_eq!(
            pairs,
            [("a&".into(), "1 2".into()), ("b".into(), "é".into())]
        );
    }
}
