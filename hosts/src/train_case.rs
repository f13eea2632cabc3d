//! Header names as people write them; hyper knows them in lower case only.

/// `x-forwarded-for` → `X-Forwarded-For`.
pub(crate) fn train_case(name: &str) -> String {
    let words: Vec<String> = name
        .split('-')
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        })
        .collect();
    words.join("-")
}
