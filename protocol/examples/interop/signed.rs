//! The signed objects around a card: delegation and directory, dual signature, receipt.
//!
//! Each case is one card's: a directory with the delegation behind it, both next in their chains, and the receipt and the
//! dual signature of an envelope that was sealed then. All of it comes of the seed, the envelope too.

use std::convert::Infallible;

use cardseal_protocol::{
    Code, DirectoryHash, KeyId, Origin, ReceiptHash, UnixTime,
    brand::Brand,
    card::{Card, Expiry, Pan, SecurityCode},
    directory::{Delegation, Directory, PublishedDirectory, PublishedKey, SignedDelegation, SignedDirectory},
    dual_signature::{DualSignature, SignedDualSignature},
    envelope::{Context, Envelope, Jti, Suite, prepare_with_rng},
    keys::{Jwk, OpeningKey, SealingKey, SigningKey, VerifyingKey},
    order::SignedOrder,
    receipt::{Receipt, Sealing, SignedReceipt},
};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::{Value, json};

use super::{NOW, Outcome, Random, altered, insert, member, random_order, same, say};

const VAULT: &str = "https://vault.example";

pub(crate) fn make(count: usize, seed: u64) -> Outcome<Value> {
    let mut random = Random(seed);
    let root = SigningKey::from_bytes(&random.bytes())?;
    let merchant = SigningKey::from_bytes(&random.bytes())?;
    let mut chain = Chain { directory: None, receipt: None, retired: SigningKey::from_bytes(&random.bytes())?.jwk() };
    let mut cases = Vec::new();
    for index in 0..count {
        cases.push(chain.next(&mut random, index, &root, &merchant)?);
    }
    Ok(
        json!({ "by": "the protocol crate", "seed": seed, "vault": VAULT, "root": root.kid(), "order_key": merchant.jwk(), "cases": cases }),
    )
}

/// What the next objects name of those before them.
struct Chain {
    directory: Option<DirectoryHash>,
    receipt: Option<ReceiptHash>,
    /// The receipt key before the one in use.
    retired: Jwk,
}

impl Chain {
    fn next(&mut self, random: &mut Random, index: usize, root: &SigningKey, merchant: &SigningKey) -> Outcome<Value> {
        let (online, signing) = (SigningKey::from_bytes(&random.bytes())?, SigningKey::from_bytes(&random.bytes())?);
        let suite = if index.is_multiple_of(2) { Suite::Hpke7 } else { Suite::Hpke8 };
        let opening = OpeningKey::from_bytes(suite, &random.bytes())?;
        let vault = Origin::parse(VAULT)?;
        let begins = NOW.plus(100 * u64::try_from(index)?);
        let now = begins.plus(random.below(100));

        let delegation = Delegation {
            root: root.kid(),
            vault: vault.clone(),
            issued: begins,
            expires: begins.plus(1000 + random.below(7_000_000)),
            key: online.verifying_key()?,
        };
        let key = |jwk: &Jwk| PublishedKey { jwk: jwk.clone(), not_before: None, expires: None };
        let directory = Directory {
            vault: vault.clone(),
            issued: begins,
            expires: begins.plus(1000 + random.below(80_000)),
            sequence: u64::try_from(index)? + 1,
            previous: self.directory,
            keys: vec![
                PublishedKey { not_before: Some(begins), expires: Some(begins.plus(90_000)), ..key(opening.jwk()) },
                PublishedKey { expires: Some(begins), ..key(&self.retired) },
                key(&signing.jwk()),
            ],
            revoked: (0..random.below(3)).map(|_| KeyId::from_bytes(random.bytes())).collect(),
        };

        let order = random_order(random, index)?;
        let order_jws = order.sign(merchant)?;
        let (signed_order, card) = (SignedOrder::parse(&order_jws)?, published_card(random)?);
        let context = Context {
            issued: now,
            jti: Jti::from_bytes(random.bytes()),
            origin: order.origins.first().ok_or("no origin")?.clone(),
            order: signed_order.hash(),
        };
        let envelope_jwe = prepare_with_rng(&SealingKey::try_from(opening.jwk())?, random)?.seal(&card, &context)?;
        let envelope = Envelope::parse(&envelope_jwe)?;

        let device = SigningKey::from_bytes(&random.bytes())?;
        let dual = DualSignature { issued: now, order: signed_order.hash(), card: envelope.hash() };
        let receipt = Receipt {
            vault,
            token: format!("tok_{:022}", random.below(1 << 53)),
            merchant: order.merchant,
            issued: now.plus(1),
            expires: now.plus(901),
            brand: card.brand,
            last4: card.pan.expose().chars().skip(card.pan.expose().len() - 4).collect(),
            sealing: Sealing {
                order: dual.order,
                card: dual.card,
                device: device.kid(),
                origin: context.origin,
                suite,
                key: opening.kid(),
            },
            previous: self.receipt,
        };

        let (directory_jws, receipt_jws) = (directory.sign(&online)?, receipt.sign(&signing)?);
        self.directory = Some(SignedDirectory::parse(&directory_jws)?.hash());
        self.receipt = Some(SignedReceipt::parse(&receipt_jws)?.hash());
        self.retired = signing.jwk();
        Ok(json!({
            "now": now,
            "delegation": delegation.sign(root)?,
            "delegation_claims": delegation_json(&delegation),
            "directory": directory_jws,
            "directory_claims": directory_json(&directory)?,
            "order": order_jws,
            "envelope": envelope_jwe,
            "dual_signature": dual.sign(&device)?,
            "dual_signature_claims": dual_signature_json(&dual),
            "receipt": receipt_jws,
            "receipt_claims": receipt_json(&receipt),
        }))
    }
}

pub(crate) fn check(theirs: &Value) -> Outcome<()> {
    let vault = Origin::parse(member(theirs, "vault").as_str().ok_or("no vault")?)?;
    let roots = [KeyId::parse(member(theirs, "root").as_str().ok_or("no root")?)?];
    let cases = member(theirs, "cases").as_array().ok_or("no cases")?;
    let mut before: Option<(Directory, DirectoryHash)> = None;
    for case in cases {
        let text = |name| member(case, name).as_str().ok_or("no text");
        let now = UnixTime::from_secs(member(case, "now").as_u64().ok_or("no time")?);
        let published =
            PublishedDirectory { delegation: text("delegation")?.into(), directory: text("directory")?.into() };
        let delegation = SignedDelegation::parse(&published.delegation)?.verify(&roots, &vault, now)?;
        same("delegation", member(case, "delegation_claims"), &delegation_json(&delegation))?;
        let (directory, _) = published.verify(&roots, &vault, now)?;
        same("directory", member(case, "directory_claims"), &directory_json(&directory)?)?;
        if let Some((earlier, hash)) = before {
            same("chain of directories", &json!(true), &json!(directory.follows(&earlier, hash)))?;
        }
        before = Some((directory.clone(), SignedDirectory::parse(&published.directory)?.hash()));

        let (dual, device) = SignedDualSignature::parse(text("dual_signature")?)?.verify()?;
        same("dual signature", member(case, "dual_signature_claims"), &dual_signature_json(&dual))?;
        same("order hash", &json!(SignedOrder::parse(text("order")?)?.hash()), &json!(dual.order))?;
        same("card hash", &json!(Envelope::parse(text("envelope")?)?.hash()), &json!(dual.card))?;

        let keys = directory.receipt_keys();
        let signed = SignedReceipt::parse(text("receipt")?)?;
        let receipt = signed.verify(&keys)?;
        same("receipt", member(case, "receipt_claims"), &receipt_json(receipt))?;
        same("device", &json!(receipt.sealing.device), &json!(device))?;

        refuse_altered(&published, &roots, &vault, now, (text("dual_signature")?, text("receipt")?), &keys)?;
    }
    say(&format!(
        "{} delegations, directories, receipts and dual signatures of {} read: 0 mismatches",
        cases.len(),
        member(theirs, "by").as_str().unwrap_or("?")
    ))
}

/// The control: one altered letter of any of them is refused.
fn refuse_altered(
    published: &PublishedDirectory,
    roots: &[KeyId],
    vault: &Origin,
    now: UnixTime,
    (dual_signature, receipt): (&str, &str),
    keys: &[VerifyingKey],
) -> Outcome<()> {
    let delegation = PublishedDirectory { delegation: altered(&published.delegation)?, ..published.clone() };
    let directory = PublishedDirectory { directory: altered(&published.directory)?, ..published.clone() };
    for altered in [delegation, directory] {
        let refused = altered.verify(roots, vault, now).err().map(|error| error.code());
        same("altered directory", &json!(Code::DirectoryUntrusted), &json!(refused))?;
    }
    let refused = SignedDualSignature::parse(&altered(dual_signature)?)?.verify().err().map(|error| error.code());
    same("altered dual signature", &json!(Code::DualSignatureInvalid), &json!(refused))?;
    let refused = SignedReceipt::parse(&altered(receipt)?)?.verify(keys).err().map(|error| error.code());
    same("altered receipt", &json!(Code::ReceiptInvalid), &json!(refused))
}

/// Published test cards only: what is made of one seed can be opened by anybody who has it.
fn published_card(random: &mut Random) -> Outcome<Card> {
    let cards = [
        ("4242424242424242", "123"),
        ("5555555555554444", "123"),
        ("378282246310005", "1234"),
        ("6799990100000000019", "123"),
    ];
    let (number, code) = *random.one_of(&cards)?;
    let pan = Pan::parse(number).map_err(|problem| problem.code().as_str())?;
    let brand = pan.brands().first();
    Ok(Card {
        expiry: Expiry::new(12, 2030).map_err(|problem| problem.code().as_str())?,
        code: SecurityCode::parse(code, brand).map_err(|problem| problem.code().as_str())?,
        holder: None,
        brand: if random.below(3) == 0 { None } else { brand },
        country: None,
        postal_code: None,
        pan,
    })
}

fn delegation_json(delegation: &Delegation) -> Value {
    let Jwk { kty, crv, x, y, .. } = delegation.key.jwk();
    json!({
        "iss": delegation.root,
        "sub": delegation.vault,
        "iat": delegation.issued,
        "exp": delegation.expires,
        "cnf": { "jwk": { "crv": crv, "kty": kty, "x": x, "y": y } },
    })
}

fn directory_json(directory: &Directory) -> Outcome<Value> {
    let mut keys = Vec::new();
    for key in &directory.keys {
        let mut jwk = serde_json::to_value(&key.jwk)?;
        insert(&mut jwk, "nbf", key.not_before);
        insert(&mut jwk, "exp", key.expires);
        keys.push(jwk);
    }
    let mut json = json!({
        "iss": directory.vault,
        "iat": directory.issued,
        "exp": directory.expires,
        "seq": directory.sequence,
        "keys": keys,
        "revoked": directory.revoked,
    });
    insert(&mut json, "prev", directory.previous);
    Ok(json)
}

fn dual_signature_json(dual: &DualSignature) -> Value {
    json!({ "iat": dual.issued, "order": dual.order, "card": dual.card })
}

fn receipt_json(receipt: &Receipt) -> Value {
    let mut json = json!({
        "iss": receipt.vault,
        "sub": receipt.token,
        "aud": receipt.merchant,
        "iat": receipt.issued,
        "exp": receipt.expires,
        "last4": receipt.last4,
        "order": receipt.sealing.order,
        "card": receipt.sealing.card,
        "device": receipt.sealing.device,
        "origin": receipt.sealing.origin,
        "suite": receipt.sealing.suite.alg(),
        "key": receipt.sealing.key,
    });
    insert(&mut json, "brand", receipt.brand.map(Brand::id));
    insert(&mut json, "prev", receipt.previous);
    json
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Infallible> {
        for place in buffer {
            *place = (self.next() >> 56) as u8;
        }
        Ok(())
    }
}

/// For envelopes that anybody may open.
impl TryCryptoRng for Random {}
