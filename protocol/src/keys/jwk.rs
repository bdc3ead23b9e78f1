//! JWK and JWK Set, public members only.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{SealingKey, VerifyingKey};
use crate::{Error, KeyId, base64};

/// The SEC 1 tag of an uncompressed point.
const UNCOMPRESSED: u8 = 4;

/// A public JSON Web Key (RFC 7517, section 4), as it stands in JSON.
///
/// Reading one says nothing about the key: turn it into a [`SealingKey`] or [`VerifyingKey`], which checks it. Members that
/// are not listed here are ignored, as RFC 7517 wants it; a member that comes twice and the private member `d` are
/// refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// The key type; `EC` for all keys of this version (RFC 7518, section 6.1).
    pub kty: String,
    /// The curve; `P-256` for all keys of this version (RFC 7518, section 6.2.1.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// The point's x coordinate: base64url of 32 bytes, big-endian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The point's y coordinate: base64url of 32 bytes, big-endian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The key's id; its RFC 7638 thumbprint where it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// What the key is for: `HPKE-7` or `ES256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// `enc` or `sig`.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub key_use: Option<String>,
    /// Refuses the private member.
    #[serde(rename = "d", default, skip_serializing)]
    private: NotThere,
}

impl Jwk {
    /// A key of this type without any other member, for a reader that is not serde to fill in.
    #[must_use]
    pub const fn new(kty: String) -> Self {
        Self { kty, crv: None, x: None, y: None, kid: None, alg: None, key_use: None, private: NotThere }
    }

    /// The SHA-256 thumbprint (RFC 7638) of a P-256 key.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] where the key is no P-256 key by its form; the point itself is not looked at.
    pub fn thumbprint(&self) -> Result<KeyId, Error> {
        Ok(self.point_and_id()?.1)
    }

    /// The uncompressed SEC 1 point and the thumbprint of an EC P-256 key meant for `alg` and `key_use`.
    pub(super) fn checked(&self, alg: &str, key_use: &str) -> Result<([u8; 65], KeyId), Error> {
        let (point, id) = self.point_and_id()?;
        let is_for = |member: &Option<String>, value| member.as_deref().is_none_or(|member| member == value);
        if !is_for(&self.alg, alg) || !is_for(&self.key_use, key_use) {
            return Err(Error::KeyMalformed);
        }
        if let Some(kid) = &self.kid
            && KeyId::parse(kid) != Ok(id)
        {
            return Err(Error::KeyMalformed);
        }
        Ok((point, id))
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
        Ok((point, thumbprint(x, y)))
    }

    /// The JWK of an uncompressed SEC 1 point.
    pub(super) fn of_point(point: &[u8; 65], alg: &str, key_use: &str) -> Self {
        let (head, y) = point.split_at(33);
        let (x, y) = (base64::encode(head.split_at(1).1), base64::encode(y));
        Self {
            kty: "EC".into(),
            crv: Some("P-256".into()),
            kid: Some(thumbprint(&x, &y).to_string()),
            x: Some(x),
            y: Some(y),
            alg: Some(alg.into()),
            key_use: Some(key_use.into()),
            private: NotThere,
        }
    }
}

/// RFC 7638, section 3: the required members in lexicographic order, without white space.
pub(super) fn bare_jwk(x: &str, y: &str) -> String {
    [r#"{"crv":"P-256","kty":"EC","x":""#, x, r#"","y":""#, y, r#""}"#].concat()
}

fn thumbprint(x: &str, y: &str) -> KeyId {
    KeyId::of(bare_jwk(x, y).as_bytes())
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
