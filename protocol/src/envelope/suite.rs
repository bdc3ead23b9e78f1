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
use crate::{Error, base64};

/// HPKE's `info` (RFC 9180, section 5.1): empty in integrated encryption.
const INFO: &[u8] = b"";

/// A suite of HPKE integrated encryption.
///
/// Suites are ordered by strength, the weakest first, so that the greatest of those that a vault offers is the one to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suite {
    /// `HPKE-7`: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (draft-ietf-jose-hpke-encrypt).
    Hpke7,
    /// `HPKE-8`: MLKEM768-P256 (draft-ietf-hpke-pq), SHAKE256, AES-256-GCM (draft-skokan-jose-hpke-pq-pqt). What is sealed
    /// stays sealed as long as either half of the hybrid holds, so that a quantum computer alone does not open it.
    Hpke8,
}

impl Suite {
    /// Every suite, the strongest first.
    pub const ALL: [Self; 2] = [Self::Hpke8, Self::Hpke7];

    /// The suite's name as JOSE's `alg`.
    #[must_use]
    pub const fn alg(self) -> &'static str {
        match self {
            Self::Hpke7 => "HPKE-7",
            Self::Hpke8 => "HPKE-8",
        }
    }

    /// The suite of an `alg`, or `None` where it is not supported; case matters.
    #[must_use]
    pub fn from_alg(alg: &str) -> Option<Self> {
        match alg {
            "HPKE-7" => Some(Self::Hpke7),
            "HPKE-8" => Some(Self::Hpke8),
            _ => None,
        }
    }

    /// `Nenc` of RFC 9180, section 7.1: the bytes of an encapsulated key.
    pub(super) const fn encapsulated_key_length(self) -> usize {
        match self {
            // An uncompressed point.
            Self::Hpke7 => 65,
            // A ciphertext of ML-KEM-768 (FIPS 203, section 8: 1088 bytes), then an uncompressed point.
            Self::Hpke8 => 1153,
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
    pub(in crate::envelope) type Prepared = super::Prepared<Aead, Kdf, Kem>;
}

/// The parts of [`Suite::Hpke8`].
pub(crate) mod hpke8 {
    pub(crate) use hpke::{aead::AesGcm256 as Aead, kdf::KdfShake256 as Kdf, kem::MlKem768P256 as Kem};

    pub(crate) type PublicKey = <Kem as hpke::Kem>::PublicKey;
    #[cfg(feature = "open")]
    pub(crate) type PrivateKey = <Kem as hpke::Kem>::PrivateKey;
    pub(in crate::envelope) type Prepared = super::Prepared<Aead, Kdf, Kem>;
}

/// A sender's context with its encapsulated key; it seals once.
pub(super) struct Prepared<A: Aead, K: Kdf, M: Kem> {
    /// In base64url, which is written ahead as well: that of a hybrid suite takes as long as encrypting the card.
    encapsulated_key: String,
    // Boxed, so that moving it leaves no copy of its keys behind.
    context: Box<AeadCtxS<A, K, M>>,
}

impl<A: Aead, K: Kdf, M: Kem> Prepared<A, K, M> {
    /// `SetupBaseS` of RFC 9180, section 5.1.1.
    pub(super) fn new(key: &M::PublicKey, random: &mut impl CryptoRng) -> Result<Self, Error> {
        let (encapsulated_key, context) =
            setup_sender_with_rng::<A, K, M>(&OpModeS::Base, key, INFO, random).map_err(|_| Error::Internal)?;
        Ok(Self { encapsulated_key: base64::encode(&encapsulated_key.to_bytes()), context: Box::new(context) })
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
