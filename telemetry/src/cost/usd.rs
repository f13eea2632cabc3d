//! Amounts of money.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

const DECIMALS: usize = 12;

/// An amount in US dollars, in whole millionths of a millionth of one. What is too large for
/// that is the largest amount there is.
///
/// ```
/// use polyfn_telemetry::cost::Usd;
///
/// assert_eq!(Usd::from_picodollars(16_866_700).to_string(), "0.0000168667");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Usd(u128);

impl Usd {
    /// So many millionths of a millionth of a dollar.
    pub const fn from_picodollars(picodollars: u128) -> Self {
        Self(picodollars)
    }

    /// The amount in millionths of a millionth of a dollar.
    pub const fn picodollars(self) -> u128 {
        self.0
    }

    /// `units` times the amount, where it is the price of `per` units, rounded up.
    pub(super) const fn of(self, units: u128, per: u128) -> Self {
        Self(self.0.saturating_mul(units).div_ceil(per))
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.')?;
        let digits = format!("{whole}{decimals:0<DECIMALS$}");
        let is_amount = !whole.is_empty()
            && (1..=DECIMALS).contains(&decimals.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_amount.then(|| digits.parse().ok().map(Self))?
    }
}

/// A decimal with all digits that it needs, and at least one after the point.
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0>width$}", self.0, width = DECIMALS + 1);
        let (whole, decimals) = digits.split_at(digits.len() - DECIMALS);
        let (first, rest) = decimals.split_at(1);
        write!(f, "{whole}.{first}{}", rest.trim_end_matches('0'))
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        Self::parse(text).ok_or_else(|| {
            de::Error::custom(format_args!(
                "`{text}` is no amount: expected a decimal with 1 to {DECIMALS} digits after \
                 the point"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_written() {
        for text in ["0.0", "1.0", "0.0000166667", "0.000000000001", "12.5"] {
            let read = Usd::parse(text).expect(text);
            assert_eq!(read.to_string(), text);
        }
        assert_eq!(Usd::parse("0.0000166667"), Some(Usd(16_666_700)));
    }

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        let wrong = [
            "",
            ".",
            "1",
            ".5",
            "1.",
            "-0.1",
            "+0.1",
            "1e-5",
            "0.1e2",
            "0,1",
            "0.0000000000001",
            " 0.1",
            "0.1.2",
            "0.x",
        ];
        for text in wrong {
            assert_eq!(Usd::parse(text), None, "{text:?}");
        }
        let huge = format!("{}.0", u128::MAX);
        assert_eq!(Usd::parse(&huge), None, "more than there can be");
    }

    #[test]
    fn what_is_too_large_is_the_largest_amount() {
        let largest = Usd(u128::MAX);
        assert_eq!(largest.of(2, 1), largest);
        assert_eq!(largest.plus(Usd(1)), largest);
    }

    #[test]
    fn the_largest_amount_is_written_out() {
        assert_eq!(
            Usd(u128::MAX).to_string(),
            "340282366920938463463374607.431768211455"
        );
    }
}
