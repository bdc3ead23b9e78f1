//! The dual signature: the shopper's device signs the hashes of order and card together.
//!
//! The merchant holds the order and not the card, the vault holds the card and need not know what the order lists. Each
//! can verify, with the other's half known only by its hash, that both belong together: the idea of SET (Secure
//! Electronic Transaction, book 1, section 3.2), here as a JWS compact serialization (RFC 7515) by ES256.
//!
//! Its header is exactly `{"alg":"ES256","typ":"cardseal-dual-signature+jwt","jwk":{…}}`, where `jwk` holds `crv`, `kty`,
//! `x` and `y` of the device's public key. Its claims:
//!
//! | claim | JSON | meaning |
//! | --- | --- | --- |
//! | `iat` | integer | when it was signed, in seconds since 1970 |
//! | `order` | string | the [`OrderHash`] |
//! | `card` | string | the [`CardHash`]: of the envelope that the card was sealed in |
//!
//! The device's key is one of the browser's that no script can read, so the browser signs:
//! [`DualSignature::signing_input`] says what.

#[cfg(all(test, feature = "sign"))]
mod tests;

use crate::{
    CardHash, Error, KeyId, OrderHash, UnixTime, Unverified,
    json::{Malformed, Writer, once, read_object},
    jws::{self, Kind, Signed},
    keys::{Jwk, VerifyingKey},
};

/// The longest dual signature, in bytes of its JWS compact serialization.
pub const MAX_DUAL_SIGNATURE_LENGTH: usize = 1024;

/// Longer than any claims: two hashes and a time.
const CLAIMS_LENGTH: usize = 192;

const KIND: Kind = Kind {
    typ: "cardseal-dual-signature+jwt",
    max_length: MAX_DUAL_SIGNATURE_LENGTH,
    malformed: Error::DualSignatureMalformed,
    too_large: Error::DualSignatureMalformed,
    algorithm_unsupported: Error::DualSignatureMalformed,
};

/// What a device says by its signature: this card was sealed for this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DualSignature {
    /// When it was signed: `iat`.
    pub issued: UnixTime,
    /// The merchant's half: `order`.
    pub order: OrderHash,
    /// The vault's half: `card`.
    pub card: CardHash,
}

impl DualSignature {
    /// The protected header of all that a device signs, in base64url. It can be written before there is a card.
    #[must_use]
    pub fn header(device: &VerifyingKey) -> String {
        KIND.header_with_jwk(&device.bare_jwk())
    }

    /// What the device whose [header](Self::header) this is has to sign: the JWS signing input (RFC 7515, section 5.1), in
    /// ASCII.
    ///
    /// # Errors
    /// [`Error::Internal`] where it cannot be written, which is so for none that exists.
    pub fn signing_input(&self, header: &str) -> Result<String, Error> {
        let mut buffer = [0; CLAIMS_LENGTH];
        let mut writer = Writer::new(&mut buffer);
        writer.raw(r#"{"iat":"#).unsigned(self.issued.as_secs());
        writer.raw(r#","order":"#).string(&self.order.to_base64url());
        writer.raw(r#","card":"#).string(&self.card.to_base64url());
        writer.raw("}");
        let length = writer.finish().map_err(|_| Error::Internal)?;
        Ok(jws::signing_input(header, buffer.split_at(length).0))
    }

    /// The dual signature of [a signing input](Self::signing_input) and the device's signature over it: 64 bytes, R then
    /// S, big-endian, as WebCrypto gives it.
    ///
    /// Whether it is one is not looked at: the vault verifies it, and the browser that made it has no reason to doubt.
    #[must_use]
    pub fn attach(signing_input: &str, signature: &[u8; 64]) -> String {
        jws::attach(signing_input, signature)
    }

    /// Signs with a device's key that is at hand; with feature `sign`.
    ///
    /// # Errors
    /// [`Error::Internal`] where signing fails, which it does for no key that exists.
    #[cfg(feature = "sign")]
    pub fn sign(&self, device: &crate::keys::SigningKey) -> Result<String, Error> {
        let input = self.signing_input(&Self::header(&device.verifying_key()?))?;
        Ok(Self::attach(&input, &device.sign(input.as_bytes())?))
    }

    fn from_claims(json: &str) -> Option<Self> {
        let (mut issued, mut order, mut card) = (None, None, None);
        read_object(json, &mut |name, reader| match name {
            "iat" => once(&mut issued, UnixTime::from_secs(reader.unsigned()?)),
            "order" => once(&mut order, OrderHash::parse(&reader.string()?).map_err(|_| Malformed)?),
            "card" => once(&mut card, CardHash::parse(&reader.string()?).map_err(|_| Malformed)?),
            _ => Err(Malformed),
        })
        .ok()?;
        Some(Self { issued: issued?, order: order?, card: card? })
    }
}

/// A dual signature of the right form that has not been verified.
#[derive(Clone, Debug)]
pub struct SignedDualSignature {
    jws: Signed<Jwk>,
    claimed: DualSignature,
}

impl SignedDualSignature {
    /// Takes the JWS apart and checks its form. No signature is verified.
    ///
    /// # Errors
    /// [`Error::DualSignatureMalformed`] for all that [the format](crate::dual_signature) does not allow.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let jws = KIND.parse_with_jwk(text)?;
        let claimed = DualSignature::from_claims(&jws.payload).ok_or(Error::DualSignatureMalformed)?;
        Ok(Self { jws, claimed })
    }

    /// Verifies the signature by the key that it carries. Gives what was signed, and the device: the thumbprint of that
    /// key, which the receipt names. With feature `verify`.
    ///
    /// # Errors
    /// [`Error::DualSignatureInvalid`].
    #[cfg(feature = "verify")]
    pub fn verify(&self) -> Result<(DualSignature, KeyId), Error> {
        self.check()?.verify()
    }

    /// As [`verify`](Self::verify), but for the signature.
    ///
    /// # Errors
    /// [`Error::DualSignatureInvalid`] where the key is none, and where the signature is wrong.
    pub fn check(&self) -> Result<Unverified<'_, (DualSignature, KeyId)>, Error> {
        let key = VerifyingKey::try_from(&self.jws.signer).map_err(|_| Error::DualSignatureInvalid)?;
        let claimed = (self.claimed, key.kid());
        Ok(self.jws.unverified(key, Ok(claimed), Error::DualSignatureInvalid))
    }
}
