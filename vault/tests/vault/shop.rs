//! A merchant's shop and its shoppers: signs orders and seals cards as the SDK does.

use base64ct::{Base64UrlUnpadded, Encoding};
use cardseal_protocol::{
    CardHash, MerchantId, OrderHash, OrderId, Origin, UnixTime,
    brand::Brand,
    card::{Card, Expiry, Pan, SecurityCode},
    dual_signature::DualSignature,
    envelope::{Context, Envelope, Jti, prepare},
    keys::{JwkSet, SigningKey},
    order::{Amount, Currency, Order, SignedOrder},
};
use cardseal_vault::{
    id::ApiKey,
    store::{NewMerchant, Store},
};
use hpke::{Deserializable, Serializable, aead::AesGcm256, kdf::HkdfSha256, kem::DhP256HkdfSha256};
use serde_json::json;
use sha2::{Digest, Sha256};

pub(crate) const PAGE: &str = "https://shop.example";
pub(crate) const NOW: u64 = 1_795_000_000;

/// A merchant with all that it knows.
pub(crate) struct Shop {
    pub(crate) id: MerchantId,
    pub(crate) key: SigningKey,
    pub(crate) api_key: ApiKey,
    pub(crate) origins: Vec<Origin>,
}

impl Shop {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: MerchantId::parse(id).unwrap(),
            key: SigningKey::generate().unwrap(),
            api_key: ApiKey::random().unwrap(),
            origins: vec![origin(PAGE), origin("https://other.example")],
        }
    }

    pub(crate) async fn register(&self, store: &Store) {
        let merchant = NewMerchant {
            id: self.id.clone(),
            name: "A shop".to_owned(),
            origins: self.origins.clone(),
            order_keys: vec![self.key.jwk()],
            api_key: self.api_key.hash(),
        };
        store.add_merchant(&merchant, UnixTime::from_secs(NOW)).await.unwrap();
    }

    /// An order of 42.00 euros that may be paid for half an hour on [`PAGE`].
    pub(crate) fn order(&self, id: &str, now: UnixTime) -> Order {
        Order {
            merchant: self.id.clone(),
            id: OrderId::parse(id).unwrap(),
            amount: Amount::new(4200, Currency::parse("EUR").unwrap()).unwrap(),
            origins: vec![origin(PAGE)],
            issued: now,
            not_before: None,
            expires: now.plus(1800),
            description: None,
            items: Vec::new(),
        }
    }

    pub(crate) fn sign(&self, order: &Order) -> String {
        order.sign(&self.key).unwrap()
    }

    /// The order of this id, signed.
    pub(crate) fn signed(&self, id: &str, now: UnixTime) -> String {
        self.sign(&self.order(id, now))
    }
}

pub(crate) fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

pub(crate) fn hash(order: &str) -> OrderHash {
    SignedOrder::parse(order).unwrap().hash()
}

/// A card that expires in December 2030.
pub(crate) fn card(number: &str) -> Card {
    let pan = Pan::parse(number).unwrap();
    let brand = pan.brands().first();
    let code = if brand == Some(Brand::Amex) { "7391" } else { "739" };
    Card {
        pan,
        expiry: Expiry::parse("12/30", UnixTime::from_secs(NOW)).unwrap(),
        code: SecurityCode::parse(code, brand).unwrap(),
        holder: None,
        brand: None,
        country: None,
        postal_code: None,
    }
}

/// What an envelope says in the open when all is well.
pub(crate) fn context(order: &str, now: UnixTime) -> Context {
    Context { issued: now, jti: Jti::random().unwrap(), origin: origin(PAGE), order: hash(order) }
}

/// Seals the card to the first of the vault's keys.
pub(crate) fn seal(keys: &JwkSet, card: &Card, context: &Context) -> String {
    prepare(&keys.sealing_keys()[0]).unwrap().seal(card, context).unwrap()
}

/// Seals any text at all, padded as a card is.
pub(crate) fn seal_text(keys: &JwkSet, plaintext: &str, context: &Context) -> String {
    let card = card("4242424242424242");
    let protected = seal(keys, &card, context).split('.').next().unwrap().to_owned();
    let jwk = &keys.keys[0];
    let mut point = vec![4];
    for coordinate in [&jwk.x, &jwk.y] {
        point.extend(Base64UrlUnpadded::decode_vec(coordinate.as_ref().unwrap()).unwrap());
    }
    let key = <DhP256HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(&point).unwrap();
    let (encapsulated, ciphertext) = hpke::single_shot_seal::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &hpke::OpModeS::Base,
        &key,
        b"",
        format!("{plaintext:<512}").as_bytes(),
        protected.as_bytes(),
    )
    .unwrap();
    let envelope = format!(
        "{protected}.{}..{}.",
        Base64UrlUnpadded::encode_string(&encapsulated.to_bytes()),
        Base64UrlUnpadded::encode_string(&ciphertext)
    );
    Envelope::parse(&envelope).unwrap();
    envelope
}

/// The key of a shopper's device.
pub(crate) fn device() -> SigningKey {
    SigningKey::from_bytes(&[8; 32]).unwrap()
}

/// That this envelope and this order belong together, said when the envelope was sealed. Of texts that are neither, too.
pub(crate) fn dual(envelope: &str, order: &str) -> DualSignature {
    let sha256 = |text: &str| <[u8; 32]>::from(Sha256::digest(text.as_bytes()));
    DualSignature {
        issued: Envelope::parse(envelope).map_or(UnixTime::from_secs(NOW), |envelope| envelope.header().issued),
        order: OrderHash::from_bytes(sha256(order.rsplit_once('.').map_or(order, |(signed, _)| signed))),
        card: CardHash::from_bytes(sha256(envelope)),
    }
}

/// The body of `POST /v1/tokens`; the same for the same envelope and order.
pub(crate) fn token_request(envelope: &str, order: &str) -> String {
    signed_request(envelope, order, &dual(envelope, order).sign(&device()).unwrap())
}

/// The body of `POST /v1/tokens` with this dual signature.
pub(crate) fn signed_request(envelope: &str, order: &str, dual_signature: &str) -> String {
    json!({ "envelope": envelope, "order": order, "dual_signature": dual_signature }).to_string()
}

/// The body of `POST /v1/payments`.
pub(crate) fn payment_request(token: &str, order: &str) -> String {
    json!({ "token": token, "order": order }).to_string()
}
