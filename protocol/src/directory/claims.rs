//! The claims of a directory as JSON.

use super::{Directory, MAX_KEYS, MAX_REVOKED, PublishedKey};
use crate::{
    DirectoryHash, Error, KeyId, Origin, UnixTime,
    json::{Malformed, Reader, once, push, read_object},
    keys::read_jwk,
};

impl Directory {
    /// Reads and checks the claims; says nothing about who wrote them.
    pub(super) fn from_claims(json: &str) -> Result<Self, Error> {
        let mut claims = Claims::default();
        read_object(json, &mut |name, reader| claims.read(name, reader)).map_err(|_| Error::DirectoryMalformed)?;
        let directory = claims.into_directory().ok_or(Error::DirectoryMalformed)?;
        directory.check()?;
        Ok(directory)
    }
}

#[derive(Default)]
struct Claims {
    vault: Option<Origin>,
    issued: Option<UnixTime>,
    expires: Option<UnixTime>,
    sequence: Option<u64>,
    previous: Option<DirectoryHash>,
    keys: Option<Vec<PublishedKey>>,
    revoked: Option<Vec<KeyId>>,
}

impl Claims {
    fn read(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        match name {
            "iss" => once(&mut self.vault, Origin::parse(&reader.string()?).map_err(|_| Malformed)?),
            "iat" => once(&mut self.issued, UnixTime::from_secs(reader.unsigned()?)),
            "exp" => once(&mut self.expires, UnixTime::from_secs(reader.unsigned()?)),
            "seq" => once(&mut self.sequence, reader.unsigned()?),
            "prev" => once(&mut self.previous, DirectoryHash::parse(&reader.string()?).map_err(|_| Malformed)?),
            "keys" => {
                let mut keys = Vec::new();
                reader.array(&mut |reader| push(&mut keys, read_key(reader)?, MAX_KEYS))?;
                once(&mut self.keys, keys)
            }
            "revoked" => {
                let mut revoked = Vec::new();
                reader.array(&mut |reader| {
                    push(&mut revoked, KeyId::parse(&reader.string()?).map_err(|_| Malformed)?, MAX_REVOKED)
                })?;
                once(&mut self.revoked, revoked)
            }
            _ => Err(Malformed),
        }
    }

    fn into_directory(self) -> Option<Directory> {
        Some(Directory {
            vault: self.vault?,
            issued: self.issued?,
            expires: self.expires?,
            sequence: self.sequence?,
            previous: self.previous,
            keys: self.keys?,
            revoked: self.revoked?,
        })
    }
}

fn read_key(reader: &mut Reader<'_>) -> Result<PublishedKey, Malformed> {
    let (mut not_before, mut expires) = (None, None);
    let jwk = read_jwk(reader, &mut |name, reader| match name {
        "nbf" => once(&mut not_before, UnixTime::from_secs(reader.unsigned()?)),
        "exp" => once(&mut expires, UnixTime::from_secs(reader.unsigned()?)),
        _ => reader.skip(),
    })?;
    Ok(PublishedKey { jwk, not_before, expires })
}
