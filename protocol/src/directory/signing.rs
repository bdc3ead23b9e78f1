//! Making signed directories and delegations; with feature `sign`.

use super::{Delegation, Directory, KIND, MAX_DELEGATION_LENGTH, MAX_DIRECTORY_LENGTH, PublishedKey, delegation};
use crate::{
    Error,
    json::Writer,
    jws::{attach, signing_input},
    keys::SigningKey,
};

impl Delegation {
    /// Signs the delegation with the root key that it names: the JWS compact serialization (RFC 7515, section 7.1), ES256.
    ///
    /// # Errors
    /// [`Error::DirectoryMalformed`] where it breaks a rule of [the format](crate::directory), or names another root key.
    pub fn sign(&self, root: &SigningKey) -> Result<String, Error> {
        self.check()?;
        if self.root != root.kid() {
            return Err(Error::DirectoryMalformed);
        }
        let mut buffer = [0; MAX_DELEGATION_LENGTH / 2];
        let mut writer = Writer::new(&mut buffer);
        writer.raw(r#"{"iss":"#).string(&self.root.to_base64url());
        writer.raw(r#","sub":"#).string(self.vault.as_str());
        writer.raw(r#","iat":"#).unsigned(self.issued.as_secs());
        writer.raw(r#","exp":"#).unsigned(self.expires.as_secs());
        writer.raw(r#","cnf":{"jwk":"#).raw(&self.key.bare_jwk()).raw("}}");
        let length = writer.finish().map_err(|_| Error::DirectoryMalformed)?;
        let header = delegation::KIND.header_with_jwk(&root.verifying_key()?.bare_jwk());
        let input = signing_input(&header, buffer.split_at(length).0);
        Ok(attach(&input, &root.sign(input.as_bytes())?))
    }
}

impl Directory {
    /// Signs the directory: the JWS compact serialization (RFC 7515, section 7.1), ES256.
    ///
    /// # Errors
    /// [`Error::DirectoryMalformed`] where it breaks a rule of [the format](crate::directory) or is too long.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Error> {
        self.check()?;
        let input = KIND.signing_input_with_kid(key.kid(), &self.claims()?);
        let jws = attach(&input, &key.sign(input.as_bytes())?);
        if jws.len() <= MAX_DIRECTORY_LENGTH { Ok(jws) } else { Err(Error::DirectoryMalformed) }
    }

    fn claims(&self) -> Result<Vec<u8>, Error> {
        let mut buffer = vec![0; MAX_DIRECTORY_LENGTH];
        let mut writer = Writer::new(&mut buffer);
        writer.raw(r#"{"iss":"#).string(self.vault.as_str());
        writer.raw(r#","iat":"#).unsigned(self.issued.as_secs());
        writer.raw(r#","exp":"#).unsigned(self.expires.as_secs());
        writer.raw(r#","seq":"#).unsigned(self.sequence);
        if let Some(previous) = self.previous {
            writer.raw(r#","prev":"#).string(&previous.to_base64url());
        }
        writer.raw(r#","keys":["#);
        for (index, key) in self.keys.iter().enumerate() {
            writer.raw(if index == 0 { "" } else { "," });
            write_key(&mut writer, key)?;
        }
        writer.raw(r#"],"revoked":["#);
        for (index, kid) in self.revoked.iter().enumerate() {
            writer.raw(if index == 0 { "" } else { "," }).string(&kid.to_base64url());
        }
        writer.raw("]}");
        let length = writer.finish().map_err(|_| Error::DirectoryMalformed)?;
        buffer.truncate(length);
        Ok(buffer)
    }
}

fn write_key(writer: &mut Writer<'_>, key: &PublishedKey) -> Result<(), Error> {
    let jwk = serde_json::to_string(&key.jwk).map_err(|_| Error::Internal)?;
    // The object without its end, for the members that a JWK does not have.
    writer.raw(jwk.strip_suffix('}').ok_or(Error::Internal)?);
    if let Some(not_before) = key.not_before {
        writer.raw(r#","nbf":"#).unsigned(not_before.as_secs());
    }
    if let Some(expires) = key.expires {
        writer.raw(r#","exp":"#).unsigned(expires.as_secs());
    }
    writer.raw("}");
    Ok(())
}
