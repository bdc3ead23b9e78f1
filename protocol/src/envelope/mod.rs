//! The envelope: a card sealed to a vault's key and bound to one order, page and moment.
//!
//! A JWE compact serialization (RFC 7516, section 7.1) in HPKE integrated encryption (draft-ietf-jose-hpke-encrypt):
//!
//! | part | content |
//! | --- | --- |
//! | 1 | base64url of the protected header's JSON |
//! | 2 | base64url of the encapsulated key (RFC 9180, section 4.1): 65 bytes with `HPKE-7`, 1153 with `HPKE-8` |
//! | 3 | empty: HPKE has no initialization vector to send |
//! | 4 | base64url of the ciphertext with its tag: 512 + 16 bytes |
//! | 5 | empty: the tag is part of the ciphertext |
//!
//! HPKE runs in base mode with empty `info`; its `aad` is part 1 as it stands, in ASCII.
//!
//! The header has exactly these members:
//!
//! | member | JSON | meaning |
//! | --- | --- | --- |
//! | `alg` | string | the [`Suite`]: `HPKE-7` or `HPKE-8` |
//! | `kid` | string | the RFC 7638 thumbprint of the vault's key |
//! | `typ` | string | `cardseal-card+jwe` |
//! | `iat` | integer | when it was sealed, in seconds since 1970 |
//! | `jti` | string | base64url of 16 random bytes, different for each envelope |
//! | `origin` | string | the origin of the page around the card form, as the browser reports it |
//! | `order` | string | the [`OrderHash`](crate::OrderHash) of the order |
//!
//! The plaintext is JSON, padded with spaces to 512 bytes so that its length tells nothing:
//! `{"number":"…","exp_month":1,"exp_year":2030,"code":"123"}` with `"name"`, `"brand"`,
//! `"country"` and `"postal_code"` where there are any.
//!
//! One HPKE context seals one envelope: [`Sealer::seal`] takes the sealer.

mod compact;
mod header;
mod jti;
#[cfg(feature = "open")]
mod opened;
mod plaintext;
mod sealer;
pub(crate) mod suite;
#[cfg(all(test, feature = "open"))]
mod tests;

pub use header::Header;
pub use jti::Jti;
#[cfg(feature = "open")]
pub use opened::OpenedCard;
pub use sealer::{Context, Sealer, prepare, prepare_with_rng};
pub use suite::Suite;

use compact::Compact;

use crate::{CardHash, Error};

/// The `typ` (RFC 7516, section 4.1.11) of an envelope.
const TYPE: &str = "cardseal-card+jwe";

/// The largest envelope, in bytes of its JWE compact serialization.
pub const MAX_ENVELOPE_LENGTH: usize = 4096;

/// The plaintext's length in bytes, whatever the card.
pub const PLAINTEXT_LENGTH: usize = 512;

/// AES-GCM's tag, in bytes (RFC 5116, section 5.1).
const TAG_LENGTH: usize = 16;

/// An envelope of the right form that has not been opened.
#[derive(Clone, Debug)]
pub struct Envelope {
    header: Header,
    hash: CardHash,
    #[cfg(feature = "open")]
    sealed: Sealed,
}

/// What opening needs.
#[cfg(feature = "open")]
#[derive(Clone, Debug)]
struct Sealed {
    protected: String,
    encapsulated_key: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Envelope {
    /// Takes the JWE apart and checks its form. No cryptography runs.
    ///
    /// # Errors
    /// [`Error::EnvelopeTooLarge`], [`Error::SuiteUnsupported`] where `alg` is not one of [`Suite`], and
    /// [`Error::EnvelopeMalformed`] for all else that [the format](crate::envelope) does not allow.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_ENVELOPE_LENGTH {
            return Err(Error::EnvelopeTooLarge);
        }
        let jwe = Compact::parse(text).ok_or(Error::EnvelopeMalformed)?;
        let header = Header::from_json(&jwe.header)?;
        if jwe.encapsulated_key.len() != header.suite.encapsulated_key_length()
            || jwe.ciphertext.len() != PLAINTEXT_LENGTH + TAG_LENGTH
        {
            return Err(Error::EnvelopeMalformed);
        }
        Ok(Self {
            header,
            hash: CardHash::of(text.as_bytes()),
            #[cfg(feature = "open")]
            sealed: Sealed {
                protected: jwe.protected.into(),
                encapsulated_key: jwe.encapsulated_key,
                ciphertext: jwe.ciphertext,
            },
        })
    }

    /// The protected header. Until the envelope is opened, it is only what someone wrote.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// What names this envelope.
    #[must_use]
    pub const fn hash(&self) -> CardHash {
        self.hash
    }

    /// Opens the envelope with the key of its `kid`; with feature `open`.
    ///
    /// The header is authentic afterwards. Whether its `iat` is fresh, its `jti` new and its `order` and `origin` right
    /// is the caller's to check.
    ///
    /// # Errors
    /// [`Error::EnvelopeInvalid`] for every way in which it can fail, a plaintext that is no card included.
    #[cfg(feature = "open")]
    pub fn open(&self, key: &crate::keys::OpeningKey) -> Result<OpenedCard, Error> {
        use crate::keys::PrivateKey;
        use suite::{hpke7, hpke8};

        if key.kid() != self.header.kid {
            return Err(Error::EnvelopeInvalid);
        }
        let Sealed { protected, encapsulated_key, ciphertext } = &self.sealed;
        let aad = protected.as_bytes();
        let plaintext = match (self.header.suite, key.key()) {
            (Suite::Hpke7, PrivateKey::Hpke7(key)) => {
                suite::open::<hpke7::Aead, hpke7::Kdf, hpke7::Kem>(key, encapsulated_key, aad, ciphertext)
            }
            (Suite::Hpke8, PrivateKey::Hpke8(key)) => {
                suite::open::<hpke8::Aead, hpke8::Kdf, hpke8::Kem>(key, encapsulated_key, aad, ciphertext)
            }
            // The header names a key of another suite than its own.
            (Suite::Hpke7, PrivateKey::Hpke8(_)) | (Suite::Hpke8, PrivateKey::Hpke7(_)) => None,
        };
        plaintext.and_then(|plaintext| OpenedCard::from_plaintext(&plaintext)).ok_or(Error::EnvelopeInvalid)
    }
}
