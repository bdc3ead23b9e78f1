//! An order as it travels.

use super::{CLOCK_LEEWAY, KIND, Order};
use crate::{Error, KeyId, MerchantId, OrderHash, UnixTime, Unverified, jws::Signed, keys::VerifyingKey};

/// An order of the right form whose signature has not been verified.
#[derive(Clone, Debug)]
pub struct SignedOrder {
    jws: Signed<KeyId>,
    claimed: Order,
}

impl SignedOrder {
    /// Takes the JWS apart and checks its form. No cryptography runs.
    ///
    /// # Errors
    /// [`Error::OrderTooLarge`], [`Error::OrderAlgorithmUnsupported`] where `alg` is not `ES256` (`none` included), and
    /// [`Error::OrderMalformed`] for all else that [the format](crate::order) does not allow.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let jws = KIND.parse_with_kid(text)?;
        let claimed = Order::from_claims(&jws.payload)?;
        Ok(Self { jws, claimed })
    }

    /// Whom the order claims to be from; nothing is verified yet. It tells whose keys to verify with.
    #[must_use]
    pub const fn merchant(&self) -> &MerchantId {
        &self.claimed.merchant
    }

    /// The id of the key that it claims to be signed with.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.jws.signer
    }

    /// What names this order.
    #[must_use]
    pub fn hash(&self) -> OrderHash {
        OrderHash::of(self.jws.signing_input.as_bytes())
    }

    /// Verifies that the order is this merchant's, by one of the merchant's keys, and valid now; with feature `verify`.
    ///
    /// # Errors
    /// In this order: [`Error::OrderWrongMerchant`], [`Error::OrderKeyUnknown`], [`Error::OrderSignatureInvalid`], and only
    /// then, when the merchant's word is proven, [`Error::OrderExpired`] and [`Error::OrderNotYetValid`] (60 seconds of
    /// leeway for the merchant's clock).
    #[cfg(feature = "verify")]
    pub fn verify(&self, keys: &[VerifyingKey], merchant: &MerchantId, now: UnixTime) -> Result<Order, Error> {
        self.check(keys, merchant, now)?.verify().cloned()
    }

    /// As [`verify`](Self::verify), but for the signature.
    ///
    /// # Errors
    /// [`Error::OrderWrongMerchant`] and [`Error::OrderKeyUnknown`]; the others come of the signature.
    pub fn check(
        &self,
        keys: &[VerifyingKey],
        merchant: &MerchantId,
        now: UnixTime,
    ) -> Result<Unverified<'_, &Order>, Error> {
        // The merchant chose the keys, so that no key could make another merchant's order right.
        if self.claimed.merchant != *merchant {
            return Err(Error::OrderWrongMerchant);
        }
        let key = self.jws.key(keys).ok_or(Error::OrderKeyUnknown)?;
        let order = self.check_time(now).map(|()| &self.claimed);
        Ok(self.jws.unverified(key.clone(), order, Error::OrderSignatureInvalid))
    }

    fn check_time(&self, now: UnixTime) -> Result<(), Error> {
        if now >= self.claimed.expires {
            return Err(Error::OrderExpired);
        }
        let begins = self.claimed.not_before.unwrap_or(self.claimed.issued).max(self.claimed.issued);
        if begins > now.plus(CLOCK_LEEWAY) {
            return Err(Error::OrderNotYetValid);
        }
        Ok(())
    }
}
