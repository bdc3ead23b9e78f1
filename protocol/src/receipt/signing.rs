//! Making a signed receipt; with feature `sign`.

use super::{KIND, MAX_RECEIPT_LENGTH, Receipt, claims::is_last_four};
use crate::{Error, brand::Brand, id::is_id, json::Writer, jws::attach, keys::SigningKey};

impl Receipt {
    /// Signs the receipt: the JWS compact serialization (RFC 7515, section 7.1), ES256.
    ///
    /// # Errors
    /// [`Error::ReceiptMalformed`] where the receipt breaks a rule of [the format](crate::receipt).
    pub fn sign(&self, key: &SigningKey) -> Result<String, Error> {
        if !is_id(&self.token) || !is_last_four(&self.last4) || self.expires <= self.issued {
            return Err(Error::ReceiptMalformed);
        }
        let mut buffer = [0; MAX_RECEIPT_LENGTH / 2];
        let mut writer = Writer::new(&mut buffer);
        writer.raw(r#"{"iss":"#).string(self.vault.as_str());
        writer.raw(r#","sub":"#).string(&self.token);
        writer.raw(r#","aud":"#).string(self.merchant.as_str());
        writer.raw(r#","iat":"#).unsigned(self.issued.as_secs());
        writer.raw(r#","exp":"#).unsigned(self.expires.as_secs());
        if let Some(brand) = self.brand.map(Brand::id) {
            writer.raw(r#","brand":"#).string(brand);
        }
        writer.raw(r#","last4":"#).string(&self.last4);
        writer.raw(r#","order":"#).string(&self.sealing.order.to_base64url());
        writer.raw(r#","card":"#).string(&self.sealing.card.to_base64url());
        writer.raw(r#","device":"#).string(&self.sealing.device.to_base64url());
        writer.raw(r#","origin":"#).string(self.sealing.origin.as_str());
        writer.raw(r#","suite":"#).string(self.sealing.suite.alg());
        writer.raw(r#","key":"#).string(&self.sealing.key.to_base64url());
        if let Some(previous) = self.previous {
            writer.raw(r#","prev":"#).string(&previous.to_base64url());
        }
        writer.raw("}");
        let length = writer.finish().map_err(|_| Error::ReceiptMalformed)?;
        let input = KIND.signing_input_with_kid(key.kid(), buffer.split_at(length).0);
        Ok(attach(&input, &key.sign(input.as_bytes())?))
    }
}
