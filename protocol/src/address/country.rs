//! Countries.

use core::fmt;

use crate::Problem;

/// Every code that ISO 3166-1 assigns, as of 2024, in order: 249 of two letters each.
const CODES: &str = "\
ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDM\
DODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKN\
KPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPM\
PNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVI\
VNVUWFWSYEYTZAZMZW";

/// A country, as ISO 3166-1 names it in two letters (alpha-2).
///
/// It is where a shopper lives, so `Debug` prints `[redacted]`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Country(&'static str);

impl Country {
    /// The codes of all countries, two capitals each, one behind the other in alphabetical order.
    pub const CODES: &'static str = CODES;

    /// Reads a code, in capitals.
    ///
    /// # Errors
    /// [`Problem::CountryRequired`] for everything else: it is chosen from a list, so nothing else is ever typed.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut codes = CODES.as_bytes().chunks_exact(2);
        let place = codes.position(|code| code == text.as_bytes()).map(|index| 2 * index);
        place.and_then(|at| CODES.get(at..at + 2)).map(Self).ok_or(Problem::CountryRequired)
    }

    /// The code: two capitals. Say at the call why it is read there.
    #[must_use]
    pub const fn expose(self) -> &'static str {
        self.0
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Country([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_each_code_once_and_in_order() {
        let codes: Vec<&str> = (0..CODES.len() / 2).map(|index| &CODES[index * 2..index * 2 + 2]).collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted_by(|one, next| one < next));
        for code in codes {
            assert_eq!(Country::parse(code).unwrap().expose(), code);
        }
    }

    #[test]
    fn what_is_no_code_is_no_country() {
        // The last two stand in the list, but across two codes.
        for text in ["", "D", "de", "DEU", "DEAT", "XX", "UK", "D E", "ДЕ", "DA", "EA"] {
            assert_eq!(Country::parse(text), Err(Problem::CountryRequired), "{text}");
        }
        assert_eq!(format!("{:?}", Country::parse("DE")), "Ok(Country([redacted]))");
    }
}
