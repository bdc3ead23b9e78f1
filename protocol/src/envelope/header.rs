//! The protected header of an envelope.

use super::{Jti, Suite, TYPE};
use crate::{
    Error, KeyId, OrderHash, Origin, UnixTime, base64,
    json::{Malformed, Writer, once, read_object},
};

/// Longer than any header: its members are of bounded length, and an origin of 267 bytes is the longest.
const BUFFER_LENGTH: usize = 640;

/// What an envelope says in the open, authenticated by the seal: see [the format](crate::envelope).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The HPKE suite: `alg`.
    pub suite: Suite,
    /// The vault's key: `kid`.
    pub kid: KeyId,
    /// When it was sealed: `iat`.
    pub issued: UnixTime,
    /// What makes it one of its kind: `jti`.
    pub jti: Jti,
    /// The page around the card form: `origin`.
    pub origin: Origin,
    /// The order that it is bound to: `order`.
    pub order: OrderHash,
}

impl Header {
    /// Reads the JSON; each member must be there once, and no other.
    pub(super) fn from_json(json: &str) -> Result<Self, Error> {
        let mut members = Members::default();
        let read = read_object(json, &mut |name, reader| match name {
            "alg" => once(&mut members.suite, Suite::from_alg(&reader.string()?)),
            "kid" => once(&mut members.kid, KeyId::parse(&reader.string()?).map_err(|_| Malformed)?),
            "typ" => once(&mut members.is_card, *reader.string()? == *TYPE),
            "iat" => once(&mut members.issued, UnixTime::from_secs(reader.unsigned()?)),
            "jti" => once(&mut members.jti, Jti::parse(&reader.string()?).map_err(|_| Malformed)?),
            "origin" => once(&mut members.origin, Origin::parse(&reader.string()?).map_err(|_| Malformed)?),
            "order" => once(&mut members.order, OrderHash::parse(&reader.string()?).map_err(|_| Malformed)?),
            _ => Err(Malformed),
        });
        // Said even where the rest is another's too: it is what the sender has to mend first.
        if members.suite == Some(None) {
            return Err(Error::SuiteUnsupported);
        }
        read.ok().and_then(|()| members.into_header()).ok_or(Error::EnvelopeMalformed)
    }

    /// The base64url of the JSON: the first part of the envelope, and HPKE's `aad`.
    pub(super) fn protected(&self) -> Result<String, Error> {
        let mut buffer = [0; BUFFER_LENGTH];
        let mut writer = Writer::new(&mut buffer);
        writer.raw(r#"{"alg":"#).string(self.suite.alg());
        writer.raw(r#","kid":"#).string(&base64::encode(self.kid.as_bytes()));
        writer.raw(r#","typ":"#).string(TYPE);
        writer.raw(r#","iat":"#).unsigned(self.issued.as_secs());
        writer.raw(r#","jti":"#).string(&base64::encode(self.jti.as_bytes()));
        writer.raw(r#","origin":"#).string(self.origin.as_str());
        writer.raw(r#","order":"#).string(&base64::encode(self.order.as_bytes()));
        writer.raw("}");
        let length = writer.finish().map_err(|_| Error::Internal)?;
        Ok(base64::encode(buffer.split_at(length).0))
    }
}

#[derive(Default)]
struct Members {
    suite: Option<Option<Suite>>,
    kid: Option<KeyId>,
    is_card: Option<bool>,
    issued: Option<UnixTime>,
    jti: Option<Jti>,
    origin: Option<Origin>,
    order: Option<OrderHash>,
}

impl Members {
    fn into_header(self) -> Option<Header> {
        if self.is_card != Some(true) {
            return None;
        }
        Some(Header {
            suite: self.suite??,
            kid: self.kid?,
            issued: self.issued?,
            jti: self.jti?,
            origin: self.origin?,
            order: self.order?,
        })
    }
}
