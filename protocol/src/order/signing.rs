//! Making a signed order; with feature `sign`.

use super::{KIND, MAX_ORDER_LENGTH, Order};
use crate::{Error, json::Writer, jws::attach, keys::SigningKey};

impl Order {
    /// Signs the order: the JWS compact serialization (RFC 7515, section 7.1), ES256.
    ///
    /// # Errors
    /// [`Error::OrderMalformed`] where the order breaks a rule of [the format](crate::order); [`Error::OrderTooLarge`].
    pub fn sign(&self, key: &SigningKey) -> Result<String, Error> {
        self.check()?;
        let input = KIND.signing_input_with_kid(key.kid(), &self.claims()?);
        let jws = attach(&input, &key.sign(input.as_bytes())?);
        if jws.len() <= MAX_ORDER_LENGTH { Ok(jws) } else { Err(Error::OrderTooLarge) }
    }

    fn claims(&self) -> Result<Vec<u8>, Error> {
        let mut buffer = vec![0; MAX_ORDER_LENGTH];
        let mut writer = Writer::new(&mut buffer);
        writer.raw(r#"{"iss":"#).string(self.merchant.as_str());
        writer.raw(r#","jti":"#).string(self.id.as_str());
        writer.raw(r#","iat":"#).unsigned(self.issued.as_secs());
        if let Some(not_before) = self.not_before {
            writer.raw(r#","nbf":"#).unsigned(not_before.as_secs());
        }
        writer.raw(r#","exp":"#).unsigned(self.expires.as_secs());
        writer.raw(r#","amount":"#).unsigned(self.amount.minor());
        writer.raw(r#","currency":"#).string(self.amount.currency().code());
        writer.raw(r#","origins":["#);
        for (index, origin) in self.origins.iter().enumerate() {
            writer.raw(if index == 0 { "" } else { "," }).string(origin.as_str());
        }
        writer.raw("]");
        if let Some(description) = &self.description {
            writer.raw(r#","description":"#).string(description);
        }
        if !self.items.is_empty() {
            writer.raw(r#","items":["#);
            for (index, item) in self.items.iter().enumerate() {
                writer.raw(if index == 0 { r#"{"name":"# } else { r#",{"name":"# }).string(&item.name);
                writer.raw(r#","quantity":"#).unsigned(item.quantity);
                writer.raw(r#","amount":"#).raw(if item.amount < 0 { "-" } else { "" });
                writer.unsigned(item.amount.unsigned_abs()).raw("}");
            }
            writer.raw("]");
        }
        writer.raw("}");
        let length = writer.finish().map_err(|_| Error::OrderTooLarge)?;
        buffer.truncate(length);
        Ok(buffer)
    }
}
