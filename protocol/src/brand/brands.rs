//! The brands that a number can be of.

use super::{
    Brand,
    table::{ROWS, Row, Share},
};

/// The longest prefix that identifies an issuer, in digits (ISO/IEC 7812-1: eight since 2017).
const PREFIX: usize = 8;

/// A small ordered set of brands, the most specific first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brands {
    brands: [Brand; Brand::ALL.len()],
    count: usize,
}

impl Brands {
    /// The brands that a number with these first digits has, the most specific first; co-badges included.
    ///
    /// `digits` are ASCII digits; any other text has no brand. A brand counts once its whole prefix is there: `4` is
    /// Visa, though more digits may yet show it to be Elo. Several where a card is co-badged (`4571` is Dankort and
    /// Visa) or two brands name the same prefix as theirs.
    #[must_use]
    pub fn of(digits: &str) -> Self {
        let Some(prefix) = Prefix::read(digits) else { return Self::NONE };
        let mut brands = Self::NONE;
        // From the longest prefix down, until a brand has it to itself: that one shadows all shorter ones.
        for length in (1..=prefix.length).rev() {
            let mut owned = false;
            for row in ROWS.iter().filter(|row| row.length() == length && prefix.matches(row)) {
                let shared = match row.share {
                    Share::Own => false,
                    Share::CoBadge => true,
                    Share::Rest if prefix.is_others(row.brand) => continue,
                    Share::Rest => false,
                };
                owned |= !shared;
                brands.add(row.brand);
            }
            if owned {
                break;
            }
        }
        brands
    }

    /// The brands that a number with these first digits has or may still turn out to have: first those of
    /// [`Brands::of`], then the others in the order of [`Brand::ALL`].
    #[must_use]
    pub fn possible(digits: &str) -> Self {
        let mut brands = Self::of(digits);
        let Some(prefix) = Prefix::read(digits) else { return brands };
        for &brand in Brand::ALL {
            if ROWS.iter().any(|row| row.brand == brand && prefix.may_match(row)) {
                brands.add(brand);
            }
        }
        brands
    }

    /// The most specific brand.
    #[must_use]
    pub fn first(&self) -> Option<Brand> {
        self.iter().next()
    }

    /// The brands in order.
    pub fn iter(&self) -> impl Iterator<Item = Brand> + '_ {
        self.brands.iter().copied().take(self.count)
    }

    /// Whether the brand is among them.
    #[must_use]
    pub fn contains(&self, brand: Brand) -> bool {
        self.iter().any(|one| one == brand)
    }

    /// How many they are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The digits of the longest number that any of them issues.
    #[must_use]
    pub fn max_length(&self) -> Option<usize> {
        self.iter().map(Brand::max_length).max()
    }

    const NONE: Self = Self { brands: [Brand::Visa; Brand::ALL.len()], count: 0 };

    /// The same set without those that fail the test.
    pub(crate) fn filter(&self, keep: impl Fn(Brand) -> bool) -> Self {
        let mut kept = Self::NONE;
        for brand in self.iter().filter(|&brand| keep(brand)) {
            kept.add(brand);
        }
        kept
    }

    fn add(&mut self, brand: Brand) {
        if self.contains(brand) {
            return;
        }
        // Each brand is in at most once, so there is always room.
        if let Some(place) = self.brands.get_mut(self.count) {
            *place = brand;
            self.count += 1;
        }
    }
}

/// The first digits of a number.
#[derive(Clone, Copy)]
struct Prefix {
    value: u32,
    length: u32,
}

impl Prefix {
    fn read(digits: &str) -> Option<Self> {
        let mut prefix = Self { value: 0, length: 0 };
        for byte in digits.bytes().take(PREFIX) {
            if !byte.is_ascii_digit() {
                return None;
            }
            prefix.value = prefix.value * 10 + u32::from(byte - b'0');
            prefix.length += 1;
        }
        Some(prefix)
    }

    /// Whether all of a row's prefix is there, and within its range.
    fn matches(self, row: &Row) -> bool {
        let length = row.length();
        self.length >= length && (row.low..=row.high).contains(&(self.value / power(self.length - length)))
    }

    /// Whether only a part of a row's prefix is there, and more digits can bring it into the row's range.
    fn may_match(self, row: &Row) -> bool {
        let length = row.length();
        if self.length >= length {
            return false;
        }
        let unit = power(length - self.length);
        (row.low / unit..=row.high / unit).contains(&self.value)
    }

    /// Whether more digits can show the number to be of another brand than this one.
    fn is_others(self, brand: Brand) -> bool {
        ROWS.iter().any(|row| row.brand != brand && (self.may_match(row) || self.matches(row)))
    }
}

const fn power(exponent: u32) -> u32 {
    10_u32.pow(exponent)
}
