//! Names and values, in the order in which the event has them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::text::Text;

/// A JSON object of headers or of query parameters, flat: a name with an array of values
/// stands here once for each.
///
/// One type reads all that the shapes have: `{"a":"1"}`, `{"a":["1","2"]}`, and `null` in the
/// place of a value or of the whole object. No map: its order would be lost.
#[derive(Debug, Default)]
pub(crate) struct Pairs<'a>(pub(crate) Vec<(Text<'a>, Option<Text<'a>>)>);

/// What a browser sends through a CDN and a load balancer, about.
const USUAL_COUNT: usize = 24;

impl<'de: 'a, 'a> serde::Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings or of arrays of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
        let mut pairs = Vec::with_capacity(USUAL_COUNT);
        while let Some(name) = map.next_key()? {
            map.next_value_seed(Values {
                name,
                pairs: &mut pairs,
            })?;
        }
        Ok(Pairs(pairs))
    }
}

/// Reads the value or the values of `name`.
struct Values<'v, 'de> {
    name: Text<'de>,
    pairs: &'v mut Vec<(Text<'de>, Option<Text<'de>>)>,
}

impl<'de> DeserializeSeed<'de> for Values<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<(), E> {
        self.pairs.push((self.name, Some(Text::from(value))));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        let value = Text::from(value.to_owned());
        self.pairs.push((self.name, Some(value)));
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.pairs.push((self.name, None));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        while let Some(value) = values.next_element()? {
            self.pairs.push((self.name.clone(), value));
        }
        Ok(())
    }
}
