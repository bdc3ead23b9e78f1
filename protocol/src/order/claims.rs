//! The claims of an order as JSON.

use super::{Amount, Currency, Item, MAX_ITEMS, MAX_ORIGINS, Order};
use crate::{
    Error, MerchantId, OrderId, Origin, UnixTime,
    json::{Malformed, Reader, once, push, read_object},
};

impl Order {
    /// Reads and checks the claims; says nothing about who wrote them.
    pub(super) fn from_claims(json: &str) -> Result<Self, Error> {
        let mut claims = Claims::default();
        read_object(json, &mut |name, reader| claims.read(name, reader)).map_err(|_| Error::OrderMalformed)?;
        let order = claims.into_order().ok_or(Error::OrderMalformed)?;
        order.check()?;
        Ok(order)
    }
}

#[derive(Default)]
struct Claims {
    merchant: Option<MerchantId>,
    id: Option<OrderId>,
    issued: Option<UnixTime>,
    not_before: Option<UnixTime>,
    expires: Option<UnixTime>,
    minor: Option<u64>,
    currency: Option<Currency>,
    origins: Option<Vec<Origin>>,
    description: Option<String>,
    items: Option<Vec<Item>>,
}

impl Claims {
    fn read(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        match name {
            "iss" => once(&mut self.merchant, MerchantId::parse(&reader.string()?).map_err(|_| Malformed)?),
            "jti" => once(&mut self.id, OrderId::parse(&reader.string()?).map_err(|_| Malformed)?),
            "iat" => once(&mut self.issued, UnixTime::from_secs(reader.unsigned()?)),
            "nbf" => once(&mut self.not_before, UnixTime::from_secs(reader.unsigned()?)),
            "exp" => once(&mut self.expires, UnixTime::from_secs(reader.unsigned()?)),
            "amount" => once(&mut self.minor, reader.unsigned()?),
            "currency" => once(&mut self.currency, Currency::parse(&reader.string()?).map_err(|_| Malformed)?),
            "origins" => {
                let mut origins = Vec::new();
                reader.array(&mut |reader| {
                    let origin = Origin::parse(&reader.string()?).map_err(|_| Malformed)?;
                    push(&mut origins, origin, MAX_ORIGINS)
                })?;
                once(&mut self.origins, origins)
            }
            "description" => once(&mut self.description, (*reader.string()?).into()),
            "items" => {
                let mut items = Vec::new();
                reader.array(&mut |reader| push(&mut items, read_item(reader)?, MAX_ITEMS))?;
                once(&mut self.items, items)
            }
            _ => Err(Malformed),
        }
    }

    fn into_order(self) -> Option<Order> {
        Some(Order {
            merchant: self.merchant?,
            id: self.id?,
            amount: Amount::new(self.minor?, self.currency?).ok()?,
            origins: self.origins?,
            issued: self.issued?,
            not_before: self.not_before,
            expires: self.expires?,
            description: self.description,
            items: self.items.unwrap_or_default(),
        })
    }
}

fn read_item(reader: &mut Reader<'_>) -> Result<Item, Malformed> {
    let (mut name, mut quantity, mut amount) = (None, None, None);
    reader.object(&mut |member, reader| match member {
        "name" => once(&mut name, (*reader.string()?).into()),
        "quantity" => once(&mut quantity, reader.unsigned()?),
        "amount" => once(&mut amount, reader.signed()?),
        _ => Err(Malformed),
    })?;
    match (name, quantity, amount) {
        (Some(name), Some(quantity), Some(amount)) => Ok(Item { name, quantity, amount }),
        _ => Err(Malformed),
    }
}
