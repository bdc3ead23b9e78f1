//! The vault that cards are sealed for: its keys, its time, and the seal that is made ready ahead.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::{Rc, Weak};

use cardseal_protocol::card::Card;
use cardseal_protocol::directory::Seen;
use cardseal_protocol::dual_signature::DualSignature;
use cardseal_protocol::envelope::{Context, Jti, Sealer, prepare};
use cardseal_protocol::keys::{SealingKey, VerifyingKey};
use cardseal_protocol::order::{Order, SignedOrder};
use cardseal_protocol::receipt::{Sealing, SignedReceipt};
use cardseal_protocol::{CardHash, Code, Error, KeyId, MerchantId, Origin, TokenRequest, TokenResponse, UnixTime};
use futures_util::future::try_join3;
use js_sys::Promise;
use wasm_bindgen::JsValue;

use crate::answer::{self, Refusal};
use crate::clock::{Clock, parse_http_date};
use crate::device::Device;
use crate::fetch::{Answer, Request, send};
use crate::task::{sleep, spawn};
use crate::timer::Deadline;
use crate::{json, seen, signature};

/// Pinned root keys at most.
const MAX_ROOTS: usize = 8;

/// One vault, for one merchant and one page.
pub(crate) struct Vault {
    address: Origin,
    merchant: MerchantId,
    /// The page around the form, as the browser reports it.
    page: Origin,
    /// The thumbprints of the root keys that may speak for the vault.
    roots: Vec<KeyId>,
    /// Gives the device's key.
    device: Promise,
    /// For a whole call, retries included, in milliseconds.
    time_out: f64,
    clock: Clock,
    keys: RefCell<Option<Rc<Keys>>>,
    /// The newest directory of this visit, should the browser keep none from one to the next.
    seen: Cell<Option<Seen>>,
    /// The key schedule of the next envelope. It costs a hundred times what sealing costs, so it is done ahead.
    sealer: RefCell<Option<Sealer>>,
}

/// What `load` fetches and verifies.
struct Keys {
    sealing: SealingKey,
    receipts: Vec<VerifyingKey>,
    /// When the directory that they stand in expires.
    expires: UnixTime,
    orders: Vec<VerifyingKey>,
    /// The merchant's name for people.
    payee: String,
    device: Device,
}

/// How new the directory has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As old as caches may let it get.
    Cached,
    /// Straight from the vault: what is cached did not do.
    New,
}

/// A sealed card on its way, and what its receipt has to say of it.
pub(crate) struct Sealed {
    pub(crate) request: TokenRequest,
    sealing: Sealing,
}

impl Vault {
    /// # Errors
    /// If an argument is malformed.
    pub(crate) fn new(
        address: &str,
        merchant: &str,
        page: &str,
        roots: &[String],
        device: Promise,
        time_out: f64,
    ) -> Result<Rc<Self>, Error> {
        if roots.is_empty() || roots.len() > MAX_ROOTS {
            return Err(Error::IdMalformed);
        }
        Ok(Rc::new(Self {
            address: Origin::parse(address)?,
            merchant: MerchantId::parse(merchant)?,
            page: Origin::parse(page)?,
            roots: roots.iter().map(|root| KeyId::parse(root)).collect::<Result<_, _>>()?,
            device,
            time_out,
            clock: Clock::default(),
            keys: RefCell::default(),
            seen: Cell::default(),
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

    /// Whether there are keys, of a directory that has not expired since.
    pub(crate) fn is_loaded(&self) -> bool {
        self.keys.borrow().as_ref().is_some_and(|keys| self.now() < keys.expires)
    }

    /// The merchant's name for people.
    pub(crate) fn payee(&self) -> String {
        self.keys().map(|keys| keys.payee.clone()).unwrap_or_default()
    }

    /// Fetches the vault's directory and the merchant's keys, puts the clock right, verifies the directory, and makes the
    /// first seal ready.
    pub(crate) async fn load(self: &Rc<Self>, deadline: Deadline, freshness: Freshness) -> Result<(), Code> {
        let merchant = ["/v1/merchants/", self.merchant.as_str(), "/keys"].concat();
        let cache = if freshness == Freshness::New { "reload" } else { "default" };
        let (directory, merchant, device) = try_join3(
            self.get("/.well-known/cardseal/keys", cache, deadline),
            self.get(&merchant, "default", deadline),
            Device::ready(&self.device, deadline),
        )
        .await?;
        // This answer is never cached, so its date is of now.
        if let Some(now) = merchant.date.as_deref().and_then(parse_http_date) {
            self.clock.set(now);
        }
        let now = self.now();
        let published = answer::directory(&directory).ok_or(Code::ResponseInvalid)?;
        let chain = published.parse().map_err(Error::code)?;
        let chain = chain.check(&self.roots, &self.address, now).map_err(Error::code)?;
        let (directory, seen) = signature::verify(chain, &JsValue::UNDEFINED, deadline).await?;
        self.remember(seen)?;
        let (name, orders) = answer::merchant(&merchant);
        self.keys.replace(Some(Rc::new(Keys {
            sealing: directory.sealing_key(now).ok_or(Code::SuiteUnsupported)?,
            receipts: directory.receipt_keys(),
            expires: directory.expires,
            orders: orders.verifying_keys(),
            payee: name.unwrap_or_else(|| self.merchant.as_str().into()),
            device,
        })));
        self.sealer.take();
        self.prepare_later();
        Ok(())
    }

    /// Has the order verified, and checks that the page may take payments for it, when `before` is fulfilled too. The browser
    /// begins at this call, not when it is waited for.
    ///
    /// # Errors
    /// At once where no signature could make the order right.
    pub(crate) fn verify<'o>(
        &self,
        order: &'o SignedOrder,
        before: &JsValue,
        deadline: Deadline,
    ) -> Result<impl Future<Output = Result<&'o Order, Code>> + use<'o>, Code> {
        let order = order.check(&self.keys()?.orders, &self.merchant, self.now()).map_err(Error::code)?;
        let verifying = signature::verify(order, before, deadline);
        let page = self.page.clone();
        Ok(async move {
            let order = verifying.await?;
            if order.origins.contains(&page) { Ok(order) } else { Err(Code::OriginNotAllowed) }
        })
    }

    /// Seals a card for the vault, bound to the page, the order and this moment. The card is wiped. The request still lacks
    /// the dual signature: the device begins to sign order and card together, and is to be waited for.
    pub(crate) fn seal(
        self: &Rc<Self>,
        card: Card,
        text: String,
        order: &SignedOrder,
        deadline: Deadline,
    ) -> Result<(Sealed, impl Future<Output = Result<String, Code>> + use<>), Code> {
        let keys = self.keys()?;
        let sealer = match self.sealer.take() {
            Some(sealer) => sealer,
            // The one made ready is used up or not ready yet.
            None => self.prepare()?,
        };
        self.prepare_later();
        let jti = Jti::random().map_err(Error::code)?;
        let context = Context { issued: self.now(), jti, origin: self.page.clone(), order: order.hash() };
        let (suite, key) = (sealer.suite(), sealer.kid());
        let envelope = sealer.seal(&card, &context).map_err(Error::code)?;
        let card = CardHash::of_envelope(&envelope);
        let dual = DualSignature { issued: context.issued, order: context.order, card };
        let signing = keys.device.sign(&dual, deadline)?;
        let sealing =
            Sealing { order: context.order, card, device: keys.device.key().kid(), origin: context.origin, suite, key };
        let request = TokenRequest { envelope, order: text, dual_signature: String::new() };
        Ok((Sealed { request, sealing }, signing))
    }

    /// Swaps an envelope for a token.
    pub(crate) async fn post(&self, request: &TokenRequest, deadline: Deadline) -> Result<TokenResponse, Refusal> {
        let url = [self.address.as_str(), "/v1/tokens"].concat();
        let json = json::write(request);
        let answer = send(&url, Request::Post(&json), deadline).await?;
        if matches!(answer.status, 200 | 201) {
            return answer::token(&answer).ok_or(Code::ResponseInvalid.into());
        }
        Err(answer::refusal(&answer))
    }

    /// Verifies that the vault has signed for exactly what was sealed and exactly what it answers.
    pub(crate) async fn check_receipt(
        self: &Rc<Self>,
        response: &TokenResponse,
        sealed: &Sealed,
        deadline: Deadline,
    ) -> Result<(), Code> {
        let signed = SignedReceipt::parse(&response.receipt).map_err(Error::code)?;
        if !self.keys()?.receipts.iter().any(|key| key.kid() == signed.kid()) {
            // The vault may have a new key since the form was loaded.
            self.load(deadline, Freshness::New).await?;
        }
        let keys = self.keys()?;
        let receipt = signed.check(&keys.receipts).map_err(Error::code)?;
        let receipt = signature::verify(receipt, &JsValue::UNDEFINED, deadline).await?;
        let is_ours = receipt.vault == self.address
            && receipt.merchant == self.merchant
            && receipt.sealing == sealed.sealing
            && response.agrees_with(receipt);
        if is_ours { Ok(()) } else { Err(Code::ReceiptInvalid) }
    }

    /// Refuses a directory that is older than one seen before.
    fn remember(&self, seen: Seen) -> Result<(), Code> {
        for before in [self.seen.get(), seen::recall(&self.address)].iter().flatten() {
            before.check(&seen).map_err(Error::code)?;
        }
        self.seen.set(Some(seen));
        seen::remember(&self.address, &seen);
        Ok(())
    }

    async fn get(&self, path: &str, cache: &'static str, deadline: Deadline) -> Result<Answer, Code> {
        let answer = send(&[self.address.as_str(), path].concat(), Request::Get(cache), deadline).await?;
        if answer.status == 200 { Ok(answer) } else { Err(answer::refusal(&answer).code) }
    }

    fn keys(&self) -> Result<Rc<Keys>, Code> {
        self.keys.borrow().clone().ok_or(Code::NotReady)
    }

    fn prepare(&self) -> Result<Sealer, Code> {
        prepare(&self.keys()?.sealing).map_err(Error::code)
    }

    /// Makes the next seal ready once the browser has nothing more urgent to do.
    fn prepare_later(self: &Rc<Self>) {
        let vault: Weak<Self> = Rc::downgrade(self);
        spawn(async move {
            sleep(0.0).await;
            let Some(vault) = vault.upgrade() else { return };
            // Where this fails, sealing tries again and reports it.
            if vault.sealer.borrow().is_none() {
                let sealer = vault.prepare().ok();
                vault.sealer.replace(sealer);
            }
        });
    }
}
