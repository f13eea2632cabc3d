//! What a source of events itself takes away.

use serde::Deserialize;

use crate::Difference;
use crate::event::ColumnPattern;

/// A loss that no adapter can prevent, with the vendor's word for it.
///
/// An excluded case runs all the same. Should it pass, the exclusion has become a lie and the run
/// fails until it is removed; and a difference that the exclusion does not explain is a failure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventExclusion {
    /// The name that cases use.
    pub name: String,
    /// The columns that it is about.
    pub on: Vec<ColumnPattern>,
    /// What the function is not told: it explains a difference whose name has one of these texts in
    /// it (`data.attributes`) where nothing came. Something false is a failure all the same.
    #[serde(default)]
    pub loses: Vec<String>,
    /// What comes otherwise: it explains a difference whose name has one of these texts in it
    /// (`fates`), whatever came.
    #[serde(default)]
    pub changes: Vec<String>,
    /// What the platform does.
    pub reason: String,
    /// The vendor's page or source that says so.
    pub link: String,
}

impl EventExclusion {
    /// Whether it is a reason for the difference.
    pub fn is_reason_for(&self, difference: &Difference) -> bool {
        let is_one_of = |parts: &[String]| parts.iter().any(|part| difference.what.contains(part));
        is_one_of(&self.changes) || is_one_of(&self.loses) && difference.nothing_came()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_no_licence_to_tell_something_false() {
        let text = "
            name = 'e'
            on = ['aws/s3']
            loses = ['data.content_type']
            changes = ['fates']
            reason = 'because'
            link = 'https://x'
        ";
        let exclusion: EventExclusion = toml::from_str(text).unwrap();
        for (what, came, expected) in [
            ("data.content_type", "null", true),
            ("event 2 in order: data.content_type", "null", true),
            ("data.content_type", "\"text/html\"", false),
            ("data.etag", "null", false),
            ("fates", "[Done]", true),
        ] {
            let difference = Difference::new(what, "\"image/png\"", came);
            assert_eq!(
                exclusion.is_reason_for(&difference),
                expected,
                "{what}: {came}"
            );
        }
    }
}
