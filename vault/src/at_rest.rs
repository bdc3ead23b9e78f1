//! Encryption of cards at rest.
//!
//! ```text
//! data key    = 32 random bytes, one for each stored value
//! wrapped key = nonce || AES-256-GCM(master key N, nonce, data key, aad("key"))
//! ciphertext  = nonce || AES-256-GCM(data key, nonce, plaintext, aad("data"))
//! aad(what)   = "cardseal-vault/1" and what, merchant, token, part, each as length (u32, big-endian) and bytes; N (u32, big-endian)
//! ```
//!
//! The additional data binds a value to its row: moved to another merchant, token or part it no longer opens. Nonces are
//! 96 random bits. A data key seals once. A master key wraps twice a token; NIST SP 800-38D section 8.3 allows 2^32
//! wraps under one, so a new version is due before two thousand million cards.

use std::{collections::BTreeMap, fmt};

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, AeadInOut, Payload},
};
use cardseal_protocol::MerchantId;
use zeroize::Zeroizing;

use crate::{id::TokenId, random};

/// Length of an AES-GCM nonce in bytes.
const NONCE: usize = 12;
/// Length of an AES-GCM tag in bytes.
const TAG: usize = 16;

/// The master keys that wrap data keys, by version.
pub struct MasterKeys(BTreeMap<u32, Aes256Gcm>);

impl MasterKeys {
    pub(crate) fn new(keys: BTreeMap<u32, Zeroizing<[u8; 32]>>) -> Self {
        Self(keys.iter().map(|(version, key)| (*version, Aes256Gcm::new((&**key).into()))).collect())
    }

    /// The version that new values are sealed under: the highest; 0 where there is no key at all.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.keys().next_back().copied().unwrap_or(0)
    }

    /// Seals `plaintext` for the row that `place` names.
    ///
    /// # Errors
    /// [`Error`] where the operating system gives no random bytes, or there is no key.
    pub fn seal(&self, place: Place<'_>, plaintext: &[u8]) -> Result<Sealed, Error> {
        let key_version = self.version();
        let master = self.0.get(&key_version).ok_or(Error)?;
        let data_key = random::bytes::<32>()?;
        Ok(Sealed {
            key_version,
            wrapped_key: encrypt(master, &place.aad("key", key_version), &*data_key)?,
            ciphertext: encrypt(&Aes256Gcm::new((&*data_key).into()), &place.aad("data", key_version), plaintext)?,
        })
    }

    /// Opens what was sealed for the row that `place` names.
    ///
    /// # Errors
    /// [`Error`] where the value was altered or belongs to another row, or its key version is not there.
    pub fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Error> {
        let master = self.0.get(&sealed.key_version).ok_or(Error)?;
        let data_key = decrypt(master, &place.aad("key", sealed.key_version), &sealed.wrapped_key)?;
        let cipher = Aes256Gcm::new_from_slice(&data_key).map_err(|_| Error)?;
        decrypt(&cipher, &place.aad("data", sealed.key_version), &sealed.ciphertext)
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The row a sealed value belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Whose card it is.
    pub merchant: &'a MerchantId,
    /// The token that stands for it.
    pub token: &'a TokenId,
    /// Which part of it.
    pub part: Part,
}

impl Place<'_> {
    fn aad(&self, what: &str, key_version: u32) -> Vec<u8> {
        let mut aad = b"cardseal-vault/1".to_vec();
        for field in [what, self.merchant.as_str(), self.token.as_str(), self.part.as_str()] {
            // No field is near 4 GiB: the longest, a merchant's id, has 64 characters.
            aad.extend(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            aad.extend(field.as_bytes());
        }
        aad.extend(key_version.to_be_bytes());
        aad
    }
}

/// What is stored apart from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Number, expiry and name.
    Card,
    /// The security code.
    Code,
}

impl Part {
    /// As it stands in the store and in the additional data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Code => "code",
        }
    }
}

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The master key that wraps the data key.
    pub key_version: u32,
    /// Nonce, encrypted data key and tag: 60 bytes.
    pub wrapped_key: Vec<u8>,
    /// Nonce, ciphertext and tag.
    pub ciphertext: Vec<u8>,
}

/// A value could not be sealed or opened. It says no more: there is nothing a caller could do about one cause and not
/// about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a card at rest could not be sealed or opened")
    }
}

impl std::error::Error for Error {}

impl From<random::Unavailable> for Error {
    fn from(_: random::Unavailable) -> Self {
        Self
    }
}

fn encrypt(cipher: &Aes256Gcm, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    let nonce = random::bytes::<NONCE>()?;
    let ciphertext = cipher.encrypt(&Nonce::from(*nonce), Payload { msg: plaintext, aad }).map_err(|_| Error)?;
    let mut sealed = Vec::with_capacity(NONCE + ciphertext.len());
    sealed.extend_from_slice(&*nonce);
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

fn decrypt(cipher: &Aes256Gcm, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>().ok_or(Error)?;
    if ciphertext.len() < TAG {
        return Err(Error);
    }
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    cipher.decrypt_in_place(&Nonce::from(*nonce), aad, &mut *buffer).map_err(|_| Error)?;
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(versions: &[u32]) -> MasterKeys {
        MasterKeys::new(versions.iter().map(|version| (*version, Zeroizing::new([*version as u8; 32]))).collect())
    }

    fn merchant(id: &str) -> MerchantId {
        MerchantId::parse(id).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_in_its_own_place_only() {
        let keys = keys(&[1]);
        let (shop, other) = (merchant("shop"), merchant("other"));
        let (token, stranger) = (TokenId::random().unwrap(), TokenId::random().unwrap());
        let place = Place { merchant: &shop, token: &token, part: Part::Card };
        let sealed = keys.seal(place, b"4242424242424242").unwrap();
        assert_eq!(&**keys.open(place, &sealed).unwrap(), b"4242424242424242");
        assert_eq!(keys.open(Place { merchant: &other, ..place }, &sealed), Err(Error));
        assert_eq!(keys.open(Place { token: &stranger, ..place }, &sealed), Err(Error));
        assert_eq!(keys.open(Place { part: Part::Code, ..place }, &sealed), Err(Error));
    }

    #[test]
    fn no_two_values_share_a_key_or_nonce() {
        let keys = keys(&[1]);
        let (shop, token) = (merchant("shop"), TokenId::random().unwrap());
        let place = Place { merchant: &shop, token: &token, part: Part::Card };
        let (first, second) = (keys.seal(place, b"same").unwrap(), keys.seal(place, b"same").unwrap());
        assert_ne!(first.wrapped_key, second.wrapped_key);
        assert_ne!(first.ciphertext, second.ciphertext);
        let mixed = Sealed { ciphertext: second.ciphertext, ..first };
        assert_eq!(keys.open(place, &mixed), Err(Error));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let keys = keys(&[1]);
        let (shop, token) = (merchant("shop"), TokenId::random().unwrap());
        let place = Place { merchant: &shop, token: &token, part: Part::Code };
        let sealed = keys.seal(place, b"123").unwrap();
        for bit in 0..sealed.ciphertext.len() * 8 {
            let mut altered = sealed.clone();
            altered.ciphertext[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(keys.open(place, &altered), Err(Error), "ciphertext bit {bit}");
        }
        for bit in 0..sealed.wrapped_key.len() * 8 {
            let mut altered = sealed.clone();
            altered.wrapped_key[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(keys.open(place, &altered), Err(Error), "wrapped key bit {bit}");
        }
        for length in 0..sealed.ciphertext.len() {
            let altered = Sealed { ciphertext: sealed.ciphertext[..length].to_vec(), ..sealed.clone() };
            assert_eq!(keys.open(place, &altered), Err(Error), "cut to {length}");
        }
    }

    #[test]
    fn a_new_version_seals_while_the_old_one_still_opens() {
        let (shop, token) = (merchant("shop"), TokenId::random().unwrap());
        let place = Place { merchant: &shop, token: &token, part: Part::Card };
        let old = keys(&[1]).seal(place, b"card").unwrap();
        let both = keys(&[1, 2]);
        assert_eq!(both.seal(place, b"card").unwrap().key_version, 2);
        assert_eq!(&**both.open(place, &old).unwrap(), b"card");
        assert_eq!(keys(&[2]).open(place, &old), Err(Error), "its key is gone");
        assert_eq!(both.open(place, &Sealed { key_version: 2, ..old }), Err(Error), "the version is bound");
    }
}
