//! The card: each part is parsed from what the shopper typed, and a part that exists is a valid one.

mod cardholder;
pub(crate) mod digits;
mod expiry;
mod judgement;
mod last_four;
mod pan;
mod security_code;

pub use cardholder::Cardholder;
pub use expiry::Expiry;
pub(crate) use expiry::is_slash;
pub use judgement::Judgement;
pub use last_four::LastFour;
pub use pan::Pan;
pub use security_code::SecurityCode;
pub(crate) use security_code::lengths as code_lengths;

use crate::{
    address::{Country, PostalCode},
    brand::Brand,
};

/// A whole card, ready to be sealed.
///
/// `Debug` prints the expiry date and the brand; everything else is redacted.
#[derive(Debug)]
pub struct Card {
    /// The card's number.
    pub pan: Pan,
    /// The last month in which the card may be used.
    pub expiry: Expiry,
    /// The code printed on the card.
    pub code: SecurityCode,
    /// The name on the card, where the form asks for it.
    pub holder: Option<Cardholder>,
    /// The brand that the shopper chose, or left as the merchant preselected it, of the several on a co-badged card
    /// (Regulation (EU) 2015/751, article 8(6)): one of the [`Pan::brands`]. `None` where nobody chose.
    pub brand: Option<Brand>,
    /// The country of the billing address, where the form asks for it.
    pub country: Option<Country>,
    /// The postal code of the billing address, where the form asks for it and the country has them.
    pub postal_code: Option<PostalCode>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixTime;

    /// 2026-11-22T00:00:00Z.
    const NOW: UnixTime = UnixTime::from_secs(1_795_305_600);

    #[test]
    fn no_beginning_of_a_right_text_is_invalid() {
        for date in ["01 / 29", "1/29", "01/2029", "0129", "012029", "2029-01"] {
            for end in 0..date.len() {
                let judgement = Expiry::judge(&date[..end], NOW);
                assert!(!matches!(judgement, Judgement::Invalid(_)), "{date} at {end}: {judgement:?}");
            }
        }
        for code in ["123", "1234"] {
            for end in 0..code.len() {
                assert!(!matches!(SecurityCode::judge(&code[..end], None), Judgement::Invalid(_)), "{code} at {end}");
            }
        }
    }

    /// Any text gets a judgement, and what is judged valid is what parses.
    #[test]
    fn judging_and_parsing_agree_on_any_text() {
        let pieces = [
            "",
            "4242",
            "424242424242",
            "12",
            "0",
            "/",
            " ",
            "29",
            "2029",
            "-",
            "x",
            "٤٢",
            "💳",
            "\0",
            "\u{200B}",
            "é",
        ];
        for one in pieces {
            for two in pieces {
                for three in pieces {
                    let text = [one, two, three].concat();
                    assert_eq!(Pan::judge(&text).problem(), Pan::parse(&text).err(), "{text:?}");
                    assert_eq!(Expiry::judge(&text, NOW).problem(), Expiry::parse(&text, NOW).err(), "{text:?}");
                    let code = SecurityCode::parse(&text, None).err();
                    assert_eq!(SecurityCode::judge(&text, None).problem(), code, "{text:?}");
                    assert_eq!(Cardholder::judge(&text).problem(), Cardholder::parse(&text).err(), "{text:?}");
                    for country in ["DE", "GB", "IE", "AF", "HK", ""].map(|code| Country::parse(code).ok()) {
                        let postal_code = PostalCode::parse(&text, country).err();
                        assert_eq!(PostalCode::judge(&text, country).problem(), postal_code, "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_card_prints_no_secret() {
        let card = Card {
            pan: Pan::parse("4242424242424242").unwrap(),
            expiry: Expiry::parse("01/29", NOW).unwrap(),
            code: SecurityCode::parse("737", None).unwrap(),
            holder: Some(Cardholder::parse("Ada Lovelace").unwrap()),
            brand: None,
            country: Some(Country::parse("DE").unwrap()),
            postal_code: PostalCode::parse("10115", Country::parse("DE").ok()).unwrap(),
        };
        let printed = format!("{card:?}");
        assert!(printed.contains("redacted"), "{printed}");
        for secret in ["42", "737", "Ada", "DE", "101"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
}
