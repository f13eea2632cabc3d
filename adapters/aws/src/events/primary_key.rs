//! The primary key of a DynamoDB item.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::text::Text;

/// The values of the partition key and the sort key, in the order of the event.
#[derive(Debug)]
pub(super) struct PrimaryKey<'a>(Vec<Text<'a>>);

impl PrimaryKey<'_> {
    pub(super) fn joined(&self) -> String {
        let values: Vec<&str> = self.0.iter().map(|value| &**value).collect();
        values.join("/")
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for PrimaryKey<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = PrimaryKey<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keys of an item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PrimaryKey<'de>, A::Error> {
        /// A text, a number or bytes: all of them are strings here.
        #[derive(Deserialize)]
        enum Value<'a> {
            #[serde(borrow)]
            S(Text<'a>),
            N(Text<'a>),
            B(Text<'a>),
        }

        let mut values = Vec::with_capacity(2);
        while let Some((_, value)) = map.next_entry::<IgnoredAny, Value<'de>>()? {
            let (Value::S(text) | Value::N(text) | Value::B(text)) = value;
            values.push(text);
        }
        Ok(PrimaryKey(values))
    }
}

#[cfg(test)]
mod tests {
    use super::super::flaw::read;
    use super::*;

    #[test]
    fn values_are_joined_in_their_order() {
        let key: PrimaryKey<'_> = read(r#"{"id": {"S": "a\"b"}, "at": {"N": "7.50"}}"#).unwrap();
        assert_eq!(key.joined(), "a\"b/7.50");
        assert!(read::<PrimaryKey<'_>>(r#"{"id": {"BOOL": true}}"#).is_err());
    }
}
