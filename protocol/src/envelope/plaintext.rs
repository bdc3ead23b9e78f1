//! What is inside an envelope.

use super::PLAINTEXT_LENGTH;
use crate::{Error, card::Card, json::Writer};

/// Writes the card as JSON into the buffer and pads it with spaces.
pub(super) fn write(card: &Card, buffer: &mut [u8; PLAINTEXT_LENGTH]) -> Result<(), Error> {
    buffer.fill(b' ');
    let mut writer = Writer::new(buffer);
    // Exposed to be sealed: the buffer is the caller's, who encrypts it in place.
    writer.raw(r#"{"number":"#).string(card.pan.expose());
    writer.raw(r#","exp_month":"#).unsigned(card.expiry.month().into());
    writer.raw(r#","exp_year":"#).unsigned(card.expiry.year().into());
    writer.raw(r#","code":"#).string(card.code.expose());
    if let Some(holder) = &card.holder {
        writer.raw(r#","name":"#).string(holder.expose());
    }
    if let Some(brand) = card.brand {
        writer.raw(r#","brand":"#).string(brand.id());
    }
    if let Some(country) = card.country {
        writer.raw(r#","country":"#).string(country.expose());
    }
    if let Some(code) = &card.postal_code {
        writer.raw(r#","postal_code":"#).string(code.expose());
    }
    writer.raw("}");
    // A name is at most 128 bytes and has no control characters, a postal code at most ten, so that everything fits; if not, nothing is sealed.
    writer.finish().map(drop).map_err(|_| Error::Internal)
}
