//! What is kept of a card between its token and its payment.
//!
//! Number, expiry, name, brand and billing address are one value, padded with spaces to 512 bytes; the security code is another, padded to
//! 32: the lengths of what is stored tell nothing.

use std::borrow::Cow;

use cardseal_protocol::{MerchantId, Secret, address::Country, brand::Brand, envelope::OpenedCard};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    at_rest::{Error, MasterKeys, Part, Place, Sealed},
    id::TokenId,
};

/// Length of a stored card before it is sealed. A name of 128 bytes is at most 768 as JSON, so a few names of escapes
/// only are stored at their own length.
const CARD_LENGTH: usize = 512;
/// Length of a stored security code before it is sealed: two blocks of AES. Of a single one the cipher makes a copy on the
/// stack, and leaves it there.
const CODE_LENGTH: usize = 32;

/// A card as it comes out of the store.
#[derive(Debug)]
pub(crate) struct StoredCard {
    pub(crate) number: Secret<String>,
    pub(crate) exp_month: u8,
    pub(crate) exp_year: u16,
    pub(crate) code: Secret<String>,
    pub(crate) holder: Option<Secret<String>>,
    pub(crate) brand: Option<Brand>,
    pub(crate) country: Option<Country>,
    pub(crate) postal_code: Option<Secret<String>>,
}

/// The stored form of all but the security code.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    number: Cow<'a, str>,
    exp_month: u8,
    exp_year: u16,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    brand: Option<Brand>,
    /// Absent in what was stored before cards had an address.
    #[serde(borrow, default)]
    country: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    postal_code: Option<Cow<'a, str>>,
}

/// Seals card and security code, apart from each other, for this merchant's token.
pub(crate) fn seal(
    keys: &MasterKeys,
    merchant: &MerchantId,
    token: &TokenId,
    card: &OpenedCard,
) -> Result<(Sealed, Sealed), Error> {
    // To be sealed again at once: the plaintext lives in this one buffer, which is large enough never to move.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(2 * CARD_LENGTH));
    let written = Written {
        number: card.number.expose().as_str().into(),
        exp_month: card.exp_month,
        exp_year: card.exp_year,
        name: card.name.as_ref().map(|name| name.expose().as_str().into()),
        brand: card.brand(),
        country: card.country.map(|country| country.expose().into()),
        postal_code: card.postal_code.as_ref().map(|code| code.expose().as_str().into()),
    };
    serde_json::to_writer(&mut *plaintext, &written).map_err(|_| Error)?;
    let length = plaintext.len().max(CARD_LENGTH);
    plaintext.resize(length, b' ');

    let mut code = Zeroizing::new(Vec::with_capacity(CODE_LENGTH));
    code.extend_from_slice(card.code.expose().as_bytes());
    code.resize(CODE_LENGTH, b' ');

    Ok((
        keys.seal(Place { merchant, token, part: Part::Card }, &plaintext)?,
        keys.seal(Place { merchant, token, part: Part::Code }, &code)?,
    ))
}

/// Opens what [`seal`] sealed.
pub(crate) fn open(
    keys: &MasterKeys,
    merchant: &MerchantId,
    token: &TokenId,
    card: &Sealed,
    code: &Sealed,
) -> Result<StoredCard, Error> {
    let plaintext = keys.open(Place { merchant, token, part: Part::Card }, card)?;
    let written: Written<'_> = serde_json::from_slice(&plaintext).map_err(|_| Error)?;
    let code = keys.open(Place { merchant, token, part: Part::Code }, code)?;
    let code = std::str::from_utf8(&code).map_err(|_| Error)?;
    Ok(StoredCard {
        number: Secret::new(written.number.into_owned()),
        exp_month: written.exp_month,
        exp_year: written.exp_year,
        code: Secret::new(code.trim_ascii_end().to_owned()),
        holder: written.name.map(|name| Secret::new(name.into_owned())),
        brand: written.brand,
        country: written.country.map(|code| Country::parse(&code)).transpose().map_err(|_| Error)?,
        postal_code: written.postal_code.map(|code| Secret::new(code.into_owned())),
    })
}
