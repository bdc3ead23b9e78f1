//! Sealing a card.

use core::fmt;

use hpke::rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{
    Header, Jti, PLAINTEXT_LENGTH, Suite, plaintext,
    suite::{hpke7, hpke8},
};
use crate::{
    Error, KeyId, OrderHash, Origin, UnixTime,
    card::Card,
    keys::{PublicKey, SealingKey},
    random::SystemRandom,
};

/// Does the slow half of sealing early: makes a one-time key, encapsulates it, and runs the HPKE key schedule (RFC 9180,
/// section 5.1). What is left for [`Sealer::seal`] is one call of AES-GCM, whatever the suite.
///
/// # Errors
/// [`Error::RandomUnavailable`] where the system gives no random bytes.
pub fn prepare(key: &SealingKey) -> Result<Sealer, Error> {
    let mut random = SystemRandom::default();
    let sealer = prepare_with_rng(key, &mut random)?;
    random.check()?;
    Ok(sealer)
}

/// As [`prepare`], with random bytes of the caller's, so that a test can be repeated. Anything but a cryptographic source
/// that never repeats itself gives the card away.
///
/// # Errors
/// [`Error::Internal`] where the key schedule fails, which it does for no key that exists.
pub fn prepare_with_rng(key: &SealingKey, random: &mut impl CryptoRng) -> Result<Sealer, Error> {
    let state = match key.key() {
        PublicKey::Hpke7(key) => State::Hpke7(hpke7::Prepared::new(key, random)?),
        PublicKey::Hpke8(key) => State::Hpke8(hpke8::Prepared::new(key, random)?),
    };
    Ok(Sealer { suite: key.suite(), kid: key.kid(), state })
}

/// What an envelope is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The time now.
    pub issued: UnixTime,
    /// A new one for each envelope: see [`Jti::random`].
    pub jti: Jti,
    /// The origin of the page around the card form, as the browser reports it.
    pub origin: Origin,
    /// The order that the card shall pay.
    pub order: OrderHash,
}

/// A prepared HPKE context; it seals one envelope.
///
/// Two seals at once from one context can use a nonce twice (CVE-2025-64767), so sealing takes the sealer, and sealing
/// twice does not compile:
///
/// ```compile_fail,E0382
/// # use cardseal_protocol::{card::Card, envelope::{Context, Sealer}};
/// fn seal_twice(sealer: Sealer, card: &Card, context: &Context) {
///     let _ = sealer.seal(card, context);
///     let _ = sealer.seal(card, context);
/// }
/// ```
///
/// Once does:
///
/// ```
/// # use cardseal_protocol::{card::Card, envelope::{Context, Sealer}};
/// fn seal_once(sealer: Sealer, card: &Card, context: &Context) {
///     let _ = sealer.seal(card, context);
/// }
/// ```
pub struct Sealer {
    suite: Suite,
    kid: KeyId,
    state: State,
}

/// The context in the form of its suite.
enum State {
    Hpke7(hpke7::Prepared),
    Hpke8(hpke8::Prepared),
}

impl Sealer {
    /// Seals the card: the JWE compact serialization of [the format](crate::envelope).
    ///
    /// # Errors
    /// [`Error::Internal`] where encryption fails, which it does for no card and context that exist.
    pub fn seal(self, card: &Card, context: &Context) -> Result<String, Error> {
        let header = Header {
            suite: self.suite,
            kid: self.kid,
            issued: context.issued,
            jti: context.jti,
            origin: context.origin.clone(),
            order: context.order,
        };
        let protected = header.protected()?;
        let mut plaintext = Zeroizing::new([0; PLAINTEXT_LENGTH]);
        plaintext::write(card, &mut plaintext)?;
        match self.state {
            State::Hpke7(prepared) => prepared.seal(&protected, plaintext.as_mut_slice()),
            State::Hpke8(prepared) => prepared.seal(&protected, plaintext.as_mut_slice()),
        }
    }

    /// The suite that it seals by.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// The id of the key that it seals to.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.kid
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("suite", &self.suite).field("kid", &self.kid).finish_non_exhaustive()
    }
}
