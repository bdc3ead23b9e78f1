//! Our side of the interop tests (`tests/interop/run.sh`): makes envelopes and signed objects for other implementations to
//! read, and reads theirs.
//!
//! ```text
//! interop make ALG COUNT SEED      prints JSON: keys, and COUNT random cards with envelope, order and what is in them; ALG is
//!                                  the envelopes' suite
//! interop check FILE               reads such JSON made by another implementation; fails at the first mismatch
//! interop make-signed COUNT SEED   the same for directories, dual signatures and receipts, and for nothing but the seed
//! interop check-signed FILE
//! ```

#[path = "interop/signed.rs"]
mod signed;

use std::{env, error::Error, fs, io::Write as _};

use cardseal_protocol::{
    Code, MerchantId, OrderId, Origin, UnixTime,
    address::{Country, PostalCode},
    brand::Brand,
    card::{Card, Cardholder, Expiry, Pan, SecurityCode},
    envelope::{Context, Envelope, Jti, Suite, prepare},
    keys::{JwkSet, OpeningKey, SealingKey, SigningKey},
    order::{Amount, Currency, Item, Order, SignedOrder},
};
use serde::Serialize;
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", alg, count, seed] => say(&make(suite(alg)?, count.parse()?, seed.parse()?)?.to_string()),
        ["check", path] => check(&read(path)?),
        ["make-signed", count, seed] => say(&format!("{:#}", signed::make(count.parse()?, seed.parse()?)?)),
        ["check-signed", path] => signed::check(&read(path)?),
        _ => Err("usage: interop make ALG COUNT SEED | make-signed COUNT SEED | check FILE | check-signed FILE".into()),
    }
}

fn read(path: &str) -> Outcome<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

fn say(line: &str) -> Outcome<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn suite(alg: &str) -> Outcome<Suite> {
    Ok(Suite::from_alg(alg).ok_or("no such suite")?)
}

fn make(suite: Suite, count: usize, seed: u64) -> Outcome<Value> {
    let mut random = Random(seed);
    let opening = OpeningKey::from_bytes(suite, &random.bytes())?;
    let signing = SigningKey::from_bytes(&random.bytes())?;
    let sealing = SealingKey::try_from(opening.jwk())?;
    let mut cases = Vec::new();
    for index in 0..count {
        let order = random_order(&mut random, index)?;
        let jws = order.sign(&signing)?;
        let card = random_card(&mut random)?;
        let context = Context {
            issued: NOW.plus(random.below(1000)),
            jti: Jti::random()?,
            origin: order.origins.first().ok_or("no origin")?.clone(),
            order: SignedOrder::parse(&jws)?.hash(),
        };
        cases.push(json!({
            "envelope": prepare(&sealing)?.seal(&card, &context)?,
            "header": {
                "alg": suite.alg(),
                "kid": opening.kid(),
                "typ": "cardseal-card+jwe",
                "iat": context.issued,
                "jti": context.jti,
                "origin": context.origin,
                "order": context.order,
            },
            "card": card_json(&card),
            "order": jws,
            "claims": claims_json(&order),
        }));
    }
    let (bytes, public) = (opening.to_bytes(), opening.jwk());
    Ok(json!({
        "seed": seed,
        // Test keys of this one run, for the other implementation to open with and to sign with.
        "opening": { "public": public, "bytes": bytes.as_slice() },
        "signing": { "public": signing.jwk(), "private": serde_json::from_str::<Value>(&signing.to_private_jwk())? },
        "cases": cases,
    }))
}

fn check(theirs: &Value) -> Outcome<()> {
    let opening = member(theirs, "opening");
    let alg = member(member(opening, "public"), "alg").as_str().ok_or("no alg")?;
    let bytes: Vec<u8> = serde_json::from_value(member(opening, "bytes").clone())?;
    let opening = OpeningKey::from_bytes(suite(alg)?, bytes.as_slice().try_into()?)?;
    let keys: JwkSet = serde_json::from_value(json!({ "keys": [member(theirs, "signing").get("public")] }))?;
    let keys = keys.verifying_keys();
    let cases = member(theirs, "cases").as_array().ok_or("no cases")?;
    for case in cases {
        let text = |name| member(case, name).as_str().ok_or("no text");
        let envelope = Envelope::parse(text("envelope")?)?;
        let header = envelope.header();
        same(
            "header",
            member(case, "header"),
            &json!({
                "alg": header.suite.alg(),
                "kid": header.kid,
                "typ": "cardseal-card+jwe",
                "iat": header.issued,
                "jti": header.jti,
                "origin": header.origin,
                "order": header.order,
            }),
        )?;

        let card = envelope.open(&opening)?;
        let mut read = json!({
            "number": card.number.expose(),
            "exp_month": card.exp_month,
            "exp_year": card.exp_year,
            "code": card.code.expose(),
        });
        insert(&mut read, "name", card.name.as_ref().map(|name| name.expose().as_str()));
        insert(&mut read, "brand", card.chosen_brand.map(Brand::id));
        insert(&mut read, "country", card.country.map(Country::expose));
        insert(&mut read, "postal_code", card.postal_code.as_ref().map(|code| code.expose().as_str()));
        same("card", member(case, "card"), &read)?;

        let signed = SignedOrder::parse(text("order")?)?;
        let merchant = signed.merchant().clone();
        let order = signed.verify(&keys, &merchant, NOW)?;
        same("claims", member(case, "claims"), &claims_json(&order))?;
        same("order hash", &json!(signed.hash()), &json!(header.order))?;

        // The control: one altered letter of either is refused.
        let refused = Envelope::parse(&altered(text("envelope")?)?).and_then(|envelope| envelope.open(&opening));
        same("altered envelope", &json!(Code::EnvelopeInvalid), &json!(refused.err().map(|error| error.code())))?;
        let refused =
            SignedOrder::parse(&altered(text("order")?)?).and_then(|order| order.verify(&keys, &merchant, NOW));
        same("altered order", &json!(Code::OrderSignatureInvalid), &json!(refused.err().map(|error| error.code())))?;
    }
    say(&format!(
        "{} envelopes ({alg}) and orders of {} read: 0 mismatches",
        cases.len(),
        member(theirs, "by").as_str().unwrap_or("?")
    ))
}

fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}

fn insert(object: &mut Value, name: &str, value: Option<impl Serialize>) {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(name.into(), json!(value));
    }
}

fn same(what: &str, theirs: &Value, ours: &Value) -> Outcome<()> {
    if theirs == ours { Ok(()) } else { Err(format!("{what}: theirs {theirs}, ours {ours}").into()) }
}

/// The text with another letter near its end: in the ciphertext's tag or the signature, and not the last letter, which has
/// only some bits.
fn altered(text: &str) -> Outcome<String> {
    let at = text.len().checked_sub(20).ok_or("too short")?;
    let (head, tail) = text.split_at(at);
    let other = if tail.starts_with('A') { "B" } else { "A" };
    Ok([head, other, tail.get(1..).unwrap_or_default()].concat())
}

fn card_json(card: &Card) -> Value {
    let mut json = json!({
        "number": card.pan.expose(),
        "exp_month": card.expiry.month(),
        "exp_year": card.expiry.year(),
        "code": card.code.expose(),
    });
    insert(&mut json, "name", card.holder.as_ref().map(Cardholder::expose));
    insert(&mut json, "brand", card.brand.map(Brand::id));
    insert(&mut json, "country", card.country.map(Country::expose));
    insert(&mut json, "postal_code", card.postal_code.as_ref().map(PostalCode::expose));
    json
}

fn claims_json(order: &Order) -> Value {
    let mut json = json!({
        "iss": order.merchant,
        "jti": order.id,
        "iat": order.issued,
        "exp": order.expires,
        "amount": order.amount.minor(),
        "currency": order.amount.currency(),
        "origins": order.origins,
    });
    insert(&mut json, "description", order.description.as_deref());
    if let Some(object) = json.as_object_mut() {
        if let Some(not_before) = order.not_before {
            object.insert("nbf".into(), json!(not_before));
        }
        if !order.items.is_empty() {
            let item = |item: &Item| json!({ "name": item.name, "quantity": item.quantity, "amount": item.amount });
            object.insert("items".into(), order.items.iter().map(item).collect());
        }
    }
    json
}

fn random_card(random: &mut Random) -> Outcome<Card> {
    // First digits, length of the number, length of the code.
    let shapes =
        [("4", 16, 3), ("51", 16, 3), ("2221", 16, 3), ("37", 15, 4), ("6011", 16, 3), ("36", 14, 3), ("620", 19, 3)];
    let (prefix, length, code) = *random.one_of(&shapes)?;
    let mut number = String::from(prefix);
    while number.len() < length - 1 {
        number.push(random.digit());
    }
    // One of ten is the right check digit.
    let pan =
        ('0'..='9').find_map(|digit| Pan::parse(&format!("{number}{digit}")).ok()).ok_or("no check digit fits")?;
    let brand = pan.brands().first();
    let code: String = (0..code).map(|_| random.digit()).collect();
    let names = ["Ada Lovelace", "Zoë O'Neil", "\"Q\" \\ Slash/Stroke", "李小龍", "Женя 😀"];
    let (country, postal_code) = *random.one_of(&[("", ""), ("DE", "10115"), ("GB", "SW1A 1AA"), ("HK", "")])?;
    let country = Country::parse(country).ok();
    Ok(Card {
        country,
        postal_code: PostalCode::parse(postal_code, country).ok().flatten(),
        expiry: Expiry::new(u8::try_from(1 + random.below(12))?, u16::try_from(2027 + random.below(10))?)
            .map_err(|problem| problem.code().as_str())?,
        code: SecurityCode::parse(&code, brand).map_err(|problem| problem.code().as_str())?,
        holder: match random.below(2) {
            0 => None,
            _ => Some(Cardholder::parse(random.one_of(&names)?).map_err(|problem| problem.code().as_str())?),
        },
        brand: if random.below(2) == 0 { brand } else { None },
        pan,
    })
}

fn random_order(random: &mut Random, index: usize) -> Outcome<Order> {
    let items: Vec<Item> = (0..random.below(4))
        .map(|_| Item {
            name: "Thé \"vert\" 茶".into(),
            quantity: 1 + random.below(5),
            amount: 1 + random.below(9999).cast_signed(),
        })
        .collect();
    let sum: u64 = items.iter().map(|item| item.quantity * item.amount.unsigned_abs()).sum();
    let amount = if items.is_empty() { 1 + random.below(1_000_000) } else { sum };
    let currency = Currency::parse(random.one_of(&["EUR", "USD", "JPY", "KWD"])?)?;
    let origins = ["https://shop.example", "https://xn--bcher-kva.example:8443", "http://localhost:8788"];
    Ok(Order {
        merchant: MerchantId::parse("mer_demo")?,
        id: OrderId::parse(&format!("order-{index}"))?,
        amount: Amount::new(amount, currency)?,
        origins: vec![Origin::parse(random.one_of(&origins)?)?],
        issued: NOW,
        not_before: (random.below(2) == 0).then_some(NOW),
        expires: NOW.plus(1 + random.below(86_400)),
        description: (random.below(2) == 0).then(|| "Commande n° 1\n\u{1f600}".into()),
        items,
    })
}

/// SplitMix64: repeatable and good enough to choose test cards; keys made of it are for tests only.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn digit(&mut self) -> char {
        char::from(b'0' + (self.next() % 10) as u8)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for place in &mut bytes {
            *place = (self.next() >> 56) as u8;
        }
        bytes
    }

    fn one_of<'a, T>(&mut self, choices: &'a [T]) -> Outcome<&'a T> {
        let index = usize::try_from(self.below(u64::try_from(choices.len())?))?;
        choices.get(index).ok_or_else(|| "nothing to choose from".into())
    }
}
