//! The one table of postal codes.
//!
//! Sources: the Universal Postal Union's addressing sheets ("Postal addressing systems in member countries", one a country,
//! upu.int), and the table of Google's libaddressinput (chromium-i18n.appspot.com/ssl-address), which gives the same as
//! regular expressions. Where the two differ, the wider one stands here: a shopper with a right address must not be turned
//! away.

/// How postal codes are written, and the countries that write theirs so, two letters each and one behind the other. A country
/// may be in several rows.
///
/// In a format `#` is a digit, `@` a letter, `?` either; any other letter or digit stands for itself, and a space or hyphen
/// is where the country writes one. Shoppers may leave those out.
#[rustfmt::skip]
pub(super) const FORMATS: &[(&str, &str)] = &[
    ("#####", "\
        ASBACRDEDODZEEEGESFIFRGFGPGTGUHRIDILIQITJOKEKHKRKWLALKLTMAMCMEMMMNMPMQMXMYNCNPPEPFPKPMPRRERSSASMSNTH\
        TRTWUAUSUYVAVIVNYT"),
    ("####", "ALAMARATAUAZBDBEBGCHCYDKETGEHULBLILULVMDMKNONZPHPYSISJTNVEZA"),
    ("######", "BYCNCOECINKGKHKZMNNGRORUSGTWUZVN"),
    ("#####-####", "ASGUMPPRSAUSVI"),
    ("###", "FOISOMTW"),
    ("### ##", "CZGRSESK"),
    ("@# #@@", "GBGGIMJE"),
    ("@## #@@", "GBGGIMJE"),
    ("@#@ #@@", "GBGGIMJE"),
    ("@@# #@@", "GBGGIMJE"),
    ("@@## #@@", "GBGGIMJE"),
    ("@@#@ #@@", "GBGGIMJE"),
    ("GIR 0AA", "GBGGIMJE"),
    ("#######", "CLEGIL"),
    ("#### ####", "LB"),
    ("#### @@", "NL"),
    ("##########", "IR"),
    ("#####-###", "BR"),
    ("####-###", "PT"),
    ("###-####", "JP"),
    ("##-###", "PL"),
    ("@## ????", "IE"),
    ("@####@@@", "AR"),
    ("@##@#@#", "KZ"),
    ("@#@ #@#", "CA"),
    ("@@@ ####", "MT"),
    ("AD###", "AD"),
    ("AZ ####", "AZ"),
    ("D6W ????", "IE"),
    ("GX## #@@", "GI"),
    ("L-####", "LU"),
    ("LT-#####", "LT"),
    ("LV-####", "LV"),
    ("MD-####", "MD"),
];

/// Countries of the table above whose postal codes many do not know or use, so that none need be given: Ireland's Eircode was
/// introduced in 2015.
pub(super) const OPTIONAL: &str = "\
CLCOCRDOECETGTIEIQIRJOKEKHKWLALBMMMNNGNPOMPEPYSASNUYVEVN";

/// Countries without postal codes, or with none that anybody uses.
pub(super) const WITHOUT: &str = "\
AEAGAOAWBFBIBJBOBSBWBZCDCFCGCICKCMCWDJDMERFJGAGDGMGQGYHKJMKIKMKNKPMLMOMRMWNRNUPAQARWSBSCSLSRSSSTSXSYTDTGTKTLTOTVUGVU\
WSYEZW";

/// Whether a country is in a list of such codes.
#[inline(never)]
pub(super) fn lists(codes: &str, code: &str) -> bool {
    codes.as_bytes().chunks_exact(2).any(|one| one == code.as_bytes())
}
