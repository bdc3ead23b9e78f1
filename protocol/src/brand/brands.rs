//! The brands that a number can be of.

use super::{
    Brand,
    table::{ROWS, Row, Share},
};
use crate::card::digits::{digit, is_separator};

/// The longest prefix that identifies an issuer, in digits (ISO/IEC 7812-1: eight since 2017).
const PREFIX: u8 = 8;

/// A small ordered set of brands, the most specific first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brands {
    brands: [Brand; Brand::ALL.len()],
    count: usize,
}

impl Brands {
    /// The brands that a number with these first digits has, the most specific first; co-badges included.
    ///
    /// The text is a number, or its beginning, in any of the writings that [`crate::card::Pan::parse`] reads; any other
    /// text has no brand. A brand counts once its whole prefix is there: `4` is Visa, though more digits may yet show it
    /// to be Elo. Several where a card is co-badged (`4571` is Dankort and Visa) or two brands name the same prefix as
    /// theirs.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Prefix::read(text).map_or(Self::NONE, Prefix::brands)
    }

    /// The brands that a number with these first digits has or may still turn out to have: first those of
    /// [`Brands::of`], then the others in the order of [`Brand::ALL`].
    #[must_use]
    pub fn possible(text: &str) -> Self {
        let Some(prefix) = Prefix::read(text) else { return Self::NONE };
        let mut brands = prefix.brands();
        if prefix.length < PREFIX {
            for row in ROWS.iter().filter(|row| prefix.may_come_to(row)) {
                brands.add(row.brand);
            }
        }
        brands
    }

    /// The brands of a co-badged card between which its holder may choose (Regulation (EU) 2015/751, article 8(6)), the
    /// most specific first; none where there is no choice.
    ///
    /// Co-badged is a number whose prefix the table of brands gives to one brand beside another, once the whole prefix is
    /// there. Two brands that each name a prefix as their own are no choice: the card is of one of them, and only the
    /// table does not know of which. A brand whose numbers are shorter than this one drops out.
    #[must_use]
    pub fn co_badged(text: &str) -> Self {
        let Some(prefix) = Prefix::read(text) else { return Self::NONE };
        let count = text.chars().filter(|&c| digit(c).is_some()).count();
        let brands = prefix.brands().filter(|brand| brand.max_length() >= count);
        let is_co_badge = |row: &Row| row.share == Share::CoBadge && prefix.matches(row) && brands.contains(row.brand);
        if brands.len() > 1 && ROWS.iter().any(is_co_badge) { brands } else { Self::NONE }
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

/// The first digits of a number, as a number: so many identify the issuer, not the card.
#[derive(Clone, Copy)]
struct Prefix {
    value: u32,
    length: u8,
}

impl Prefix {
    fn read(text: &str) -> Option<Self> {
        let mut prefix = Self { value: 0, length: 0 };
        for c in text.chars() {
            match digit(c) {
                Some(value) if prefix.length < PREFIX => {
                    prefix.value = prefix.value * 10 + u32::from(value);
                    prefix.length += 1;
                }
                Some(_) => {}
                None if is_separator(c) => {}
                None => return None,
            }
        }
        Some(prefix)
    }

    /// The brands whose whole prefix is there.
    fn brands(self) -> Brands {
        let mut brands = Brands::NONE;
        // Looked for once: the table is gone through with every key, and hardly a row of it matches.
        let matching: Vec<&Row> = ROWS.iter().filter(|row| self.matches(row)).collect();
        // From the longest prefix down, until a brand has it to itself: that one shadows all shorter ones.
        for length in (1..=self.length).rev() {
            let mut owned = false;
            for row in matching.iter().filter(|row| row.length == length) {
                if row.share == Share::Rest && self.may_be_of_another(row.brand) {
                    continue;
                }
                owned |= row.share != Share::CoBadge;
                brands.add(row.brand);
            }
            if owned {
                break;
            }
        }
        brands
    }

    /// Whether all of a row's prefix is there, and within its range.
    fn matches(self, row: &Row) -> bool {
        self.length >= row.length && (row.low..=row.high).contains(&(self.value / power(self.length - row.length)))
    }

    /// Whether only a part of a row's prefix is there, and more digits can bring it into the row's range.
    fn leads_to(self, row: &Row) -> bool {
        if self.length >= row.length {
            return false;
        }
        let unit = power(row.length - self.length);
        (row.low / unit..=row.high / unit).contains(&self.value)
    }

    /// Whether more digits can make the row count.
    fn may_come_to(self, row: &Row) -> bool {
        self.leads_to(row)
            || (row.share == Share::Rest
                && self.matches(row)
                && !ROWS.iter().any(|other| other.brand != row.brand && self.matches(other)))
    }

    /// Whether the number is, or with more digits can be, of another brand than this one.
    fn may_be_of_another(self, brand: Brand) -> bool {
        ROWS.iter().any(|row| row.brand != brand && (self.leads_to(row) || self.matches(row)))
    }
}

fn power(exponent: u8) -> u32 {
    10_u32.pow(u32::from(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::{Judgement, Pan};

    fn of(digits: &str) -> Vec<Brand> {
        Brands::of(digits).iter().collect()
    }

    #[test]
    fn each_brand_is_known_by_its_prefix() {
        for (digits, brand) in [
            ("4", Brand::Visa),
            ("51", Brand::Mastercard),
            ("55", Brand::Mastercard),
            ("2221", Brand::Mastercard),
            ("2720", Brand::Mastercard),
            ("34", Brand::Amex),
            ("37", Brand::Amex),
            ("6011", Brand::Discover),
            ("644", Brand::Discover),
            ("65", Brand::Discover),
            ("300", Brand::Diners),
            ("3095", Brand::Diners),
            ("36", Brand::Diners),
            ("3528", Brand::Jcb),
            ("62", Brand::UnionPay),
            ("8171", Brand::UnionPay),
            ("5018", Brand::Maestro),
            ("6759", Brand::Maestro),
            ("6012", Brand::Maestro),
            ("2204", Brand::Mir),
            ("636368", Brand::Elo),
            ("606282", Brand::Hipercard),
            ("508528", Brand::RuPay),
            ("8172", Brand::RuPay),
            ("9792", Brand::Troy),
            ("65086000", Brand::Troy),
            ("506099", Brand::Verve),
            ("5019", Brand::Dankort),
            ("606005", Brand::Bancontact),
        ] {
            assert_eq!(of(digits), [brand], "{digits}");
        }
    }

    #[test]
    fn prefixes_just_outside_a_range_are_not_of_the_brand() {
        for (digits, brand) in [
            ("2220", Brand::Mastercard),
            ("2721", Brand::Mastercard),
            ("2205", Brand::Mir),
            ("3527", Brand::Jcb),
            ("3590", Brand::Jcb),
            ("643", Brand::Discover),
            ("306", Brand::Diners),
            ("508499", Brand::RuPay),
            ("8099", Brand::UnionPay),
            ("8300", Brand::RuPay),
        ] {
            assert!(!Brands::of(digits).contains(brand), "{digits}");
        }
    }

    #[test]
    fn a_co_badged_card_has_both_brands_and_a_more_specific_one_shadows() {
        assert_eq!(of("4571"), [Brand::Dankort, Brand::Visa]);
        assert_eq!(of("6703"), [Brand::Bancontact, Brand::Maestro]);
        assert_eq!(of("4000002500001001"), [Brand::CartesBancaires, Brand::Visa]);
        assert_eq!(of("5555552500001001"), [Brand::CartesBancaires, Brand::Mastercard]);
        assert_eq!(of("353800"), [Brand::RuPay, Brand::Jcb]);
        assert_eq!(of("401177"), [Brand::Visa]);
        assert_eq!(of("401178"), [Brand::Elo]);
        // Two brands name this prefix as theirs.
        assert_eq!(of("650923"), [Brand::Elo, Brand::Troy]);
    }

    #[test]
    fn only_a_co_badged_card_leaves_a_choice() {
        let choice = |digits: &str| Brands::co_badged(digits).iter().collect::<Vec<_>>();
        assert_eq!(choice("4000002500001001"), [Brand::CartesBancaires, Brand::Visa]);
        assert_eq!(choice("5555552500001001"), [Brand::CartesBancaires, Brand::Mastercard]);
        assert_eq!(choice("6703444444444449"), [Brand::Bancontact, Brand::Maestro]);
        assert_eq!(choice("4571"), [Brand::Dankort, Brand::Visa]);
        assert_eq!(choice("３５３８ ００"), [Brand::RuPay, Brand::Jcb]);
        // Not yet, not any more for so long a number, not at all, and two brands that share a prefix but no card.
        for digits in ["", "4000002", "457", "45717360000000000", "4242424242424242", "501767", "650923", "4571x"] {
            assert_eq!(choice(digits), [], "{digits}");
        }
    }

    /// What is chosen is always a brand that the number has.
    #[test]
    fn a_choice_is_between_brands_of_the_number() {
        for row in ROWS {
            for length in 1..=19 {
                let digits: String = format!("{}{}", row.low, "0".repeat(18)).chars().take(length).collect();
                let (all, choice) = (Brands::of(&digits), Brands::co_badged(&digits));
                assert!(choice.len() != 1 && choice.iter().all(|brand| all.contains(brand)), "{digits}");
            }
        }
    }

    #[test]
    fn a_prefix_that_is_too_short_to_tell_has_no_brand_yet_but_possible_ones() {
        assert_eq!(of("6"), []);
        assert_eq!(of(""), []);
        assert_eq!(of("1"), []);
        assert!(Brands::possible("1").is_empty());
        assert_eq!(Brands::possible("").len(), Brand::ALL.len());
        let possible = Brands::possible("60");
        for brand in [Brand::Discover, Brand::Maestro, Brand::Hipercard, Brand::RuPay, Brand::Bancontact] {
            assert!(possible.contains(brand), "{brand}");
        }
        assert!(!possible.contains(Brand::UnionPay));
        assert_eq!(Brands::possible("4").first(), Some(Brand::Visa));
        assert!(Brands::possible("4").contains(Brand::Elo));
        assert!(!Brands::possible("42").contains(Brand::Elo));
    }

    #[test]
    fn text_that_is_no_digits_has_no_brand() {
        assert!(Brands::of("4x").is_empty());
        assert!(Brands::possible("x").is_empty());
        assert_eq!(of("45-71"), of("4571"));
        assert_eq!(of("４５ ７１"), of("4571"));
    }

    /// Once the longest prefix is there, nothing is left to wait for.
    #[test]
    fn with_eight_digits_what_is_possible_is_what_is() {
        for row in ROWS {
            for edge in [row.low, row.high] {
                for rest in ["00000000", "99999999"] {
                    let digits: String = format!("{edge}{rest}").chars().take(usize::from(PREFIX)).collect();
                    assert_eq!(Brands::possible(&digits), Brands::of(&digits), "{digits}");
                    assert!(!Brands::of(&digits).is_empty(), "{digits}");
                }
            }
        }
    }

    #[test]
    fn a_brand_of_a_number_was_possible_at_each_digit_before() {
        for row in ROWS {
            for edge in [row.low, row.high] {
                let digits = format!("{edge}0000000");
                let whole = Brands::of(&digits);
                for length in 0..digits.len() {
                    let possible = Brands::possible(&digits[..length]);
                    assert!(whole.iter().all(|brand| possible.contains(brand)), "{digits} at {length}");
                }
            }
        }
    }

    /// The shopper on the way to a right number is never told that it is wrong.
    #[test]
    fn no_beginning_of_a_whole_number_is_invalid() {
        let mut wholes = 0;
        for row in ROWS {
            for edge in [row.low, row.high] {
                for &length in row.brand.lengths() {
                    let stem: String =
                        format!("{edge}{}", "0".repeat(18)).chars().take(usize::from(length) - 1).collect();
                    // Another brand that shares the prefix may have other lengths.
                    let Some(whole) = (0..10).map(|check| format!("{stem}{check}")).find(|one| Pan::parse(one).is_ok())
                    else {
                        continue;
                    };
                    wholes += 1;
                    for end in 0..whole.len() {
                        let judgement = Pan::judge(&whole[..end]);
                        assert!(!matches!(judgement, Judgement::Invalid(_)), "{whole} at {end}: {judgement:?}");
                    }
                }
            }
        }
        assert!(wholes > ROWS.len());
    }
}
