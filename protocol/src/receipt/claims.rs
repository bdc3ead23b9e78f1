//! The claims of a receipt as JSON.

use super::{Receipt, Sealing};
use crate::{
    CardHash, KeyId, MerchantId, OrderHash, Origin, ReceiptHash, UnixTime,
    brand::Brand,
    envelope::Suite,
    id::is_id,
    json::{Malformed, Reader, once, read_object},
};

impl Receipt {
    /// Reads the claims; says nothing about who wrote them.
    pub(super) fn from_claims(json: &str) -> Option<Self> {
        let mut claims = Claims::default();
        read_object(json, &mut |name, reader| claims.read(name, reader)).ok()?;
        claims.into_receipt()
    }
}

#[derive(Default)]
struct Claims {
    vault: Option<Origin>,
    token: Option<String>,
    merchant: Option<MerchantId>,
    issued: Option<UnixTime>,
    expires: Option<UnixTime>,
    brand: Option<Brand>,
    last4: Option<String>,
    order: Option<OrderHash>,
    card: Option<CardHash>,
    device: Option<KeyId>,
    origin: Option<Origin>,
    suite: Option<Suite>,
    key: Option<KeyId>,
    previous: Option<ReceiptHash>,
}

impl Claims {
    fn read(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        match name {
            "iss" => once(&mut self.vault, Origin::parse(&reader.string()?).map_err(|_| Malformed)?),
            "sub" => once(&mut self.token, text(reader, is_id)?),
            "aud" => once(&mut self.merchant, MerchantId::parse(&reader.string()?).map_err(|_| Malformed)?),
            "iat" => once(&mut self.issued, UnixTime::from_secs(reader.unsigned()?)),
            "exp" => once(&mut self.expires, UnixTime::from_secs(reader.unsigned()?)),
            "brand" => once(&mut self.brand, Brand::from_id(&reader.string()?).ok_or(Malformed)?),
            "last4" => once(&mut self.last4, text(reader, is_last_four)?),
            "order" => once(&mut self.order, OrderHash::parse(&reader.string()?).map_err(|_| Malformed)?),
            "card" => once(&mut self.card, CardHash::parse(&reader.string()?).map_err(|_| Malformed)?),
            "device" => once(&mut self.device, KeyId::parse(&reader.string()?).map_err(|_| Malformed)?),
            "origin" => once(&mut self.origin, Origin::parse(&reader.string()?).map_err(|_| Malformed)?),
            "suite" => once(&mut self.suite, Suite::from_alg(&reader.string()?).ok_or(Malformed)?),
            "key" => once(&mut self.key, KeyId::parse(&reader.string()?).map_err(|_| Malformed)?),
            "prev" => once(&mut self.previous, ReceiptHash::parse(&reader.string()?).map_err(|_| Malformed)?),
            _ => Err(Malformed),
        }
    }

    fn into_receipt(self) -> Option<Receipt> {
        let (issued, expires) = (self.issued?, self.expires?);
        Some(Receipt {
            vault: self.vault?,
            token: self.token?,
            merchant: self.merchant?,
            issued,
            expires: (expires > issued).then_some(expires)?,
            brand: self.brand,
            last4: self.last4?,
            sealing: Sealing {
                order: self.order?,
                card: self.card?,
                device: self.device?,
                origin: self.origin?,
                suite: self.suite?,
                key: self.key?,
            },
            previous: self.previous,
        })
    }
}

fn text(reader: &mut Reader<'_>, is_right: fn(&str) -> bool) -> Result<String, Malformed> {
    let text = reader.string()?;
    if is_right(&text) { Ok((*text).into()) } else { Err(Malformed) }
}

pub(super) fn is_last_four(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}
