//! What a receipt adds to a token.
//!
//! The vault's own store keeps tokens, 64 at a time, in this process: in turn with a receipt that is signed inside the
//! transaction, as the vault does it, and with one that was signed before. Both kinds write the same rows, so that the
//! difference is the signing. What the dual signature costs is added to both and is measured by itself.

use std::{
    io::{Write, stdout},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use cardseal_protocol::{
    CardHash, KeyId, MerchantId, OrderHash, OrderId, Origin, ReceiptHash, UnixTime,
    brand::Brand,
    dual_signature::{DualSignature, SignedDualSignature},
    envelope::Suite,
    keys::SigningKey,
    order::Currency,
    receipt::{Receipt, Sealing},
};
use cardseal_vault::{
    at_rest::Sealed,
    id::{ApiKey, TokenId},
    keyring::{KeyFiles, Keyring, Kind},
    store::{Issued, NewMerchant, NewToken, Options, Store, Token},
};

use crate::{Result, count, milliseconds, requests::Shop, vault::processor_time};

/// Tokens that are kept at the same time.
const AT_ONCE: u64 = 64;
/// Tokens of a round.
const TOKENS: u64 = 6_400;
/// Rounds of either kind, in turn; the median counts.
const ROUNDS: usize = 3;
/// How often a signature is made or verified.
const SIGNATURES: usize = 1_000;

const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

/// Measures and prints.
pub(crate) async fn measure() -> Result<()> {
    let device = SigningKey::generate()?;
    let dual =
        DualSignature { issued: NOW, order: OrderHash::from_bytes([1; 32]), card: CardHash::from_bytes([2; 32]) };
    let dual_signature = dual.sign(&device)?;
    let folder = tempfile::tempdir()?;
    let store = Store::open(&Options::in_directory(folder.path())).await?;
    let merchant = NewMerchant {
        id: MerchantId::parse(Shop::MERCHANT)?,
        name: "Bench".to_owned(),
        origins: vec![Origin::parse(Shop::ORIGIN)?],
        order_keys: vec![SigningKey::generate()?.jwk()],
        api_key: ApiKey::random()?.hash(),
    };
    store.add_merchant(&merchant, NOW).await?;
    let keyring = Keyring::open(KeyFiles::in_data(folder.path())?, &store, NOW).await?;
    let known = store.keys().await?;
    let sealed_to = known.iter().find(|key| matches!(key.kind, Kind::Envelope(_))).ok_or("no key to seal to")?.kid;

    let receipt = receipt(TokenId::random()?.as_str(), device.kid(), sealed_to)?;
    let key = keyring.receipt_key();
    let signing = median(SIGNATURES, || receipt.sign(&key).map(drop))?;
    let verifying = median(SIGNATURES, || SignedDualSignature::parse(&dual_signature)?.verify().map(drop))?;

    let made = receipt.sign(&key)?;
    let (device, next) = (device.kid(), AtomicU64::new(0));
    let bench = Arc::new(Bench { store, keyring, sealed_to, device, dual_signature, made, next });
    round(&bench, true).await?;
    let (mut signed, mut ready) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        signed.push(round(&bench, true).await?);
        ready.push(round(&bench, false).await?);
    }
    bench.store.clone().close().await;

    let mut out = stdout().lock();
    writeln!(out)?;
    writeln!(out, "{:<40}{:>10}{:>14}", "receipts, in the vault's store", "ms/token", "CPU ms/token")?;
    for (what, rounds) in [("a token, its receipt signed", signed), ("a token, its receipt signed before", ready)] {
        let (took, processor) = middle(rounds);
        writeln!(out, "{what:<40}{:>10.3}{:>14.3}", each(took), each(processor))?;
    }
    writeln!(out, "{:<40}{:>10.3}", "signing a receipt, alone", milliseconds(signing))?;
    writeln!(out, "{:<40}{:>10.3}", "verifying a dual signature, alone", milliseconds(verifying))?;
    Ok(())
}

struct Bench {
    store: Store,
    keyring: Keyring,
    sealed_to: KeyId,
    device: KeyId,
    dual_signature: String,
    /// A receipt that was signed before.
    made: String,
    next: AtomicU64,
}

/// Time and processor time of keeping [`TOKENS`] tokens.
async fn round(bench: &Arc<Bench>, signed: bool) -> Result<(Duration, Duration)> {
    let processor = own_processor_time()?;
    let began = Instant::now();
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let bench = Arc::clone(bench);
            tokio::spawn(async move {
                for _ in 0..TOKENS / AT_ONCE {
                    keep(&bench, signed).await?;
                }
                Result::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok((began.elapsed(), own_processor_time()? - processor))
}

/// Keeps one token as the vault does once a card is opened and sealed again.
async fn keep(bench: &Arc<Bench>, signed: bool) -> Result<()> {
    let number = bench.next.fetch_add(1, Ordering::Relaxed);
    let id = TokenId::random()?;
    let receipt = receipt(id.as_str(), bench.device, bench.sealed_to)?;
    let sealed = |length| Sealed { key_version: 1, wrapped_key: vec![0; 60], ciphertext: vec![0; length] };
    let new = NewToken {
        jti: number.to_string(),
        envelope: receipt.sealing.card,
        issued: NOW,
        key: receipt.sealing.key,
        receipt_key: bench.keyring.receipt_key().kid(),
        card: sealed(540),
        code: sealed(44),
        dual_signature: bench.dual_signature.clone(),
        token: Token {
            id,
            merchant: receipt.merchant.clone(),
            order: OrderId::parse("1001")?,
            order_hash: receipt.sealing.order,
            amount: 4200,
            currency: Currency::parse("EUR")?,
            brand: receipt.brand,
            last4: receipt.last4.clone(),
            exp_month: 12,
            exp_year: 2030,
            created: receipt.issued,
            expires: receipt.expires,
            spent: None,
            deleted: None,
            receipt: None,
        },
    };
    let signer = Arc::clone(bench);
    let sign = move |previous: Option<ReceiptHash>| match signed {
        true => Receipt { previous, ..receipt }.sign(&signer.keyring.receipt_key()),
        false => Ok(signer.made.clone()),
    };
    match bench.store.issue(new, sign).await? {
        Issued::Token { .. } => Ok(()),
        Issued::JtiReused => Err("a jti came twice".into()),
    }
}

fn receipt(token: &str, device: KeyId, key: KeyId) -> Result<Receipt> {
    Ok(Receipt {
        vault: Origin::parse(Shop::VAULT)?,
        token: token.to_owned(),
        merchant: MerchantId::parse(Shop::MERCHANT)?,
        issued: NOW,
        expires: NOW.plus(900),
        brand: Some(Brand::Visa),
        last4: "4242".to_owned(),
        sealing: Sealing {
            order: OrderHash::from_bytes([1; 32]),
            card: CardHash::from_bytes([2; 32]),
            device,
            origin: Origin::parse(Shop::ORIGIN)?,
            suite: Suite::Hpke7,
            key,
        },
        previous: Some(ReceiptHash::from_bytes([4; 32])),
    })
}

fn median(times: usize, run: impl Fn() -> std::result::Result<(), cardseal_protocol::Error>) -> Result<Duration> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        run()?;
        took.push(began.elapsed());
    }
    Ok(middle(took))
}

fn middle<T: Copy + Default + Ord>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Milliseconds for each token of a round.
fn each(round: Duration) -> f64 {
    milliseconds(round) / count(TOKENS as usize)
}

fn own_processor_time() -> Result<Duration> {
    processor_time(&std::fs::read_to_string("/proc/self/stat")?)
}
