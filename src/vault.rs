//! The vault that cards are sealed for: its keys, its time, and the seal that is made ready ahead.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use cardseal_protocol::brand::Brand;
use cardseal_protocol::card::Card;
use cardseal_protocol::envelope::{Context, Jti, Sealer, prepare};
use cardseal_protocol::keys::{Jwk, JwkSet, SealingKey, VerifyingKey};
use cardseal_protocol::order::{Order, SignedOrder};
use cardseal_protocol::{Code, Error, MerchantId, Origin, TokenRequest, TokenResponse, UnixTime};
use futures_util::future::try_join;
use wasm_bindgen_futures::spawn_local;

use crate::clock::{Clock, parse_http_date};
use crate::fetch::{Answer, send};
use crate::js::{self, Json};
use crate::timer::{Deadline, Timer};

/// One vault, for one merchant and one page.
pub(crate) struct Vault {
    address: Origin,
    merchant: MerchantId,
    /// The page around the form, as the browser reports it.
    page: Origin,
    /// For a whole call, retries included, in milliseconds.
    time_out: f64,
    clock: Clock,
    keys: RefCell<Option<Keys>>,
    /// The key schedule of the next envelope. It costs a hundred times what sealing costs, so it is done ahead.
    sealer: RefCell<Option<Sealer>>,
}

/// What `load` fetches.
struct Keys {
    sealing: SealingKey,
    orders: Vec<VerifyingKey>,
}

/// Why the vault gave no token.
pub(crate) struct Refusal {
    pub(crate) code: Code,
    /// The vault's time, with [`Code::ClockSkew`].
    pub(crate) now: Option<UnixTime>,
}

impl Vault {
    /// # Errors
    /// If an argument is malformed.
    pub(crate) fn new(address: &str, merchant: &str, page: &str, time_out: f64) -> Result<Rc<Self>, Error> {
        Ok(Rc::new(Self {
            address: Origin::parse(address)?,
            merchant: MerchantId::parse(merchant)?,
            page: Origin::parse(page)?,
            time_out,
            clock: Clock::default(),
            keys: RefCell::default(),
            sealer: RefCell::default(),
        }))
    }

    /// The time by which a call that starts now must have ended.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(self.time_out)
    }

    /// The vault's time.
    pub(crate) fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// Puts the clock right.
    pub(crate) fn set_clock(&self, now: UnixTime) {
        self.clock.set(now);
    }

    /// Whether there are keys.
    pub(crate) fn is_loaded(&self) -> bool {
        self.keys.borrow().is_some()
    }

    /// Fetches the vault's keys and the merchant's, puts the clock right, and makes the first seal ready.
    pub(crate) async fn load(self: &Rc<Self>, deadline: Deadline) -> Result<(), Code> {
        let merchant = ["/v1/merchants/", self.merchant.as_str(), "/keys"].concat();
        let (sealing, orders) = try_join(self.get("/v1/keys", deadline), self.get(&merchant, deadline)).await?;
        // This answer is never cached, so its date is of now.
        if let Some(now) = orders.date.as_deref().and_then(parse_http_date) {
            self.clock.set(now);
        }
        let sealing = key_set(&sealing).sealing_keys().into_iter().max_by_key(SealingKey::suite);
        let sealing = sealing.ok_or(Code::SuiteUnsupported)?;
        let orders = key_set(&orders).verifying_keys();
        self.keys.replace(Some(Keys { sealing, orders }));
        self.sealer.take();
        self.prepare_later();
        Ok(())
    }

    /// Checks the order, and that the page may take payments for it.
    pub(crate) fn verify(&self, order: &SignedOrder) -> Result<Order, Code> {
        let keys = self.keys.borrow();
        let keys = keys.as_ref().ok_or(Code::NotReady)?;
        let order = order.verify(&keys.orders, &self.merchant, self.now()).map_err(Error::code)?;
        if order.origins.contains(&self.page) { Ok(order) } else { Err(Code::OriginNotAllowed) }
    }

    /// Seals a card for the vault, bound to the page, the order and this moment. The card is wiped.
    pub(crate) fn seal(self: &Rc<Self>, card: Card, order: &SignedOrder) -> Result<String, Code> {
        let sealer = match self.sealer.take() {
            Some(sealer) => sealer,
            // The one made ready is used up or not ready yet.
            None => self.prepare()?,
        };
        self.prepare_later();
        let jti = Jti::random().map_err(Error::code)?;
        let context = Context { issued: self.now(), jti, origin: self.page.clone(), order: order.hash() };
        sealer.seal(&card, &context).map_err(Error::code)
    }

    /// Swaps an envelope for a token.
    pub(crate) async fn post(&self, request: &TokenRequest, deadline: Deadline) -> Result<TokenResponse, Refusal> {
        let refuse = |code| Refusal { code, now: None };
        let url = [self.address.as_str(), "/v1/tokens"].concat();
        let answer = send(&url, Some(&js::stringify(request)), deadline).await.map_err(refuse)?;
        if matches!(answer.status, 200 | 201) {
            return token_response(&answer).ok_or(refuse(Code::ResponseInvalid));
        }
        Err(refusal(&answer))
    }

    async fn get(&self, path: &str, deadline: Deadline) -> Result<Answer, Code> {
        let answer = send(&[self.address.as_str(), path].concat(), None, deadline).await?;
        if answer.status == 200 { Ok(answer) } else { Err(refusal(&answer).code) }
    }

    fn prepare(&self) -> Result<Sealer, Code> {
        let keys = self.keys.borrow();
        prepare(&keys.as_ref().ok_or(Code::NotReady)?.sealing).map_err(Error::code)
    }

    /// Makes the next seal ready once the browser has nothing more urgent to do.
    fn prepare_later(self: &Rc<Self>) {
        let vault: Weak<Self> = Rc::downgrade(self);
        spawn_local(async move {
            Timer::start(0.0).await;
            let Some(vault) = vault.upgrade() else { return };
            // Where this fails, sealing tries again and reports it.
            if vault.sealer.borrow().is_none() {
                let sealer = vault.prepare().ok();
                vault.sealer.replace(sealer);
            }
        });
    }
}

fn key_set(answer: &Answer) -> JwkSet {
    let keys = Json::parse(&answer.body).member("keys");
    let public = keys.items().filter_map(|key| {
        if !key.member("d").is_absent() || !key.member("priv").is_absent() {
            return None;
        }
        let mut jwk = Jwk::new(key.member("kty").text()?);
        jwk.crv = key.member("crv").text();
        jwk.x = key.member("x").text();
        jwk.y = key.member("y").text();
        jwk.public = key.member("pub").text();
        jwk.kid = key.member("kid").text();
        jwk.alg = key.member("alg").text();
        jwk.key_use = key.member("use").text();
        Some(jwk)
    });
    JwkSet { keys: public.collect() }
}

fn token_response(answer: &Answer) -> Option<TokenResponse> {
    let json = Json::parse(&answer.body);
    Some(TokenResponse {
        token: json.member("token").text()?,
        brand: Brand::from_id(&json.member("brand").text()?),
        last4: json.member("last4").text()?,
        exp_month: json.member("exp_month").integer()?.try_into().ok()?,
        exp_year: json.member("exp_year").integer()?.try_into().ok()?,
        order: json.member("order").text()?,
        expires: UnixTime::from_secs(json.member("expires").integer()?),
    })
}

/// What the vault says in an answer that is no success: a problem document (RFC 9457). A proxy in between may have
/// answered in its place.
fn refusal(answer: &Answer) -> Refusal {
    let problem = Json::parse(&answer.body);
    let code = problem.member("code").text().and_then(|code| Code::parse(&code)).unwrap_or(match answer.status {
        429 | 500.. => Code::Unavailable,
        _ => Code::ResponseInvalid,
    });
    Refusal { code, now: problem.member("now").integer().map(UnixTime::from_secs) }
}
