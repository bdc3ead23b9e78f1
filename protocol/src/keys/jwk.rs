//! JWK and JWK Set, public members only.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{SealingKey, VerifyingKey};
use crate::{Error, KeyId, base64, envelope::Suite};

/// The key type "Algorithm Key Pair" (draft-ietf-cose-dilithium).
const AKP: &str = "AKP";

/// The SEC 1 tag of an uncompressed point.
const UNCOMPRESSED: u8 = 4;

/// A public JSON Web Key (RFC 7517, section 4), as it stands in JSON.
///
/// Reading one says nothing about the key: turn it into a [`SealingKey`] or [`VerifyingKey`], which checks it. Members that
/// are not listed here are ignored, as RFC 7517 wants it; a member that comes twice and the private members `d` and `priv`
/// are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// The key type: `EC` (RFC 7518, section 6.1), or `AKP` for keys whose `alg` says all of their form
    /// (draft-ietf-cose-dilithium).
    pub kty: String,
    /// The curve of an `EC` key: `P-256` for all of this version (RFC 7518, section 6.2.1.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// The point's x coordinate: base64url of 32 bytes, big-endian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The point's y coordinate: base64url of 32 bytes, big-endian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The public key of an `AKP` key: base64url of the bytes that its `alg` says, for `HPKE-8` those of the KEM's public key.
    #[serde(rename = "pub", default, skip_serializing_if = "Option::is_none")]
    pub public: Option<String>,
    /// The key's id; its RFC 7638 thumbprint where it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// What the key is for: `HPKE-8`, `HPKE-7` or `ES256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// `enc` or `sig`.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub key_use: Option<String>,
    /// Refuses the private members: `d` of an `EC` key, `priv` of an `AKP` key, and either with any other.
    #[serde(rename = "d", alias = "priv", default, skip_serializing)]
    private: NotThere,
}

impl Jwk {
    /// A key of this type without any other member, for a reader that is not serde to fill in.
    #[must_use]
    pub const fn new(kty: String) -> Self {
        Self { kty, crv: None, x: None, y: None, public: None, kid: None, alg: None, key_use: None, private: NotThere }
    }

    /// The SHA-256 thumbprint (RFC 7638) of a P-256 key, or of an AKP key for a suite of [`Suite`].
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] where the key is neither by its form; the point or the public key itself is not looked at.
    pub fn thumbprint(&self) -> Result<KeyId, Error> {
        match self.kty.as_str() {
            AKP => Ok(self.octets_and_id()?.1),
            _ => Ok(self.point_and_id()?.1),
        }
    }

    /// The uncompressed SEC 1 point and the thumbprint of an EC P-256 key meant for `alg` and `key_use`.
    pub(super) fn checked_point(&self, alg: &str, key_use: &str) -> Result<([u8; 65], KeyId), Error> {
        let (point, id) = self.point_and_id()?;
        self.check(alg, key_use, id)?;
        Ok((point, id))
    }

    /// The public key's bytes and the thumbprint of an AKP key meant for `alg` and `key_use`.
    pub(super) fn checked_octets(&self, alg: &str, key_use: &str) -> Result<(Vec<u8>, KeyId), Error> {
        let (octets, id) = self.octets_and_id()?;
        self.check(alg, key_use, id)?;
        Ok((octets, id))
    }

    /// Checks what the key says of itself.
    fn check(&self, alg: &str, key_use: &str, id: KeyId) -> Result<(), Error> {
        let is_for = |member: &Option<String>, value| member.as_deref().is_none_or(|member| member == value);
        let is_its_kid = self.kid.as_ref().is_none_or(|kid| KeyId::parse(kid) == Ok(id));
        if is_for(&self.alg, alg) && is_for(&self.key_use, key_use) && is_its_kid {
            Ok(())
        } else {
            Err(Error::KeyMalformed)
        }
    }

    fn point_and_id(&self) -> Result<([u8; 65], KeyId), Error> {
        let (Some(crv), Some(x), Some(y)) = (&self.crv, &self.x, &self.y) else { return Err(Error::KeyMalformed) };
        let (Some(x_bytes), Some(y_bytes)) = (base64::decode_array::<32>(x), base64::decode_array::<32>(y)) else {
            return Err(Error::KeyMalformed);
        };
        if self.kty != "EC" || crv != "P-256" {
            return Err(Error::KeyMalformed);
        }
        let mut point = [UNCOMPRESSED; 65];
        let (head, y_place) = point.split_at_mut(33);
        head.split_at_mut(1).1.copy_from_slice(&x_bytes);
        y_place.copy_from_slice(&y_bytes);
        Ok((point, thumbprint_of_ec(x, y)))
    }

    fn octets_and_id(&self) -> Result<(Vec<u8>, KeyId), Error> {
        let (Some(alg), Some(public)) = (&self.alg, &self.public) else { return Err(Error::KeyMalformed) };
        // Only names that we know, so that none needs escaping in the thumbprint's JSON.
        let suite = Suite::from_alg(alg).ok_or(Error::KeyMalformed)?;
        let octets = base64::decode(public).ok_or(Error::KeyMalformed)?;
        if self.kty == AKP { Ok((octets, thumbprint_of_akp(suite.alg(), public))) } else { Err(Error::KeyMalformed) }
    }

    /// The JWK of an uncompressed SEC 1 point.
    pub(super) fn of_point(point: &[u8; 65], alg: &str, key_use: &str) -> Self {
        let (head, y) = point.split_at(33);
        let (x, y) = (base64::encode(head.split_at(1).1), base64::encode(y));
        Self {
            crv: Some("P-256".into()),
            kid: Some(thumbprint_of_ec(&x, &y).to_string()),
            x: Some(x),
            y: Some(y),
            alg: Some(alg.into()),
            key_use: Some(key_use.into()),
            ..Self::new("EC".into())
        }
    }

    /// The AKP JWK of a public key's bytes.
    pub(super) fn of_octets(octets: &[u8], alg: &str, key_use: &str) -> Self {
        let public = base64::encode(octets);
        Self {
            kid: Some(thumbprint_of_akp(alg, &public).to_string()),
            public: Some(public),
            alg: Some(alg.into()),
            key_use: Some(key_use.into()),
            ..Self::new(AKP.into())
        }
    }
}

/// RFC 7638, section 3: the required members in lexicographic order, without white space.
pub(super) fn bare_jwk(x: &str, y: &str) -> String {
    [r#"{"crv":"P-256","kty":"EC","x":""#, x, r#"","y":""#, y, r#""}"#].concat()
}

fn thumbprint_of_ec(x: &str, y: &str) -> KeyId {
    KeyId::of(bare_jwk(x, y).as_bytes())
}

/// The same for AKP keys, whose required members are those that draft-ietf-cose-dilithium says.
fn thumbprint_of_akp(alg: &str, public: &str) -> KeyId {
    KeyId::of([r#"{"alg":""#, alg, r#"","kty":"AKP","pub":""#, public, r#""}"#].concat().as_bytes())
}

/// Stands for a member that must not be there: reading any value fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct NotThere;

impl<'de> Deserialize<'de> for NotThere {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(de::Error::custom("a private key where a public one belongs"))
    }
}

/// A JWK Set (RFC 7517, section 5): `{"keys":[…]}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys, of any kind.
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// The keys that cards can be sealed to, in their order.
    ///
    /// Keys of other kinds are passed over (RFC 7517, section 5), so that a vault can publish newer ones beside them.
    #[must_use]
    pub fn sealing_keys(&self) -> Vec<SealingKey> {
        self.keys.iter().filter_map(|jwk| SealingKey::try_from(jwk).ok()).collect()
    }

    /// The keys that orders can be verified with, in their order; keys of other kinds are passed over.
    #[must_use]
    pub fn verifying_keys(&self) -> Vec<VerifyingKey> {
        self.keys.iter().filter_map(|jwk| VerifyingKey::try_from(jwk).ok()).collect()
    }
}
