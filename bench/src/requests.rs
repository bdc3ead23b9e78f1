//! What a shop and its shoppers send: signed orders, and cards sealed to the vault's key.

use std::{
    num::NonZero,
    path::PathBuf,
    sync::Arc,
    thread::available_parallelism,
    time::{SystemTime, UNIX_EPOCH},
};

use cardseal_protocol::{
    MerchantId, OrderId, Origin, TokenRequest, UnixTime,
    card::{Card, Expiry, Pan, SecurityCode},
    dual_signature::DualSignature,
    envelope::{Context, Envelope, Jti, prepare},
    keys::{SealingKey, SigningKey},
    order::{Amount, Currency, Order, SignedOrder},
};
use tempfile::TempDir;

use crate::Result;

/// A shop with its key for orders, and its shoppers.
pub(crate) struct Shop {
    key: Arc<SigningKey>,
    /// One for all shoppers: the vault keeps nothing of it from one request to the next.
    device: Arc<SigningKey>,
    folder: TempDir,
}

impl Shop {
    /// Its id at the vault.
    pub(crate) const MERCHANT: &str = "mer_bench";
    /// Where its pages are.
    pub(crate) const ORIGIN: &str = "https://shop.example";
    /// The vault's origin as browsers see it.
    pub(crate) const VAULT: &str = "https://vault.example";

    /// A shop with a new key.
    pub(crate) fn open() -> Result<Self> {
        let shop = Self {
            key: Arc::new(SigningKey::generate()?),
            device: Arc::new(SigningKey::generate()?),
            folder: tempfile::tempdir()?,
        };
        std::fs::write(shop.public_key_file(), serde_json::to_vec(&shop.key.jwk())?)?;
        Ok(shop)
    }

    /// Its public key as a JWK.
    pub(crate) fn public_key_file(&self) -> PathBuf {
        self.folder.path().join("order-key.public.jwk.json")
    }

    /// Bodies for `POST /v1/tokens`, each with an order and an envelope of its own, made on every processor before the
    /// clock starts.
    pub(crate) async fn requests(&self, key: &SealingKey, count: usize) -> Result<Vec<Vec<u8>>> {
        let workers = available_parallelism().map_or(1, NonZero::get);
        let tasks: Vec<_> = (0..workers)
            .map(|worker| {
                let (signing, device, sealing) = (Arc::clone(&self.key), Arc::clone(&self.device), key.clone());
                let share = count / workers + usize::from(worker < count % workers);
                tokio::task::spawn_blocking(move || (0..share).map(|_| request(&signing, &device, &sealing)).collect())
            })
            .collect();
        let mut requests = Vec::with_capacity(count);
        for task in tasks {
            let share: Result<Vec<Vec<u8>>> = task.await?;
            requests.extend(share?);
        }
        Ok(requests)
    }
}

fn request(signing: &SigningKey, device: &SigningKey, sealing: &SealingKey) -> Result<Vec<u8>> {
    let now = UnixTime::from_secs(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs());
    let jti = Jti::random()?;
    let order = Order {
        merchant: MerchantId::parse(Shop::MERCHANT)?,
        // As unlike as the envelopes are, and of the characters that an id may have.
        id: OrderId::parse(&format!("ord_{jti}"))?,
        amount: Amount::new(4200, Currency::parse("EUR")?)?,
        origins: vec![Origin::parse(Shop::ORIGIN)?],
        issued: now,
        not_before: None,
        expires: UnixTime::from_secs(now.as_secs() + 3600),
        description: None,
        items: Vec::new(),
    }
    .sign(signing)?;
    let card = Card {
        pan: Pan::parse("4242424242424242").map_err(|problem| problem.code().as_str())?,
        expiry: Expiry::parse("12/40", now).map_err(|problem| problem.code().as_str())?,
        code: SecurityCode::parse("123", None).map_err(|problem| problem.code().as_str())?,
        holder: None,
        brand: None,
        country: None,
        postal_code: None,
    };
    let order_hash = SignedOrder::parse(&order)?.hash();
    let context = Context { issued: now, jti, origin: Origin::parse(Shop::ORIGIN)?, order: order_hash };
    let envelope = prepare(sealing)?.seal(&card, &context)?;
    let dual = DualSignature { issued: now, order: order_hash, card: Envelope::parse(&envelope)?.hash() };
    let dual_signature = dual.sign(device)?;
    Ok(serde_json::to_vec(&TokenRequest { envelope, order, dual_signature })?)
}
