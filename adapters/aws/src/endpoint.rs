//! Where the Runtime API is.

/// The value of `AWS_LAMBDA_RUNTIME_API`: `host:port` on Lambda; emulators put a scheme in
/// front and a path behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// `host:port`, to connect to.
    pub(crate) address: String,
    /// `host` or `host:port`, as given: the `Host` header.
    pub(crate) host: String,
    /// What stands before `/2018-06-01`.
    pub(crate) prefix: String,
}

impl Endpoint {
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.strip_prefix("http://").unwrap_or(text);
        let (host, prefix) = match text.find('/') {
            Some(slash) => text.split_at(slash),
            None => (text, ""),
        };
        // The colons of an IPv6 address stand within brackets.
        let has_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
        Self {
            address: if has_port {
                host.to_owned()
            } else {
                format!("{host}:80")
            },
            host: host.to_owned(),
            prefix: prefix.trim_end_matches('/').to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_lambda_and_emulators_set() {
        for (text, address, prefix) in [
            ("127.0.0.1:9001", "127.0.0.1:9001", ""),
            ("169.254.100.1", "169.254.100.1:80", ""),
            ("[::1]:9001", "[::1]:9001", ""),
            ("[::1]", "[::1]:80", ""),
            (
                "http://127.0.0.1:9000/.rt/hello/",
                "127.0.0.1:9000",
                "/.rt/hello",
            ),
        ] {
            let endpoint = Endpoint::parse(text);
            assert_eq!(
                (&*endpoint.address, &*endpoint.prefix),
                (address, prefix),
                "{text}"
            );
        }
    }
}
