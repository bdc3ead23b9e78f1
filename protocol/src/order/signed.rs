//! An order as it travels.

use super::{CLOCK_LEEWAY, MAX_ORDER_LENGTH, Order, TYPE};
use crate::{
    Error, KeyId, MerchantId, OrderHash, UnixTime,
    json::{Malformed, once, read_object},
    jws::Compact,
    keys::{ES256, VerifyingKey},
};

/// An order of the right form whose signature has not been verified.
#[derive(Clone, Debug)]
pub struct SignedOrder {
    signing_input: String,
    signature: Vec<u8>,
    kid: KeyId,
    claimed: Order,
}

impl SignedOrder {
    /// Takes the JWS apart and checks its form. No cryptography runs.
    ///
    /// # Errors
    /// [`Error::OrderTooLarge`], [`Error::OrderAlgorithmUnsupported`] where `alg` is not `ES256` (`none` included), and
    /// [`Error::OrderMalformed`] for all else that [the format](crate::order) does not allow.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_ORDER_LENGTH {
            return Err(Error::OrderTooLarge);
        }
        let jws = Compact::parse(text).ok_or(Error::OrderMalformed)?;
        Ok(Self {
            kid: read_header(&jws.header)?,
            claimed: Order::from_claims(&jws.payload)?,
            signing_input: jws.signing_input.into(),
            signature: jws.signature,
        })
    }

    /// Whom the order claims to be from; nothing is verified yet. It tells whose keys to verify with.
    #[must_use]
    pub const fn merchant(&self) -> &MerchantId {
        &self.claimed.merchant
    }

    /// The id of the key that it claims to be signed with.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.kid
    }

    /// What names this order.
    #[must_use]
    pub fn hash(&self) -> OrderHash {
        OrderHash::of(self.signing_input.as_bytes())
    }

    /// Verifies that the order is this merchant's, by one of the merchant's keys, and valid now.
    ///
    /// # Errors
    /// In this order: [`Error::OrderWrongMerchant`], [`Error::OrderKeyUnknown`], [`Error::OrderSignatureInvalid`], and only
    /// then, when the merchant's word is proven, [`Error::OrderExpired`] and [`Error::OrderNotYetValid`] (60 seconds of
    /// leeway for the merchant's clock).
    pub fn verify(&self, keys: &[VerifyingKey], merchant: &MerchantId, now: UnixTime) -> Result<Order, Error> {
        // The merchant chose the keys, so that no key could make another merchant's order right.
        if self.claimed.merchant != *merchant {
            return Err(Error::OrderWrongMerchant);
        }
        let key = keys.iter().find(|key| key.kid() == self.kid).ok_or(Error::OrderKeyUnknown)?;
        if !key.verifies(self.signing_input.as_bytes(), &self.signature) {
            return Err(Error::OrderSignatureInvalid);
        }
        if now >= self.claimed.expires {
            return Err(Error::OrderExpired);
        }
        let begins = self.claimed.not_before.unwrap_or(self.claimed.issued).max(self.claimed.issued);
        if begins > now.plus(CLOCK_LEEWAY) {
            return Err(Error::OrderNotYetValid);
        }
        Ok(self.claimed.clone())
    }
}

/// Reads the protected header; it has exactly three members.
fn read_header(json: &str) -> Result<KeyId, Error> {
    let (mut alg, mut typ, mut kid) = (None, None, None);
    let read = read_object(json, &mut |name, reader| match name {
        "alg" => once(&mut alg, *reader.string()? == *ES256),
        "typ" => once(&mut typ, *reader.string()? == *TYPE),
        "kid" => once(&mut kid, KeyId::parse(&reader.string()?).map_err(|_| Malformed)?),
        _ => Err(Malformed),
    });
    match (read, alg, typ, kid) {
        // Said even where the rest of the header is another's too: it is what the merchant has to mend first.
        (_, Some(false), _, _) => Err(Error::OrderAlgorithmUnsupported),
        (Ok(()), Some(true), Some(true), Some(kid)) => Ok(kid),
        _ => Err(Error::OrderMalformed),
    }
}
