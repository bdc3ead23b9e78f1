//! Card brands: what a number's first digits say about it.

mod brands;
mod table;

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use brands::Brands;
pub(crate) use table::GAPS_OF_FOUR;

/// A card brand (in the standards' words a payment card scheme).
///
/// In JSON it is its [`Brand::id`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Brand {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
    /// American Express.
    Amex,
    /// Discover.
    Discover,
    /// Diners Club International.
    Diners,
    /// JCB.
    Jcb,
    /// UnionPay.
    UnionPay,
    /// Maestro.
    Maestro,
    /// Mir (Russia).
    Mir,
    /// Elo (Brazil).
    Elo,
    /// Hipercard (Brazil).
    Hipercard,
    /// RuPay (India).
    RuPay,
    /// Troy (Türkiye).
    Troy,
    /// Verve (Nigeria).
    Verve,
    /// Dankort (Denmark).
    Dankort,
    /// Cartes Bancaires, CB (France).
    CartesBancaires,
    /// Bancontact (Belgium).
    Bancontact,
}

impl Brand {
    /// Every brand.
    pub const ALL: &'static [Self] = &[
        Self::Visa,
        Self::Mastercard,
        Self::Amex,
        Self::Discover,
        Self::Diners,
        Self::Jcb,
        Self::UnionPay,
        Self::Maestro,
        Self::Mir,
        Self::Elo,
        Self::Hipercard,
        Self::RuPay,
        Self::Troy,
        Self::Verve,
        Self::Dankort,
        Self::CartesBancaires,
        Self::Bancontact,
    ];

    /// The brand's stable identifier: lower case ASCII letters and underscores.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.facts().id
    }

    /// The brand of an identifier, or `None` where there is none.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|brand| brand.id() == id)
    }

    /// The brand's name as shoppers know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// How many digits its numbers have, ascending; from 12 to 19.
    #[must_use]
    pub const fn lengths(self) -> &'static [u8] {
        self.facts().lengths
    }

    /// Whether its numbers may have `length` digits.
    #[must_use]
    pub fn has_length(self, length: usize) -> bool {
        self.lengths().iter().any(|&one| usize::from(one) == length)
    }

    /// How many digits its longest numbers have.
    #[must_use]
    pub fn max_length(self) -> usize {
        self.lengths().last().map_or(0, |&longest| usize::from(longest))
    }

    /// After how many digits a number of `length` digits has a gap, as cards print it: ascending.
    #[must_use]
    pub fn gaps(self, length: usize) -> &'static [u8] {
        match self {
            Self::Amex => table::GAPS_4_6_5,
            // Numbers of 14 digits stand in three groups; longer ones as everyone's.
            Self::Diners if length <= 14 => table::GAPS_4_6_5,
            _ => table::GAPS_OF_FOUR,
        }
    }

    /// The brand's own short name for the security code, to label its field with.
    #[must_use]
    pub const fn code_name(self) -> &'static str {
        self.facts().code_name
    }

    /// How many digits its security code has.
    #[must_use]
    pub const fn code_length(self) -> u8 {
        self.facts().code_length
    }

    /// Whether each of its numbers ends in a check digit (ISO/IEC 7812-1, annex B).
    #[must_use]
    pub const fn luhn(self) -> bool {
        self.facts().luhn
    }
}

impl fmt::Display for Brand {
    /// The [`Brand::name`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Brand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Brand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Id;

        impl de::Visitor<'_> for Id {
            type Value = Brand;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the id of a card brand")
            }

            fn visit_str<E: de::Error>(self, id: &str) -> Result<Brand, E> {
                // The text is not repeated in the error: it is input.
                Brand::from_id(id).ok_or_else(|| E::custom("unknown card brand"))
            }
        }

        deserializer.deserialize_str(Id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_brand_is_found_by_its_id_and_travels_as_it() {
        for &brand in Brand::ALL {
            assert!(brand.id().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{brand}");
            assert_eq!(Brand::from_id(brand.id()), Some(brand));
            let json = serde_json::to_string(&brand).unwrap();
            assert_eq!(json, format!("\"{}\"", brand.id()));
            assert_eq!(serde_json::from_str::<Brand>(&json).unwrap(), brand);
        }
        assert_eq!(Brand::from_id("Visa"), None);
        assert!(serde_json::from_str::<Brand>("\"nosuch\"").is_err());
        assert!(serde_json::from_str::<Brand>("1").is_err());
    }

    #[test]
    fn facts_are_within_what_the_standards_allow() {
        for &brand in Brand::ALL {
            assert!(brand.lengths().is_sorted(), "{brand}");
            assert!(brand.lengths().iter().all(|length| (12..=19).contains(length)), "{brand}");
            assert_eq!(brand.max_length(), usize::from(*brand.lengths().last().unwrap()));
            assert!((3..=4).contains(&brand.code_length()), "{brand}");
            for length in 0..=19 {
                assert!(brand.gaps(length).is_sorted(), "{brand}");
            }
        }
    }
}
