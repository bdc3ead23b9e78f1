//! The one list of stable codes of the whole project: this crate, the vault, the browser and the npm package.
//!
//! The catalogue `docs/errors.json`, which says more of each, is tested against it; `scripts/errors.mjs` makes the TypeScript
//! unions and `docs/errors.md` of that. A code once published keeps its meaning; new ones are added, none is reused.

use core::fmt;

use serde::{Serialize, Serializer};

/// Writes the enum, its strings and its meanings from one list; the doc comment of a code is its meaning. `#[browser]` marks
/// the codes that arise in the browser's part.
macro_rules! codes {
    ($( #[doc = $meaning:literal] $( #[$place:ident] )? $name:ident = $code:literal, )+) => {
        /// What went wrong, as a short stable string that programs may depend on.
        ///
        /// It travels as `code` in the vault's `application/problem+json` answers (RFC 9457) and in the results of the
        /// npm package.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $( #[doc = $meaning] $name, )+
        }

        impl Code {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Self] = &[$( Self::$name, )+];

            /// The stable string: lower case ASCII and underscores.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                line(concat!($( $code, "\n", )+), self)
            }

            /// What the code means, in one plain English sentence for a developer.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                line(concat!($( $meaning, "\n", )+), self).trim_ascii()
            }

            /// As [`Code::meaning`], but empty for each code that does not arise in the browser's part.
            ///
            /// A build that asks for this one alone does not carry the sentences of the others: each shopper loads what the
            /// browser's build carries, and what the vault answers brings its sentence along.
            #[must_use]
            pub fn meaning_in_browser(self) -> &'static str {
                line(concat!($( codes!(@ $($place $meaning)?), "\n", )+), self).trim_ascii()
            }
        }
    };
    (@) => { "" };
    (@ browser $meaning:literal) => { $meaning };
}

/// The line of a code among those of all. A table of strings would be half as long again, in what each shopper loads.
fn line(lines: &'static str, code: Code) -> &'static str {
    lines.split('\n').nth(code as usize).unwrap_or_default()
}

codes! {
    // The card, as the shopper types it.
    /// The card number is empty.
    NumberRequired = "number_required",
    /// The card number stops before any card of its brand is complete.
    NumberIncomplete = "number_incomplete",
    /// The card number has more digits than any card of its brand.
    NumberTooLong = "number_too_long",
    /// The card number cannot be right: a typing mistake, or a character that is no digit.
    NumberInvalid = "number_invalid",
    /// The expiry date is empty.
    ExpiryRequired = "expiry_required",
    /// The expiry date lacks its month or year.
    ExpiryIncomplete = "expiry_incomplete",
    /// The expiry date is no month and year.
    ExpiryInvalid = "expiry_invalid",
    /// The card has expired.
    ExpiryPast = "expiry_past",
    /// The expiry date lies further ahead than any card is issued for.
    ExpiryTooFar = "expiry_too_far",
    /// The security code is empty.
    CodeRequired = "code_required",
    /// The security code has fewer digits than the brand's.
    CodeIncomplete = "code_incomplete",
    /// The security code has too many digits for the brand, or a character that is no digit.
    CodeInvalid = "code_invalid",
    /// The cardholder's name is asked for and empty.
    NameRequired = "name_required",
    /// The cardholder's name is longer than 128 bytes.
    NameTooLong = "name_too_long",
    /// The cardholder's name is no name: a card number was typed into it, or it holds control characters.
    NameInvalid = "name_invalid",
    /// The country is asked for and none is chosen.
    CountryRequired = "country_required",
    /// The postal code is asked for and empty.
    PostalCodeRequired = "postal_code_required",
    /// The postal code stops before one of its country's is complete.
    PostalCodeIncomplete = "postal_code_incomplete",
    /// The postal code is none that its country has.
    PostalCodeInvalid = "postal_code_invalid",

    // The envelope.
    /// The envelope is not a JWE of the form that Cardseal writes.
    EnvelopeMalformed = "envelope_malformed",
    /// The envelope is longer than 4 KiB.
    EnvelopeTooLarge = "envelope_too_large",
    /// The envelope or key names an algorithm that is not supported.
    #[browser]
    SuiteUnsupported = "suite_unsupported",
    /// The envelope is sealed to a key that the vault does not hold.
    KeyUnknown = "key_unknown",
    /// The envelope is sealed to a key that the vault has revoked.
    KeyRevoked = "key_revoked",
    /// The envelope cannot be opened: altered, sealed to another key, or without a card inside.
    EnvelopeInvalid = "envelope_invalid",
    /// The envelope's time of sealing is too far from the vault's; the answer's `now` has the vault's time.
    ClockSkew = "clock_skew",
    /// The envelope's `jti` was used before, with other content.
    JtiReused = "jti_reused",
    /// The page's origin is malformed, or not one that the order and the merchant allow.
    #[browser]
    OriginNotAllowed = "origin_not_allowed",
    /// The envelope or token is bound to another order than the one given.
    OrderMismatch = "order_mismatch",

    // The order.
    /// The order is not a JWS of the form that Cardseal defines, or its claims contradict each other.
    #[browser]
    OrderMalformed = "order_malformed",
    /// The order is longer than 16 KiB.
    #[browser]
    OrderTooLarge = "order_too_large",
    /// The order is signed by another algorithm than ES256.
    #[browser]
    OrderAlgorithmUnsupported = "order_algorithm_unsupported",
    /// The order names a signing key that the merchant has not registered.
    #[browser]
    OrderKeyUnknown = "order_key_unknown",
    /// The order's signature is wrong: it was altered, or signed by another key.
    #[browser]
    OrderSignatureInvalid = "order_signature_invalid",
    /// The order has expired.
    #[browser]
    OrderExpired = "order_expired",
    /// The order is valid only later; the merchant's clock may be fast.
    #[browser]
    OrderNotYetValid = "order_not_yet_valid",
    /// The order was signed for another merchant.
    #[browser]
    OrderWrongMerchant = "order_wrong_merchant",
    /// The order was paid before.
    OrderPaid = "order_paid",

    // Keys.
    /// The key is no P-256 public JWK, or holds what it must not.
    KeyMalformed = "key_malformed",
    /// The key directory or its delegation is not a JWS of the form that Cardseal defines.
    #[browser]
    DirectoryMalformed = "directory_malformed",
    /// The key directory or its delegation is signed by another algorithm than ES256.
    #[browser]
    DirectoryAlgorithmUnsupported = "directory_algorithm_unsupported",
    /// No pinned root key stands behind the key directory, or it is another vault's.
    #[browser]
    DirectoryUntrusted = "directory_untrusted",
    /// The key directory or its delegation is not valid at this time.
    #[browser]
    DirectoryExpired = "directory_expired",
    /// The key directory is older than one that was seen before, or another of the same number.
    #[browser]
    DirectoryRolledBack = "directory_rolled_back",

    // The receipt and the dual signature.
    /// The receipt is not a JWS of the form that Cardseal defines.
    #[browser]
    ReceiptMalformed = "receipt_malformed",
    /// The receipt is not signed by the vault, or is one for another card, order, device or page.
    #[browser]
    ReceiptInvalid = "receipt_invalid",
    /// The dual signature is not a JWS of the form that Cardseal defines.
    DualSignatureMalformed = "dual_signature_malformed",
    /// The dual signature is wrong, or does not join this order and this envelope.
    DualSignatureInvalid = "dual_signature_invalid",

    // The vault.
    /// The request is no JSON of the expected shape.
    RequestMalformed = "request_malformed",
    /// The request's body is larger than the vault accepts.
    BodyTooLarge = "body_too_large",
    /// The request's body must be sent as `application/json`.
    ContentTypeUnsupported = "content_type_unsupported",
    /// The vault knows no merchant of this id.
    #[browser]
    MerchantUnknown = "merchant_unknown",
    /// The API key is missing or wrong.
    ApiKeyInvalid = "api_key_invalid",
    /// The merchant has no such token.
    TokenUnknown = "token_unknown",
    /// The token was used; a token pays once.
    TokenSpent = "token_spent",
    /// The token has expired.
    TokenExpired = "token_expired",
    /// The acquirer did not answer in time; the authorisation is reversed and the token is spent.
    AcquirerTimeout = "acquirer_timeout",
    /// The idempotency key was used before, with another request.
    IdempotencyKeyReused = "idempotency_key_reused",
    /// The vault has nothing at this address.
    NotFound = "not_found",
    /// The address does not answer to this HTTP method.
    MethodNotAllowed = "method_not_allowed",
    /// The vault cannot answer now; the same request may be sent again later.
    #[browser]
    Unavailable = "unavailable",
    /// Something failed that should not have; the cause is in the log of where it happened.
    #[browser]
    Internal = "internal",

    // The browser.
    /// The shopper has not completed the card.
    #[browser]
    CardIncomplete = "card_incomplete",
    /// The order asks for another total than the shopper was shown; it is shown now.
    #[browser]
    TotalChanged = "total_changed",
    /// A tokenization of this card element is under way.
    #[browser]
    TokenizeInProgress = "tokenize_in_progress",
    /// The vault could not be reached.
    #[browser]
    Network = "network",
    /// The vault did not answer in time.
    #[browser]
    Timeout = "timeout",
    /// The answer is not one that a vault gives.
    #[browser]
    ResponseInvalid = "response_invalid",
    /// The browser has no secure source of random numbers.
    #[browser]
    RandomUnavailable = "random_unavailable",
    /// The card element has not finished loading.
    #[browser]
    NotReady = "not_ready",
    /// The card element was destroyed.
    Destroyed = "destroyed",

    // Why a card element did not load.
    /// The frame was blocked, by the vault's `frame-ancestors` or by an extension.
    Blocked = "blocked",
    /// The page's content security policy does not allow the vault's frame.
    Csp = "csp",
    /// The browser is offline.
    Offline = "offline",
    /// The frame did not load in time.
    LoadTimeout = "load_timeout",
    /// The page and the vault's frame speak different versions.
    VersionUnsupported = "version_unsupported",
    /// The page has no origin of its own, so that the frame cannot tell who it is.
    OriginRefused = "origin_refused",
    /// An option given to the package is missing or of the wrong form.
    #[browser]
    OptionsInvalid = "options_invalid",
}

impl Code {
    /// The code of this string, or `None` where this version knows none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_is_one_of_its_kind_and_found_by_its_string() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code} twice");
            assert!(code.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
            assert_eq!(Code::parse(code.as_str()), Some(*code));
        }
        assert_eq!(Code::parse("no_such_code"), None);
    }

    #[test]
    fn each_meaning_is_one_sentence() {
        for code in Code::ALL {
            let meaning = code.meaning();
            assert!(meaning.ends_with('.') && !meaning.starts_with(' '), "{code}: {meaning}");
        }
    }

    #[test]
    fn the_browser_has_the_sentence_of_each_code_that_arises_there() {
        let catalogue: serde_json::Value = serde_json::from_str(include_str!("../../docs/errors.json")).unwrap();
        for (index, section) in catalogue["sections"].as_array().unwrap().iter().enumerate() {
            for entry in section["codes"].as_array().unwrap() {
                let code = Code::parse(entry["code"].as_str().unwrap()).unwrap();
                let is_from = |place: &str| entry["from"].as_array().unwrap().iter().any(|from| from == place);
                // A field's problem is never the code of a failure, and these two the frame's own script finds.
                let is_failure = index > 0 && !matches!(code, Code::VersionUnsupported | Code::OriginRefused);
                // The vault's keys cannot be had: nobody reads its words then.
                let is_of_loading = matches!(code, Code::MerchantUnknown | Code::Unavailable);
                let is_told = (is_from("frame") && is_failure) || is_of_loading;
                assert_eq!(code.meaning_in_browser(), if is_told { code.meaning() } else { "" }, "{code}");
            }
        }
    }

    #[test]
    fn the_catalogue_lists_each_code_with_its_meaning() {
        let catalogue: serde_json::Value = serde_json::from_str(include_str!("../../docs/errors.json")).unwrap();
        let sections = catalogue["sections"].as_array().unwrap();
        let entries = sections.iter().flat_map(|section| section["codes"].as_array().unwrap());
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let listed: Vec<_> = entries.map(|entry| (text(&entry["code"]), text(&entry["meaning"]))).collect();
        let expected: Vec<_> = Code::ALL.iter().map(|code| (code.as_str().into(), code.meaning().into())).collect();
        assert_eq!(listed, expected);
    }
}
