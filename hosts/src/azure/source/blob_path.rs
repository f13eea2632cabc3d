//! `path` of a blob trigger: `container/pattern`, whose `{name}`s capture parts of a blob's name
//! (`ParameterizedBlobPathSource.cs` of the Blobs extension; `BindingTemplateParser.cs` and
//! `BindingTemplateToken.cs` of Azure/azure-webjobs-sdk, which make a regular expression of it
//! with `.*` for each name: as much as possible, slashes as well).

/// What the names stand for in a blob's name; `None` where the path is of other blobs. A path
/// without a pattern is of every blob in the container.
pub(super) fn captures(path: &str, container: &str, blob: &str) -> Option<Vec<(String, String)>> {
    let (of_container, pattern) = path.split_once('/').unwrap_or((path, ""));
    if !of_container.eq_ignore_ascii_case(container) {
        return None;
    }
    let mut captures = Vec::new();
    (pattern.is_empty() || matches(&tokens(pattern), blob, &mut captures)).then(|| {
        captures.reverse();
        captures
    })
}

#[derive(Debug, PartialEq)]
enum Token {
    Text(String),
    Name(String),
}

/// `{{` and `}}` stand for a brace.
fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut text = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '{' | '}' if rest.peek() == Some(&character) => {
                rest.next();
                text.push(character);
            }
            '{' => {
                if !text.is_empty() {
                    tokens.push(Token::Text(std::mem::take(&mut text)));
                }
                let name = rest.by_ref().take_while(|&character| character != '}');
                tokens.push(Token::Name(name.collect()));
            }
            other => text.push(other),
        }
    }
    if !text.is_empty() {
        tokens.push(Token::Text(text));
    }
    tokens
}

/// Captures from the last name to the first.
fn matches(tokens: &[Token], text: &str, captures: &mut Vec<(String, String)>) -> bool {
    let Some((token, others)) = tokens.split_first() else {
        return text.is_empty();
    };
    let name = match token {
        Token::Text(literal) => {
            return text
                .strip_prefix(literal.as_str())
                .is_some_and(|rest| matches(others, rest, captures));
        }
        Token::Name(name) => name,
    };
    let ends = (0..=text.len()).rev();
    let mut cuts = ends.filter_map(|end| text.split_at_checked(end));
    cuts.any(|(captured, rest)| {
        let fits = matches(others, rest, captures);
        if fits {
            captures.push((name.clone(), captured.to_owned()));
        }
        fits
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_pattern_panics(path in ".{0,20}", blob in ".{0,20}") {
            let _ = captures(&path, "box", &blob);
            let _ = captures(&format!("box/{path}"), "box", &blob);
        }

        #[test]
        fn captures_make_the_name_again(blob in "[a-z./é]{1,12}") {
            if let Some(captures) = captures("box/{a}.{b}", "box", &blob) {
                prop_assert_eq!(format!("{}.{}", captures[0].1, captures[1].1), blob);
            } else {
                prop_assert!(!blob.contains('.'));
            }
        }
    }

    fn captured(path: &str, blob: &str) -> Option<String> {
        let captures = captures(path, "box", blob)?;
        let captures = captures
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        Some(captures.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn names_capture_as_much_as_they_can() {
        assert_eq!(
            captured("box/{name}", "a/b é.png").as_deref(),
            Some("name=a/b é.png")
        );
        assert_eq!(
            captured("box/{name}.{ext}", "a.b.c").as_deref(),
            Some("name=a.b ext=c")
        );
        assert_eq!(
            captured("Box/in-{n}/{{x}}", "in-1/{x}").as_deref(),
            Some("n=1")
        );
        assert_eq!(captured("box", "any/thing").as_deref(), Some(""));
    }

    #[test]
    fn other_blobs() {
        assert_eq!(captured("crate/{name}", "a"), None);
        assert_eq!(captured("box/in/{name}", "out/a"), None);
        assert_eq!(captured("box/{name}.png", "a.jpg"), None);
    }
}
