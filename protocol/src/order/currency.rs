//! Currencies and their minor units.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::Error;

/// Currencies without a minor unit: their smallest amount is 1.
///
/// These three lists are ISO 4217, List One (SIX, as amended to the end of 2025: with XCG and ZWG, without ANG and BGN),
/// without funds codes, metals, accounting units and test codes, which no card pays in. Four bytes a code.
const WITHOUT_MINOR_UNIT: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";

/// Currencies of 100 minor units.
const HUNDREDTHS: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE \
    CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR \
    KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB \
    PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY \
    TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ";

/// Currencies of 1000 minor units.
const THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND ";

/// A currency of ISO 4217, by its alphabetic code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    code: &'static str,
    minor_units: u8,
}

impl Currency {
    /// Finds the currency of a code such as `EUR`; case matters.
    ///
    /// # Errors
    /// [`Error::IdMalformed`] where no card is charged in such a currency.
    pub fn parse(code: &str) -> Result<Self, Error> {
        [(WITHOUT_MINOR_UNIT, 0), (HUNDREDTHS, 2), (THOUSANDTHS, 3)]
            .into_iter()
            .find_map(|(list, minor_units)| {
                let code = list.split_ascii_whitespace().find(|listed| *listed == code)?;
                Some(Self { code, minor_units })
            })
            .ok_or(Error::IdMalformed)
    }

    /// The alphabetic code, such as `EUR`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// How many decimal places the minor unit has: 2 for `EUR` (a cent is 0.01), 0 for `JPY`, 3 for `KWD`.
    #[must_use]
    pub const fn minor_units(self) -> u8 {
        self.minor_units
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn minor_units_are_those_of_the_list() {
        for (code, minor_units) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("USD", 2), ("XOF", 0), ("ISK", 0), ("TND", 3)]
        {
            assert_eq!(Currency::parse(code).unwrap().minor_units(), minor_units, "{code}");
        }
    }

    #[test]
    fn it_is_shown_as_its_code() {
        let currency = Currency::parse("EUR").unwrap();
        assert_eq!((format!("{currency}"), format!("{currency:?}")), ("EUR".into(), "EUR".into()));
    }

    #[test]
    fn what_is_not_listed_is_refused() {
        for refused in ["", "eur", "EU", "EURO", "XXX", "XAU", "XTS", "BGN", "DEM", "EUR ", " EUR", "EUR USD", "R U"] {
            assert_eq!(Currency::parse(refused), Err(Error::IdMalformed), "{refused}");
        }
    }

    #[test]
    fn each_code_is_listed_once() {
        let codes = [WITHOUT_MINOR_UNIT, HUNDREDTHS, THOUSANDTHS].concat();
        let codes: Vec<_> = codes.split_ascii_whitespace().collect();
        assert!(codes.iter().all(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())));
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
        assert_eq!(codes.len(), 155);
    }
}
