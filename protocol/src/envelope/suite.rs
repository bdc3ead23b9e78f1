//! The HPKE suites (RFC 9180, section 7) by their JOSE names.

use core::fmt;

use hpke::{
    Kem, OpModeS, Serializable as _,
    aead::{Aead, AeadCtxS},
    inout::InOutBuf,
    kdf::Kdf,
    rand_core::CryptoRng,
    setup_sender_with_rng,
};

use super::Compact;
use crate::Error;

/// HPKE's `info` (RFC 9180, section 5.1): empty in integrated encryption.
const INFO: &[u8] = b"";

/// A suite of HPKE integrated encryption.
///
/// Ordered from the weakest to the strongest. It is an enum from the start: `HPKE-8`, with a key encapsulation that also stands up to quantum computers, comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suite {
    /// `HPKE-7`: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
    Hpke7,
}

impl Suite {
    /// The suite's name as JOSE's `alg`.
    #[must_use]
    pub const fn alg(self) -> &'static str {
        match self {
            Self::Hpke7 => "HPKE-7",
        }
    }

    /// The suite of an `alg`, or `None` where it is not supported; case matters.
    #[must_use]
    pub fn from_alg(alg: &str) -> Option<Self> {
        match alg {
            "HPKE-7" => Some(Self::Hpke7),
            _ => None,
        }
    }

    /// `Nenc` of RFC 9180, section 7.1: the bytes of an encapsulated key.
    pub(super) const fn encapsulated_key_length(self) -> usize {
        match self {
            Self::Hpke7 => 65,
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.alg())
    }
}

/// The parts of [`Suite::Hpke7`].
pub(crate) mod hpke7 {
    pub(crate) use hpke::{aead::AesGcm256 as Aead, kdf::HkdfSha256 as Kdf, kem::DhP256HkdfSha256 as Kem};

    pub(crate) type PublicKey = <Kem as hpke::Kem>::PublicKey;
    #[cfg(feature = "open")]
    pub(crate) type PrivateKey = <Kem as hpke::Kem>::PrivateKey;
}

/// A sender's context with its encapsulated key; it seals once.
pub(super) struct Prepared<A: Aead, K: Kdf, M: Kem> {
    encapsulated_key: Vec<u8>,
    // Boxed, so that moving it leaves no copy of its keys behind.
    context: Box<AeadCtxS<A, K, M>>,
}

impl<A: Aead, K: Kdf, M: Kem> Prepared<A, K, M> {
    /// `SetupBaseS` of RFC 9180, section 5.1.1.
    pub(super) fn new(key: &M::PublicKey, random: &mut impl CryptoRng) -> Result<Self, Error> {
        let (encapsulated_key, context) =
            setup_sender_with_rng::<A, K, M>(&OpModeS::Base, key, INFO, random).map_err(|_| Error::Internal)?;
        Ok(Self { encapsulated_key: encapsulated_key.to_bytes().to_vec(), context: Box::new(context) })
    }

    /// `Context.Seal` of RFC 9180, section 5.2, in place: the JWE whose plaintext this was.
    pub(super) fn seal(mut self, protected: &str, plaintext: &mut [u8]) -> Result<String, Error> {
        let tag = self
            .context
            .seal_inout_detached(InOutBuf::from(&mut *plaintext), protected.as_bytes())
            .map_err(|_| Error::Internal)?;
        // The plaintext is ciphertext by now.
        let ciphertext = [&*plaintext, &tag.to_bytes()].concat();
        Ok(Compact::write(protected, &self.encapsulated_key, &ciphertext))
    }
}

/// `OpenBase` of RFC 9180, section 6.1; `None` for every way in which it can fail.
#[cfg(feature = "open")]
pub(super) fn open<A: Aead, K: Kdf, M: Kem>(
    key: &M::PrivateKey,
    encapsulated_key: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    use hpke::Deserializable as _;

    let encapsulated_key = M::EncappedKey::from_bytes(encapsulated_key).ok()?;
    let mut context = hpke::setup_receiver::<A, K, M>(&hpke::OpModeR::Base, key, &encapsulated_key, INFO).ok()?;
    context.open(ciphertext, aad).ok().map(zeroize::Zeroizing::new)
}
