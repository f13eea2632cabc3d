//! Content types.

/// A content type without its parameters, as [RFC 9110, 8.3.1] has it; compared without regard
/// to case.
///
/// [RFC 9110, 8.3.1]: https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
#[derive(Debug, Clone, Copy)]
pub(crate) struct MediaType<'a> {
    kind: &'a str,
    subtype: &'a str,
    parameters: &'a str,
}

impl<'a> MediaType<'a> {
    /// `None` where there is no slash.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
        let (kind, subtype) = essence.trim().split_once('/')?;
        Some(Self {
            kind,
            subtype,
            parameters,
        })
    }

    pub(crate) fn is(self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype)
    }

    /// `application/json` and every `…+json`.
    pub(crate) fn is_json(self) -> bool {
        let suffix = self.subtype.rsplit_once('+').map(|(_, suffix)| suffix);
        let is_json = |name: &str| name.eq_ignore_ascii_case("json");
        is_json(self.subtype) || suffix.is_some_and(is_json)
    }

    /// What is meant to be read by people: `text/*`, XML, and forms.
    pub(crate) fn is_text(self) -> bool {
        let suffix = self.subtype.rsplit_once('+').map(|(_, suffix)| suffix);
        let is_xml = |name: &str| name.eq_ignore_ascii_case("xml");
        self.kind.eq_ignore_ascii_case("text")
            || is_xml(self.subtype)
            || suffix.is_some_and(is_xml)
            || self.is("application", "x-www-form-urlencoded")
    }

    /// The `charset` parameter, without quotes.
    pub(crate) fn charset(self) -> Option<&'a str> {
        let pairs = self.parameters.split(';');
        let mut named = pairs.filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = named.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
        Some(value.trim().trim_matches('"'))
    }
}
