//! The one table of card brands.
//!
//! Where a fact comes from stands above it. The sources by their short names:
//! - ISO: ISO/IEC 7812-1:2017.
//! - WP: Wikipedia, "Payment card number", section "Issuer identification number (IIN)" as of 2024-07-19, which cites the
//!   schemes' own bulletins.
//! - CCT: npm `credit-card-type` 10.3.0, `src/lib/card-types.ts`, kept by Braintree.
//! - ADYEN: `CardType.ts` of Adyen's `adyen-web`.
//! - LYRA, WORLDLINE: their published pages of test cards.
//! - PAYU: the checkout script that PayU India gives its merchants.
//! - STRIPE: `DefaultStaticCardAccountRanges.kt` of `stripe-android`, and Stripe's page of test cards.
//!
//! `pkg/test/brands.test.ts` compares the table with CCT over generated numbers and lists each disagreement.

use super::Brand::{self, *};

/// What holds for all numbers of a brand.
pub(super) struct Facts {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) lengths: &'static [u8],
    pub(super) code_name: &'static str,
    pub(super) code_length: u8,
    pub(super) luhn: bool,
}

/// Fifteen digits as American Express prints them (CCT), and fourteen of Diners Club as 4, 6 and 4.
pub(super) const GAPS_4_6_5: &[u8] = &[4, 10];
/// Groups of four, as nearly all cards print them; digits beyond the sixteenth stand in a fifth group.
pub(crate) const GAPS_OF_FOUR: &[u8] = &[4, 8, 12, 16];

impl Brand {
    pub(super) const fn facts(self) -> &'static Facts {
        match self {
            // CCT. WP has 13, 16 and 19; but no card of 13 was issued for decades, and with 13 digits taken for a whole
            // number every tenth shopper's number would be called whole three digits early.
            Visa => const { &facts("visa", "Visa", &[16, 18, 19], "CVV", 3) },
            // WP, CCT.
            Mastercard => const { &facts("mastercard", "Mastercard", &[16], "CVC", 3) },
            // WP, CCT: the only brand whose code has four digits, printed on the front.
            Amex => const { &facts("amex", "American Express", &[15], "CID", 4) },
            // 16 to 19: WP, ADYEN.
            Discover => const { &facts("discover", "Discover", &[16, 17, 18, 19], "CID", 3) },
            // CCT. WP has 14 to 19; STRIPE and ADYEN 14 and 16.
            Diners => const { &facts("diners", "Diners Club", &[14, 16, 19], "CVV", 3) },
            // 16 to 19: WP, CCT.
            Jcb => const { &facts("jcb", "JCB", &[16, 17, 18, 19], "CVV", 3) },
            // 16 to 19: WP. Some of its cards have no check digit: CCT, and `luhnValidateUnionPay` of `card-validator`.
            UnionPay => &Facts {
                id: "unionpay",
                name: "UnionPay",
                lengths: &[16, 17, 18, 19],
                code_name: "CVN",
                code_length: 3,
                luhn: false,
            },
            // 12 to 19: WP, CCT.
            Maestro => const { &facts("maestro", "Maestro", &[12, 13, 14, 15, 16, 17, 18, 19], "CVC", 3) },
            // 16 to 19: WP, CCT.
            Mir => const { &facts("mir", "Mir", &[16, 17, 18, 19], "CVP2", 3) },
            // CCT, ADYEN.
            Elo => const { &facts("elo", "Elo", &[16], "CVE", 3) },
            // CCT, ADYEN.
            Hipercard => const { &facts("hipercard", "Hipercard", &[16], "CVC", 3) },
            // WP, ADYEN.
            RuPay => const { &facts("rupay", "RuPay", &[16], "CVV", 3) },
            // WP, CCT.
            Troy => const { &facts("troy", "Troy", &[16], "CVV", 3) },
            // 16, 18 and 19: WP, CCT.
            Verve => const { &facts("verve", "Verve", &[16, 18, 19], "CVV", 3) },
            // WP, ADYEN.
            Dankort => const { &facts("dankort", "Dankort", &[16], "CVV", 3) },
            // ADYEN. French banks call the code "cryptogramme visuel", CVV.
            CartesBancaires => const { &facts("cartes_bancaires", "Cartes Bancaires", &[16], "CVV", 3) },
            // ADYEN.
            Bancontact => const { &facts("bancontact", "Bancontact", &[16, 17, 18, 19], "CVC", 3) },
        }
    }
}

const fn facts(
    id: &'static str,
    name: &'static str,
    lengths: &'static [u8],
    code_name: &'static str,
    code_length: u8,
) -> Facts {
    Facts { id, name, lengths, code_name, code_length, luhn: true }
}

/// How a row's brand has its prefix.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// To itself: rows with shorter prefixes do not count where this one matches.
    Own,
    /// Beside the brand whose shorter prefix it lies in.
    CoBadge,
    /// As the rest: only where no other brand's row matches or still can.
    Rest,
}

/// A range of prefixes. `low` and `high` have as many digits as the prefix; none begins with `0`.
pub(super) struct Row {
    pub(super) brand: Brand,
    pub(super) share: Share,
    /// How many digits the prefix has.
    pub(super) length: u8,
    pub(super) low: u32,
    pub(super) high: u32,
}

const fn own(brand: Brand, low: u32, high: u32) -> Row {
    row(brand, Share::Own, low, high)
}

const fn co_badge(brand: Brand, low: u32, high: u32) -> Row {
    row(brand, Share::CoBadge, low, high)
}

const fn rest(brand: Brand, low: u32, high: u32) -> Row {
    row(brand, Share::Rest, low, high)
}

const fn row(brand: Brand, share: Share, low: u32, high: u32) -> Row {
    Row { brand, share, length: low.ilog10() as u8 + 1, low, high }
}

/// In the order of [`Brand::ALL`].
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // WP, CCT.
    own(Visa, 4, 4),
    // WP, CCT.
    own(Mastercard, 51, 55),
    // The 2-series: WP, CCT.
    own(Mastercard, 2221, 2720),
    // WP, CCT.
    own(Amex, 34, 34),
    own(Amex, 37, 37),
    // WP, CCT.
    own(Discover, 6011, 6011),
    own(Discover, 644, 649),
    own(Discover, 65, 65),
    // WP, CCT; 3095: WP, STRIPE.
    own(Diners, 300, 305),
    own(Diners, 3095, 3095),
    own(Diners, 36, 36),
    own(Diners, 38, 39),
    // WP, CCT. The old ranges 1800 and 2131 had 15 digits and were withdrawn.
    own(Jcb, 3528, 3589),
    // WP, STRIPE, ADYEN. Those from 622126 to 622925 are taken on Discover's network too (WP), but carry no such mark.
    own(UnionPay, 62, 62),
    // WP, CCT.
    own(UnionPay, 8100, 8171),
    // WP, CCT.
    own(Maestro, 50, 50),
    own(Maestro, 56, 59),
    own(Maestro, 63, 63),
    own(Maestro, 67, 67),
    // What is left of 6 is Maestro's: CCT, ADYEN. UnionPay co-branded debit cards and others of Asia begin so.
    rest(Maestro, 6, 6),
    // A British Maestro range within Visa's: CCT.
    own(Maestro, 493_698, 493_698),
    // WP, CCT.
    own(Mir, 2200, 2204),
    // CCT, of which ADYEN has a part.
    own(Elo, 401_178, 401_179),
    own(Elo, 431_274, 431_274),
    own(Elo, 438_935, 438_935),
    own(Elo, 451_416, 451_416),
    own(Elo, 457_393, 457_393),
    own(Elo, 457_631, 457_632),
    own(Elo, 504_175, 504_175),
    own(Elo, 506_699, 506_778),
    own(Elo, 509, 509),
    own(Elo, 627_780, 627_780),
    own(Elo, 636_297, 636_297),
    own(Elo, 636_368, 636_368),
    own(Elo, 650_031, 650_033),
    own(Elo, 650_035, 650_051),
    own(Elo, 650_405, 650_439),
    own(Elo, 650_485, 650_538),
    own(Elo, 650_541, 650_598),
    own(Elo, 650_700, 650_718),
    own(Elo, 650_720, 650_727),
    own(Elo, 650_901, 650_978),
    own(Elo, 651_652, 651_679),
    own(Elo, 655_000, 655_019),
    own(Elo, 655_021, 655_058),
    // CCT, ADYEN.
    own(Hipercard, 606_282, 606_282),
    // PAYU, within WP's 60, 6521, 6522 and 508.
    own(RuPay, 508_500, 508_999),
    own(RuPay, 606_985, 607_984),
    own(RuPay, 608_001, 608_500),
    own(RuPay, 652_150, 653_149),
    // WP's 81 and 82, but for what is UnionPay's; ADYEN has parts.
    own(RuPay, 8172, 8299),
    // Beside JCB: ADYEN. WP has all of 353 and 356, which would take JCB's own cards for RuPay's.
    co_badge(RuPay, 353_800, 353_802),
    co_badge(RuPay, 353_805, 353_806),
    co_badge(RuPay, 353_809, 353_809),
    // WP: 9792; 65 beside Discover abroad, the parts of it from CCT.
    own(Troy, 9792, 9792),
    own(Troy, 650_052, 650_052),
    own(Troy, 650_082, 650_083),
    own(Troy, 650_092, 650_092),
    own(Troy, 650_161, 650_161),
    own(Troy, 650_170, 650_170),
    own(Troy, 650_173, 650_173),
    own(Troy, 650_175, 650_175),
    own(Troy, 650_268, 650_268),
    own(Troy, 650_271, 650_271),
    own(Troy, 650_273, 650_274),
    own(Troy, 650_456, 650_457),
    own(Troy, 650_836, 650_836),
    own(Troy, 650_846, 650_850),
    own(Troy, 650_923, 650_923),
    own(Troy, 650_987, 650_987),
    own(Troy, 650_990, 650_990),
    own(Troy, 654_997, 654_997),
    own(Troy, 657_366, 657_366),
    own(Troy, 657_998, 657_998),
    own(Troy, 658_758, 658_758),
    own(Troy, 658_767, 658_768),
    own(Troy, 65_083_700, 65_083_704),
    own(Troy, 65_085_800, 65_085_804),
    own(Troy, 65_085_900, 65_085_901),
    own(Troy, 65_086_000, 65_086_000),
    own(Troy, 65_086_100, 65_086_105),
    own(Troy, 65_086_200, 65_086_203),
    own(Troy, 65_875_000, 65_875_003),
    own(Troy, 65_875_009, 65_875_009),
    own(Troy, 65_875_101, 65_875_104),
    own(Troy, 65_875_200, 65_875_200),
    own(Troy, 65_875_501, 65_875_501),
    own(Troy, 65_875_601, 65_875_601),
    own(Troy, 65_875_900, 65_875_900),
    own(Troy, 65_876_000, 65_876_002),
    own(Troy, 65_876_100, 65_876_103),
    own(Troy, 65_876_110, 65_876_110),
    own(Troy, 65_876_115, 65_876_116),
    own(Troy, 65_876_200, 65_876_201),
    own(Troy, 65_876_500, 65_876_500),
    own(Troy, 65_876_504, 65_876_505),
    own(Troy, 65_876_600, 65_876_602),
    own(Troy, 65_877_100, 65_877_101),
    own(Troy, 65_877_600, 65_877_602),
    own(Troy, 65_877_700, 65_877_700),
    own(Troy, 65_877_801, 65_877_802),
    own(Troy, 65_878_200, 65_878_202),
    own(Troy, 65_878_300, 65_878_311),
    own(Troy, 65_878_400, 65_878_405),
    own(Troy, 65_878_500, 65_878_505),
    own(Troy, 65_878_600, 65_878_601),
    own(Troy, 65_879_800, 65_879_800),
    own(Troy, 65_880_800, 65_880_800),
    own(Troy, 65_880_900, 65_880_900),
    // WP, of which CCT has a part.
    own(Verve, 506_099, 506_198),
    own(Verve, 507_865, 507_964),
    own(Verve, 650_002, 650_027),
    // WP, ADYEN.
    own(Dankort, 5019, 5019),
    // Visa/Dankort: WP, ADYEN.
    co_badge(Dankort, 4571, 4571),
    // Cartes Bancaires tells only its members which ranges are its own, so a page knows a few: beside Visa, LYRA and
    // STRIPE; beside Mastercard, STRIPE; alone, WORLDLINE.
    co_badge(CartesBancaires, 497_010, 497_010),
    co_badge(CartesBancaires, 40_000_025, 40_000_025),
    co_badge(CartesBancaires, 55_555_525, 55_555_525),
    own(CartesBancaires, 501_767, 501_767),
    // Bancontact beside Maestro, beside Visa, and alone: ADYEN.
    co_badge(Bancontact, 6703, 6703),
    co_badge(Bancontact, 479_658, 479_658),
    own(Bancontact, 606_005, 606_005),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_a_range_of_prefixes_of_one_length() {
        for row in ROWS {
            assert!(row.low <= row.high, "{}", row.low);
            assert_eq!(row.low.ilog10(), row.high.ilog10(), "{}", row.low);
            assert!((1..=8).contains(&row.length), "{}", row.low);
        }
    }

    #[test]
    fn the_rows_are_in_the_order_of_the_brands() {
        let place = |row: &Row| Brand::ALL.iter().position(|&brand| brand == row.brand);
        assert!(ROWS.is_sorted_by_key(place));
    }

    #[test]
    fn each_brand_has_a_row_and_no_brand_names_a_prefix_twice() {
        for &brand in Brand::ALL {
            let rows: Vec<&Row> = ROWS.iter().filter(|row| row.brand == brand).collect();
            assert!(!rows.is_empty(), "{brand}");
            for (index, one) in rows.iter().enumerate() {
                for other in &rows[index + 1..] {
                    let apart = one.length != other.length || one.high < other.low || other.high < one.low;
                    assert!(apart, "{brand}: {} and {}", one.low, other.low);
                }
            }
        }
    }
}
