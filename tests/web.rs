//! The card form in a real browser: what a shopper does to its inputs, and what leaves it.
//!
//! Run with `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use cardseal::CardForm;
use cardseal_protocol::brand::Brand;
use cardseal_protocol::directory::{Delegation, Directory, PublishedDirectory, PublishedKey};
use cardseal_protocol::dual_signature::SignedDualSignature;
use cardseal_protocol::envelope::{Envelope, Suite};
use cardseal_protocol::keys::{Jwk, OpeningKey, SigningKey};
use cardseal_protocol::order::{Amount, Currency, Order, SignedOrder};
use cardseal_protocol::receipt::{Receipt, Sealing, SignedReceipt};
use cardseal_protocol::{CardHash, DirectoryHash, KeyId, MerchantId, OrderHash, OrderId, Origin, UnixTime};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Date, Function, JSON, Object, Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlInputElement;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = makeInputs)]
    fn make_inputs(with_name: bool) -> Object;
    #[wasm_bindgen(js_name = addAddress)]
    fn add_address(inputs: &Object);
    fn insert(text: &str);
    #[wasm_bindgen(js_name = type)]
    fn type_text(text: &str);
    fn backspace();
    #[wasm_bindgen(js_name = deleteForward)]
    fn delete_forward();
    fn press(key: &str) -> bool;
    fn fill(input: &HtmlInputElement, value: &str, events: &Array);
    fn replace(input: &HtmlInputElement, value: &str);
    fn compose(input: &HtmlInputElement, values: &Array);
    #[wasm_bindgen(js_name = endComposition)]
    fn end_composition(input: &HtmlInputElement);
    fn caret(input: &HtmlInputElement) -> u32;
    #[wasm_bindgen(js_name = setCaret)]
    fn set_caret(input: &HtmlInputElement, at: u32);
    fn focused(inputs: &Object) -> String;
    fn sleep(milliseconds: u32) -> Promise;
    #[wasm_bindgen(js_name = answerFetch)]
    fn answer_fetch(keys: JsValue, order_keys: JsValue, answers: JsValue, date: JsValue);
    #[wasm_bindgen(js_name = makeDevice)]
    fn make_device() -> Promise;
    #[wasm_bindgen(js_name = verifyBy)]
    fn verify_by(answer: &Function);
    #[wasm_bindgen(js_name = verifyByItself)]
    fn verify_by_itself();
    #[wasm_bindgen(js_name = signReceipts)]
    fn sign_receipts(receipt: &Function);
    fn posted() -> Vec<String>;
    fn requests() -> Vec<String>;
    /// How caches were to be used for the directory.
    fn caches() -> Vec<String>;
    /// Forgets what was stored.
    fn forget();
    #[wasm_bindgen(js_name = blockSubtle)]
    fn block_subtle(block: bool);
    #[wasm_bindgen(js_name = blockStorage)]
    fn block_storage(block: bool);
    #[wasm_bindgen(js_name = randomNumber)]
    fn random_number() -> JsValue;
    fn occurrences(memory: JsValue, number: &JsValue) -> u32;
    fn attempt(call: &Function) -> JsValue;
}

const NUMBER: &str = "4242424242424242";
const SHOP: &str = "https://shop.example";
const VAULT: &str = "https://vault.example";

/// The vault that answers: its keys, and what it says in its directory and receipts.
struct Vault {
    root: SigningKey,
    online: SigningKey,
    receipts: RefCell<SigningKey>,
    opening: RefCell<OpeningKey>,
    /// The number of the last directory.
    sequence: Cell<u64>,
}

impl Vault {
    fn new() -> Self {
        Self {
            root: SigningKey::generate().unwrap(),
            online: SigningKey::generate().unwrap(),
            receipts: RefCell::new(SigningKey::generate().unwrap()),
            opening: RefCell::new(OpeningKey::generate(Suite::Hpke7).unwrap()),
            sequence: Cell::new(0),
        }
    }

    /// The next directory.
    fn directory(&self) -> Directory {
        Directory {
            vault: origin(VAULT),
            issued: UnixTime::from_secs(now()),
            expires: UnixTime::from_secs(now() + 80_000),
            sequence: self.sequence.replace(self.sequence.get() + 1) + 1,
            previous: (self.sequence.get() > 1).then_some(DirectoryHash::from_bytes([0; 32])),
            keys: vec![entry(self.opening.borrow().jwk().clone()), entry(self.receipts.borrow().jwk())],
            revoked: Vec::new(),
        }
    }

    fn publish(&self, directory: &Directory) -> PublishedDirectory {
        let delegation = Delegation {
            root: self.root.kid(),
            vault: origin(VAULT),
            issued: UnixTime::from_secs(now()),
            expires: UnixTime::from_secs(now() + 86_400),
            key: self.online.verifying_key().unwrap(),
        };
        PublishedDirectory {
            delegation: delegation.sign(&self.root).unwrap(),
            directory: directory.sign(&self.online).unwrap(),
        }
    }

    /// The receipt for a posted body, whose token is that of [`created`].
    fn receipt(&self, body: &str) -> Receipt {
        let body: Value = serde_json::from_str(body).unwrap();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let envelope = Envelope::parse(&text("envelope")).unwrap();
        let (dual, device) = SignedDualSignature::parse(&text("dual_signature")).unwrap().verify().unwrap();
        assert_eq!((dual.card, dual.order), (envelope.hash(), SignedOrder::parse(&text("order")).unwrap().hash()));
        let header = envelope.header();
        Receipt {
            vault: origin(VAULT),
            token: "tok_1".into(),
            merchant: MerchantId::parse("mer_demo").unwrap(),
            issued: UnixTime::from_secs(98),
            expires: UnixTime::from_secs(99),
            brand: Some(Brand::Visa),
            last4: "4242".into(),
            sealing: Sealing {
                order: header.order,
                card: envelope.hash(),
                device,
                origin: header.origin.clone(),
                suite: header.suite,
                key: header.kid,
            },
            previous: None,
        }
    }
}

fn entry(jwk: Jwk) -> PublishedKey {
    PublishedKey { jwk, not_before: None, expires: None }
}

fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

/// A form on fresh inputs, with the keys of its merchant and its vault.
struct Page {
    form: CardForm,
    inputs: Object,
    events: Array,
    vault: Rc<Vault>,
    signing: SigningKey,
}

impl Page {
    fn new() -> Self {
        Self::with(false, json!({}))
    }

    fn with(with_name: bool, options: Value) -> Self {
        Self::with_device(with_name, options, make_device())
    }

    fn with_device(with_name: bool, options: Value, device: Promise) -> Self {
        Self::with_inputs(make_inputs(with_name), options, device)
    }

    /// Asks for country and postal code too.
    fn with_address(options: Value) -> Self {
        let inputs = make_inputs(false);
        add_address(&inputs);
        Self::with_inputs(inputs, options, make_device())
    }

    fn with_inputs(inputs: Object, options: Value, device: Promise) -> Self {
        forget();
        let page = Self::of(Rc::new(Vault::new()), inputs, options, device);
        page.answer(&json!([created()]));
        page.receipts(|receipt| receipt);
        page
    }

    fn of(vault: Rc<Vault>, inputs: Object, options: Value, device: Promise) -> Self {
        let events = Array::new();
        let push = Function::new_with_args("event", "this.push(event)").bind0(&events);
        let roots = [vault.root.kid().to_string()];
        let mut all = json!({ "vault": VAULT, "merchant": "mer_demo", "origin": SHOP, "roots": roots });
        all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        let all = js(&all);
        Reflect::set(&all, &"device".into(), &device).unwrap();
        let form = CardForm::new(inputs.unchecked_ref(), all.unchecked_ref(), push.unchecked_into()).unwrap();
        Self { form, inputs, events, vault, signing: SigningKey::generate().unwrap() }
    }

    /// The page loaded anew; the vault answers as it did last.
    fn next_visit(&self) -> Self {
        Self::of(Rc::clone(&self.vault), make_inputs(false), json!({}), make_device())
    }

    /// What the vault answers to POST from now on.
    fn answer(&self, answers: &Value) {
        self.answer_at(answers, JsValue::UNDEFINED);
    }

    fn answer_at(&self, answers: &Value, date: JsValue) {
        self.answer_with(&self.vault.publish(&self.vault.directory()), answers, date);
    }

    fn answer_with(&self, directory: &PublishedDirectory, answers: &Value, date: JsValue) {
        let directory = json!({ "status": 200, "body": directory });
        let orders = json!({ "status": 200, "body": { "name": "Demo shop", "keys": [self.signing.jwk()] } });
        answer_fetch(js(&directory), js(&orders), js(answers), date);
    }

    /// What becomes of each receipt before the vault signs it.
    fn receipts(&self, change: impl Fn(Receipt) -> Receipt + 'static) {
        let vault = Rc::clone(&self.vault);
        let sign = move |body: String| change(vault.receipt(&body)).sign(&vault.receipts.borrow()).unwrap();
        let sign = Closure::wrap(Box::new(sign) as Box<dyn Fn(String) -> String>);
        sign_receipts(sign.into_js_value().unchecked_ref());
    }

    fn input(&self, name: &str) -> HtmlInputElement {
        Reflect::get(&self.inputs, &name.into()).unwrap().unchecked_into()
    }

    fn value(&self, name: &str) -> String {
        self.input(name).value()
    }

    fn focus(&self, name: &str) {
        self.input(name).focus().unwrap();
    }

    /// Types a whole card, as far as the fields go on by themselves.
    fn type_card(&self) {
        self.focus("number");
        type_text(NUMBER);
        type_text(&expiry_digits());
        type_text("123");
    }

    fn state(&self) -> Value {
        value(&self.form.state().unwrap())
    }

    fn problem(&self, field: &str) -> Value {
        self.state()["fields"][field]["problem"].clone()
    }

    fn events(&self, kind: &str) -> usize {
        self.events.iter().filter(|event| value(event)["type"] == kind).count()
    }

    async fn load(&self) -> Result<(), Value> {
        JsFuture::from(self.form.load()).await.map(|_| ()).map_err(|error| value(&error))
    }

    async fn show(&self, order: String) -> Result<(), Value> {
        JsFuture::from(self.form.show(order)).await.map(|_| ()).map_err(|error| value(&error))
    }

    async fn tokenize(&self, order: &str) -> Value {
        value(&JsFuture::from(self.form.tokenize(order.into())).await.unwrap())
    }

    fn order(&self) -> String {
        self.order_at(now(), 600, SHOP)
    }

    fn order_at(&self, issued: u64, life: u64, origin: &str) -> String {
        self.order_of(4200, issued, life, origin)
    }

    fn order_of(&self, amount: u64, issued: u64, life: u64, origin: &str) -> String {
        let order = Order {
            merchant: MerchantId::parse("mer_demo").unwrap(),
            id: OrderId::parse("order-1").unwrap(),
            amount: Amount::new(amount, Currency::parse("EUR").unwrap()).unwrap(),
            origins: vec![Origin::parse(origin).unwrap()],
            issued: UnixTime::from_secs(issued),
            not_before: None,
            expires: UnixTime::from_secs(issued + life),
            description: None,
            items: Vec::new(),
        };
        order.sign(&self.signing).unwrap()
    }

    /// The envelope of a posted body.
    fn envelope(&self, body: &str) -> (Envelope, Value) {
        let body: Value = serde_json::from_str(body).unwrap();
        (Envelope::parse(body["envelope"].as_str().unwrap()).unwrap(), body)
    }
}

fn js(value: &Value) -> JsValue {
    JSON::parse(&value.to_string()).unwrap()
}

fn value(value: &JsValue) -> Value {
    serde_json::from_str(&String::from(JSON::stringify(value).unwrap())).unwrap()
}

fn list(items: &[&str]) -> Array {
    items.iter().map(|item| JsValue::from_str(item)).collect()
}

fn now() -> u64 {
    (Date::now() / 1000.0) as u64
}

/// December in three years, as typed.
fn expiry_digits() -> String {
    format!("12{}", (Date::new_0().get_full_year() + 3) % 100)
}

fn created() -> Value {
    json!({ "status": 201, "body": {
        "token": "tok_1", "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030, "order": "order-1", "expires": 99,
    }})
}

fn problem(status: u16, code: &str) -> Value {
    json!({ "status": status, "body": { "type": "about:blank", "title": "What it means.", "status": status, "code": code } })
}

#[wasm_bindgen_test]
async fn a_token_of_a_card_whose_brand_the_vault_does_not_know_is_a_token() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    let mut answer = created();
    answer["body"]["brand"] = Value::Null;
    page.answer(&json!([answer]));
    page.receipts(|receipt| Receipt { brand: None, ..receipt });
    let result = page.tokenize(&page.order()).await;
    assert_eq!((&result["ok"], &result["brand"]), (&json!(true), &Value::Null), "{result}");
}

#[wasm_bindgen_test]
fn a_form_in_anothers_place_shows_what_the_shopper_has_seen_and_no_more() {
    let inputs = make_inputs(false);
    let page = Page::with_inputs(inputs.clone(), json!({}), make_device());
    fill(&page.input("number"), "4242 4242", &list(&["input"]));
    fill(&page.input("expiry"), "12", &list(&["input"]));
    page.input("number").set_attribute("aria-invalid", "true").unwrap();
    drop(page);
    let page = Page::with_inputs(inputs, json!({}), make_device());
    assert_eq!(page.problem("number"), "number_incomplete");
    assert_eq!(page.problem("expiry"), Value::Null);
}

#[wasm_bindgen_test]
fn a_typed_number_is_grouped_and_named() {
    let page = Page::new();
    page.focus("number");
    type_text("42424");
    assert_eq!(page.value("number"), "4242 4");
    assert_eq!(caret(&page.input("number")), 6);
    assert_eq!(page.state()["brand"], "visa");
    assert_eq!(page.state()["last4"], Value::Null);
    assert_eq!(
        page.state()["fields"]["number"],
        json!({ "empty": false, "complete": false, "length": 5, "problem": null })
    );
}

#[wasm_bindgen_test]
fn the_fields_follow_one_another_as_they_are_filled() {
    let page = Page::new();
    page.type_card();
    assert_eq!(page.value("number"), "4242 4242 4242 4242");
    assert_eq!(page.value("expiry"), format!("12 / {}", &expiry_digits()[2..]));
    assert_eq!(page.value("code"), "123");
    let complete = |length| json!({ "empty": false, "complete": true, "length": length, "problem": null });
    let absent = json!({ "empty": true, "complete": true, "length": 0, "problem": null });
    assert_eq!(
        page.state(),
        json!({
            "complete": true, "empty": false, "brand": "visa", "brands": ["visa"], "brandChoices": [],
            "chosenBrand": null, "codeName": "CVV", "codeLength": 3, "last4": "4242",
            "fields": {
                "number": complete(16), "expiry": complete(4), "code": complete(3),
                "name": absent, "country": absent, "postalCode": absent,
            },
        })
    );
}

#[wasm_bindgen_test]
fn a_number_that_may_go_on_keeps_the_focus() {
    let page = Page::new();
    page.focus("number");
    // Right as it stands, but of a brand whose numbers have up to 19 digits.
    type_text("6200000000000005");
    assert_eq!(page.state()["fields"]["number"]["complete"], true);
    assert_eq!(focused(&page.inputs), "number");
}

#[wasm_bindgen_test]
fn correcting_a_finished_card_does_not_move_the_focus_away() {
    let page = Page::new();
    page.type_card();
    set_caret(&page.input("number"), 19);
    backspace();
    type_text("2");
    assert_eq!(page.value("number"), "4242 4242 4242 4242");
    assert_eq!(focused(&page.inputs), "number");
}

#[wasm_bindgen_test]
fn typing_inside_keeps_the_caret_at_the_typed_digit() {
    let page = Page::new();
    page.focus("number");
    type_text("4242424242");
    set_caret(&page.input("number"), 2);
    type_text("9");
    assert_eq!(page.value("number"), "4294 2424 242");
    assert_eq!(caret(&page.input("number")), 3);
}

#[wasm_bindgen_test]
fn deleting_over_a_gap_takes_the_digit_beside_it() {
    let page = Page::new();
    page.focus("number");
    type_text("42424567");
    set_caret(&page.input("number"), 5);
    backspace();
    assert_eq!(page.value("number"), "4244 567");
    set_caret(&page.input("number"), 4);
    delete_forward();
    assert_eq!(page.value("number"), "4244 67");
    assert_eq!(caret(&page.input("number")), 5);
}

#[wasm_bindgen_test]
fn a_pasted_number_may_have_other_separators_and_digits() {
    for text in ["4242-4242-4242-4242", " 4242 4242 4242 4242 ", "４２４２４２４２４２４２４２４２", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"]
    {
        let page = Page::new();
        page.focus("number");
        insert(text);
        assert_eq!(page.value("number"), "4242 4242 4242 4242", "{text}");
        assert_eq!(page.state()["last4"], "4242");
        assert_eq!(focused(&page.inputs), "expiry");
    }
}

#[wasm_bindgen_test]
fn what_a_password_manager_sets_is_formatted_on_either_event() {
    for events in [&["input", "change"][..], &["input"], &["change"]] {
        let page = Page::with(true, json!({}));
        fill(&page.input("number"), NUMBER, &list(events));
        fill(&page.input("expiry"), &format!("12/{}", Date::new_0().get_full_year() + 3), &list(events));
        fill(&page.input("code"), "123", &list(events));
        fill(&page.input("name"), "Ann Lee", &list(events));
        assert_eq!(page.value("number"), "4242 4242 4242 4242", "{events:?}");
        assert_eq!(page.value("expiry"), format!("12 / {}", &expiry_digits()[2..]));
        assert_eq!(page.state()["complete"], true);
        assert_eq!(focused(&page.inputs), "", "the focus is not taken from where it was");
    }
}

#[wasm_bindgen_test]
fn filling_in_does_not_move_the_focus() {
    let fills: [fn(&HtmlInputElement); 2] =
        [|number| fill(number, NUMBER, &list(&["input", "change"])), |number| replace(number, NUMBER)];
    for fill in fills {
        let page = Page::new();
        page.focus("number");
        fill(&page.input("number"));
        assert_eq!(page.state()["fields"]["number"]["complete"], true);
        assert_eq!(focused(&page.inputs), "number");
    }
}

#[wasm_bindgen_test]
async fn what_was_set_without_any_event_is_sealed_too() {
    let page = Page::new();
    page.load().await.unwrap();
    fill(&page.input("number"), NUMBER, &list(&[]));
    fill(&page.input("expiry"), &expiry_digits(), &list(&[]));
    fill(&page.input("code"), "123", &list(&[]));
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
    assert_eq!(page.value("number"), "4242 4242 4242 4242");
}

#[wasm_bindgen_test]
fn nothing_is_changed_while_an_input_method_composes() {
    let page = Page::new();
    let number = page.input("number");
    compose(&number, &list(&["４２", "４２４２４"]));
    assert_eq!(number.value(), "４２４２４");
    end_composition(&number);
    assert_eq!(number.value(), "4242 4");
}

#[wasm_bindgen_test]
fn backspace_in_an_empty_field_goes_back_and_deletes_nothing() {
    let page = Page::new();
    page.focus("number");
    type_text(NUMBER);
    assert_eq!(focused(&page.inputs), "expiry");
    backspace();
    assert_eq!(focused(&page.inputs), "number");
    assert_eq!(page.value("number"), "4242 4242 4242 4242");
    assert_eq!(page.problem("expiry"), Value::Null, "going back is not leaving a field empty");
}

#[wasm_bindgen_test]
fn enter_is_reported() {
    let page = Page::new();
    page.focus("number");
    assert!(press("Enter"), "the page's own form hears of it too");
    assert_eq!(page.events("submit"), 1);
}

#[wasm_bindgen_test]
fn a_certain_mistake_shows_at_once_and_an_unfinished_field_when_it_is_left() {
    let page = Page::new();
    page.focus("expiry");
    type_text("13");
    assert_eq!(page.problem("expiry"), "expiry_invalid");
    page.focus("number");
    type_text("4242");
    assert_eq!(page.problem("number"), Value::Null);
    page.focus("code");
    assert_eq!(page.problem("number"), "number_incomplete");
    page.focus("expiry");
    assert_eq!(page.problem("code"), Value::Null, "nothing was typed there yet");
    page.focus("number");
    type_text("424242424242");
    assert_eq!(page.problem("number"), Value::Null);
}

#[wasm_bindgen_test]
fn a_change_is_reported_only_when_there_is_one() {
    let page = Page::new();
    page.focus("number");
    type_text("4");
    let changes = page.events("change");
    type_text("x");
    assert_eq!(page.value("number"), "4");
    assert_eq!(page.events("change"), changes);
    type_text("2");
    assert_eq!(page.events("change"), changes + 1);
    assert_eq!((page.events("focus"), page.events("blur")), (1, 0));
}

#[wasm_bindgen_test]
fn events_carry_no_digit_but_the_last_four() {
    let page = Page::with(true, json!({}));
    page.focus("number");
    // 7 8 9 and no others, so that no count or month looks like one.
    type_text("4978");
    let told: String = page.events.iter().map(|event| value(&event).to_string()).collect();
    assert!(!told.contains("978") && !told.contains("497"), "{told}");
}

#[wasm_bindgen_test]
fn clear_empties_everything() {
    let page = Page::with(true, json!({}));
    let empty = page.state();
    page.type_card();
    fill(&page.input("name"), "Ann Lee", &list(&["input"]));
    page.form.clear().unwrap();
    assert_eq!(page.state(), empty);
    assert_eq!(page.state()["empty"], true);
    assert_eq!(page.value("number"), "");
    assert_eq!(value(&page.events.at(-1))["state"], empty);
}

#[wasm_bindgen_test]
fn focus_goes_where_it_is_asked_or_needed() {
    let page = Page::new();
    page.form.focus(Some("code".into())).unwrap();
    assert_eq!(focused(&page.inputs), "code");
    page.form.focus(None).unwrap();
    assert_eq!(focused(&page.inputs), "number");
    fill(&page.input("number"), NUMBER, &list(&["input"]));
    page.form.focus(None).unwrap();
    assert_eq!(focused(&page.inputs), "expiry");
}

#[wasm_bindgen_test]
fn a_dropped_form_leaves_the_inputs_alone() {
    let page = Page::new();
    let number = page.input("number");
    drop(page);
    number.focus().unwrap();
    type_text("42424");
    assert_eq!(number.value(), "42424");
}

#[wasm_bindgen_test]
fn wrong_options_are_refused() {
    let inputs = make_inputs(false);
    let right = json!({ "vault": VAULT, "merchant": "mer_demo", "origin": SHOP, "roots": ["A".repeat(43)] });
    let code = |inputs: &Object, options: &Value| {
        let made = CardForm::new(inputs.unchecked_ref(), js(options).unchecked_ref(), Function::default());
        made.err().map(|failure| value(&failure)["code"].clone())
    };
    assert_eq!(code(&inputs, &right), None);
    for (name, wrong) in [
        ("vault", json!("vault.example")),
        ("merchant", json!("a b")),
        ("origin", json!("null")),
        ("roots", json!([])),
        ("roots", json!(["A".repeat(42)])),
        ("roots", json!(vec!["A".repeat(43); 9])),
    ] {
        let mut options = right.clone();
        options[name] = wrong;
        assert_eq!(code(&inputs, &options), Some(json!("options_invalid")), "{name}");
    }
    assert_eq!(code(&Object::new(), &right), Some(json!("options_invalid")));
}

#[wasm_bindgen_test]
async fn only_an_envelope_leaves_and_it_holds_the_card() {
    let page = Page::with(true, json!({}));
    page.load().await.unwrap();
    page.type_card();
    fill(&page.input("name"), " Ann Lee ", &list(&["input"]));
    let order = page.order();
    let result = page.tokenize(&order).await;
    assert_eq!(requests(), ["GET /.well-known/cardseal/keys", "GET /v1/merchants/mer_demo/keys", "POST /v1/tokens"]);

    let bodies = posted();
    let (envelope, body) = page.envelope(&bodies[0]);
    assert_eq!(body.as_object().unwrap().len(), 3);
    assert_eq!(body["order"], order);
    assert_eq!(
        result,
        json!({
            "ok": true, "token": "tok_1", "brand": "visa", "last4": "4242", "expMonth": 12, "expYear": 2030, "expires": 99,
            "envelope": body["envelope"], "dualSignature": body["dual_signature"], "receipt": result["receipt"],
        })
    );
    let receipt = SignedReceipt::parse(result["receipt"].as_str().unwrap()).unwrap();
    assert_eq!(receipt.verify(&[page.vault.receipts.borrow().verifying_key().unwrap()]).unwrap().last4, "4242");
    let header = envelope.header();
    assert_eq!(header.origin.as_str(), SHOP);
    assert!(header.issued.as_secs().abs_diff(now()) <= 2);
    let card = envelope.open(&page.vault.opening.borrow()).unwrap();
    assert_eq!(card.number.expose(), NUMBER);
    assert_eq!((card.exp_month, card.code.expose().as_str()), (12, "123"));
    assert_eq!(card.name.unwrap().expose(), "Ann Lee");
    assert_eq!(card.chosen_brand, None);
}

#[wasm_bindgen_test]
async fn the_billing_address_is_sealed_as_the_country_writes_it() {
    let page = Page::with_address(json!({}));
    page.load().await.unwrap();
    page.type_card();
    assert_eq!(page.tokenize(&page.order()).await["error"]["field"], "country");
    assert_eq!(focused(&page.inputs), "country");
    assert_eq!(
        (page.problem("country"), page.problem("postalCode")),
        ("country_required".into(), "postal_code_required".into())
    );
    fill(&page.input("country"), "GB", &list(&["input", "change"]));
    page.focus("postalCode");
    type_text("sw1a1a");
    assert_eq!(page.problem("postalCode"), "postal_code_incomplete");
    assert_eq!(page.tokenize(&page.order()).await["error"]["field"], "postalCode");
    page.focus("postalCode");
    type_text("a");
    assert_eq!((page.value("postalCode"), caret(&page.input("postalCode"))), ("SW1A 1AA".into(), 8));
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
    let (envelope, _) = page.envelope(&posted()[0]);
    let card = envelope.open(&page.vault.opening.borrow()).unwrap();
    assert_eq!(card.country.unwrap().expose(), "GB");
    assert_eq!(card.postal_code.unwrap().expose(), "SW1A 1AA");
}

#[wasm_bindgen_test]
async fn the_country_says_whether_and_how_a_postal_code_is_typed() {
    let page = Page::with_address(json!({ "defaultCountry": "US" }));
    page.load().await.unwrap();
    page.type_card();
    let (country, code) = (page.input("country"), page.input("postalCode"));
    let expects = || (code.get_attribute("inputmode").unwrap(), code.disabled());
    assert_eq!((page.value("country"), expects()), ("US".into(), ("numeric".into(), false)));
    page.focus("postalCode");
    type_text("94103");
    for (chosen, expected, complete) in [
        ("GB", ("text", false), false),
        ("HK", ("text", true), true),
        ("FR", ("numeric", false), true),
        ("", ("text", false), true),
    ] {
        fill(&country, chosen, &list(&["input", "change"]));
        assert_eq!(expects(), (expected.0.into(), expected.1), "{chosen}");
        assert_eq!(page.state()["fields"]["postalCode"]["complete"], complete, "{chosen}");
    }
    // Where there are none, what was typed before is not sealed.
    fill(&country, "HK", &list(&["change"]));
    page.tokenize(&page.order()).await;
    let card = page.envelope(&posted()[0]).0.open(&page.vault.opening.borrow()).unwrap();
    assert_eq!((card.country.unwrap().expose(), card.postal_code.is_none()), ("HK", true));

    page.form.clear().unwrap();
    assert_eq!((page.value("country"), page.value("postalCode"), expects().1), ("US".into(), String::new(), false));
}

#[wasm_bindgen_test]
fn enter_on_a_country_submits_nothing_and_the_page_is_told_nothing_of_an_address() {
    let page = Page::with_address(json!({}));
    page.focus("country");
    press("Enter");
    assert_eq!(page.events("submit"), 0);
    fill(&page.input("country"), "IS", &list(&["input", "change"]));
    page.focus("postalCode");
    type_text("871");
    press("Enter");
    assert_eq!(page.events("submit"), 1);
    let told: Vec<String> = page.events.iter().map(|event| value(&event).to_string()).collect();
    assert!(told.iter().any(|event| event.contains("postalCode")));
    assert!(told.iter().all(|event| !event.contains("871") && !event.contains("\"IS\"")), "{told:?}");
    let codes = cardseal::countries();
    assert!(codes.len() == 2 * 249 && codes.starts_with("ADAE"), "{codes}");
}

#[wasm_bindgen_test]
async fn the_brand_that_the_shopper_chose_is_sealed() {
    let page = Page::with(false, json!({ "preferredBrands": ["cartes_bancaires"] }));
    page.load().await.unwrap();
    page.focus("number");
    type_text("4000002500001001");
    type_text(&expiry_digits());
    type_text("123");
    assert_eq!(page.state()["brandChoices"], json!(["cartes_bancaires", "visa"]));
    let mut sealed = Vec::new();
    for chosen in [None, Some("visa"), Some("mastercard"), None] {
        page.form.choose(chosen.map(String::from)).unwrap();
        page.tokenize(&page.order()).await;
        let brand = page.envelope(posted().last().unwrap()).0.open(&page.vault.opening.borrow()).unwrap().chosen_brand;
        assert_eq!(json!(brand), page.state()["chosenBrand"], "what the page is told is what is sealed");
        sealed.push(brand.unwrap());
    }
    // A brand that the number does not have is no choice, and leaves what the merchant prefers.
    assert_eq!(sealed, [Brand::CartesBancaires, Brand::Visa, Brand::CartesBancaires, Brand::CartesBancaires]);
    page.form.clear().unwrap();
    assert_eq!(page.state()["chosenBrand"], Value::Null);
}

#[wasm_bindgen_test]
async fn each_tokenization_is_sealed_anew() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    for _ in 0..3 {
        assert_eq!(page.tokenize(&page.order()).await["ok"], true);
    }
    let bodies = posted();
    let envelopes: Vec<Value> = bodies.iter().map(|body| page.envelope(body).1["envelope"].clone()).collect();
    assert!(envelopes[0] != envelopes[1] && envelopes[1] != envelopes[2] && envelopes[0] != envelopes[2]);
}

#[wasm_bindgen_test]
async fn an_unfinished_card_is_not_sent() {
    let page = Page::new();
    page.load().await.unwrap();
    page.focus("number");
    type_text(NUMBER);
    let result = page.tokenize(&page.order()).await;
    assert_eq!(result["error"]["code"], "card_incomplete");
    assert_eq!(result["error"]["field"], "expiry");
    assert_eq!(result["error"]["retryable"], false);
    assert_eq!(focused(&page.inputs), "expiry");
    assert_eq!((page.problem("expiry"), page.problem("code")), (json!("expiry_required"), json!("code_required")));
    assert_eq!(posted().len(), 0);
}

#[wasm_bindgen_test]
async fn an_order_that_is_not_right_is_not_sent() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    let other = SigningKey::generate().unwrap();
    for (order, code) in [
        (page.order_at(now() - 700, 600, SHOP), "order_expired"),
        (page.order_at(now() + 700, 600, SHOP), "order_not_yet_valid"),
        (page.order_at(now(), 600, "https://other.example"), "origin_not_allowed"),
        ("no order".into(), "order_malformed"),
        (tampered(&page.order()), "order_signature_invalid"),
        // A forgery first, whatever its time and its page are.
        (tampered(&page.order_at(now() - 700, 600, "https://other.example")), "order_signature_invalid"),
    ] {
        let result = page.tokenize(&order).await;
        assert_eq!(result["error"]["code"], code);
        assert!(result["error"]["message"].as_str().unwrap().ends_with('.'));
    }
    let theirs = Page { signing: other, ..page };
    let result = theirs.tokenize(&theirs.order()).await;
    assert_eq!(result["error"]["code"], "order_key_unknown", "even after the keys were fetched once more");
    assert_eq!(posted().len(), 0);
}

#[wasm_bindgen_test]
async fn a_new_key_of_the_merchant_is_fetched_when_it_is_needed() {
    let mut page = Page::new();
    page.load().await.unwrap();
    page.signing = SigningKey::generate().unwrap();
    page.answer(&json!([created()]));
    page.type_card();
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
    assert_eq!(requests().len(), 3);
}

#[wasm_bindgen_test]
async fn a_retry_sends_the_same_bytes() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    let busy = json!({ "status": 503, "headers": { "retry-after": "0" }, "body": { "code": "unavailable" } });
    page.answer(&json!(["network", busy, created()]));
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
    let bodies = posted();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[wasm_bindgen_test]
async fn a_vault_that_stays_away_is_given_up() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    page.answer(&json!(["network"]));
    let result = page.tokenize(&page.order()).await;
    assert_eq!((&result["error"]["code"], &result["error"]["retryable"]), (&json!("network"), &json!(true)));
    assert_eq!(posted().len(), 3);
    let busy = json!({ "status": 503, "headers": { "retry-after": "0" }, "body": "no JSON of ours" });
    page.answer(&json!([busy]));
    let result = page.tokenize(&page.order()).await;
    assert_eq!((&result["error"]["code"], &result["error"]["retryable"]), (&json!("unavailable"), &json!(true)));
}

#[wasm_bindgen_test]
async fn a_vault_that_does_not_answer_is_not_waited_for() {
    let page = Page::with(false, json!({ "timeout": 200 }));
    page.load().await.unwrap();
    page.type_card();
    page.answer(&json!(["hang"]));
    let began = Date::now();
    let result = page.tokenize(&page.order()).await;
    assert_eq!((&result["error"]["code"], &result["error"]["retryable"]), (&json!("timeout"), &json!(true)));
    assert!((190.0..2000.0).contains(&(Date::now() - began)));
}

#[wasm_bindgen_test]
async fn one_connection_that_hangs_does_not_use_up_all_the_time() {
    let page = Page::with(false, json!({ "timeout": 2000 }));
    page.load().await.unwrap();
    page.type_card();
    page.answer(&json!(["hang", created()]));
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
}

#[wasm_bindgen_test]
async fn a_long_pause_that_the_vault_asks_for_is_not_made_past_the_deadline() {
    let page = Page::with(false, json!({ "timeout": 500 }));
    page.load().await.unwrap();
    page.type_card();
    page.answer(&json!([{ "status": 503, "headers": { "retry-after": "60" }, "body": { "code": "unavailable" } }]));
    let began = Date::now();
    assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "unavailable");
    assert!(Date::now() - began < 2000.0);
    assert_eq!(posted().len(), 1);
}

#[wasm_bindgen_test]
async fn a_refusal_is_passed_on_without_a_retry() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    for (answer, code) in [
        (problem(409, "jti_reused"), "jti_reused"),
        (problem(403, "origin_not_allowed"), "origin_not_allowed"),
        (problem(400, "a_code_of_tomorrow"), "response_invalid"),
        (json!({ "status": 200, "body": { "token": "tok_1" } }), "response_invalid"),
        (json!({ "status": 500, "body": "oops" }), "unavailable"),
    ] {
        page.answer(&json!([answer]));
        let result = page.tokenize(&page.order()).await;
        assert_eq!(result["error"]["code"], code);
        assert_eq!(posted().len(), 1);
    }
}

#[wasm_bindgen_test]
async fn a_refusal_is_told_in_the_vaults_words() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    let refused = |title: Value| json!({ "status": 409, "body": { "code": "jti_reused", "title": title } });
    for (title, message) in [
        (json!("Used before."), "Used before."),
        (Value::Null, "The vault refuses."),
        (json!("t".repeat(257)), "The vault refuses."),
    ] {
        page.answer(&json!([refused(title)]));
        assert_eq!(page.tokenize(&page.order()).await["error"]["message"], message);
    }
    // Not those of a refusal that was mended before.
    page.answer(&json!([problem(400, "key_unknown"), "network"]));
    assert_eq!(page.tokenize(&page.order()).await["error"]["message"], "The vault could not be reached.");
}

#[wasm_bindgen_test]
async fn the_token_of_another_order_is_refused() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    let mut other = created();
    other["body"]["order"] = json!("order-2");
    page.answer(&json!([other]));
    assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "response_invalid");
}

#[wasm_bindgen_test]
async fn a_wrong_clock_is_mended_and_the_card_sealed_once_more() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    let vault = now() + 400;
    let mut skew = problem(400, "clock_skew");
    skew["body"]["now"] = json!(vault);
    page.answer(&json!([skew.clone(), created()]));
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
    let bodies = posted();
    let (first, second) = (page.envelope(&bodies[0]).0, page.envelope(&bodies[1]).0);
    assert!(second.header().issued.as_secs().abs_diff(vault) <= 2);
    assert!(first.header().jti != second.header().jti);
    assert!(second.open(&page.vault.opening.borrow()).is_ok());
    // Once: a vault that says it for ever is not followed for ever.
    page.answer(&json!([skew]));
    assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "clock_skew");
    assert_eq!(posted().len(), 2);
}

#[wasm_bindgen_test]
async fn the_clock_is_put_right_by_the_date_of_an_answer() {
    let page = Page::new();
    let ahead = Date::now() + 7_200_000.0;
    page.answer_at(&json!([created()]), Date::new(&ahead.into()).to_utc_string().into());
    page.load().await.unwrap();
    page.type_card();
    assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "order_expired");
    assert_eq!(page.tokenize(&page.order_at(now() + 7200, 600, SHOP)).await["ok"], true);
    let (envelope, _) = page.envelope(&posted()[0]);
    assert!(envelope.header().issued.as_secs().abs_diff(now() + 7200) <= 2);
}

#[wasm_bindgen_test]
async fn a_retired_key_of_the_vault_is_replaced() {
    for code in ["key_unknown", "key_revoked"] {
        let page = Page::new();
        page.load().await.unwrap();
        page.type_card();
        page.vault.opening.replace(OpeningKey::generate(Suite::Hpke7).unwrap());
        page.answer(&json!([problem(400, code), created()]));
        assert_eq!(page.tokenize(&page.order()).await["ok"], true);
        let (envelope, _) = page.envelope(&posted()[1]);
        assert!(envelope.open(&page.vault.opening.borrow()).is_ok());
        assert_eq!(caches(), ["reload"], "what a cache holds names the old key");
        // Once: a vault that says it for ever is not followed for ever.
        page.answer(&json!([problem(400, code)]));
        assert_eq!(page.tokenize(&page.order()).await["error"]["code"], code);
        assert_eq!(posted().len(), 2);
    }
}

#[wasm_bindgen_test]
async fn a_directory_that_no_pinned_root_stands_behind_is_refused() {
    let page = Page::new();
    let stranger = Vault::new();
    page.answer_with(&stranger.publish(&stranger.directory()), &json!([created()]), JsValue::UNDEFINED);
    assert_eq!(page.load().await.unwrap_err()["code"], "directory_untrusted");
    page.type_card();
    assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "directory_untrusted");
    assert_eq!(posted().len(), 0);
    let mut directory = page.vault.directory();
    directory.issued = UnixTime::from_secs(now() - 1000);
    directory.expires = UnixTime::from_secs(now() - 1);
    page.answer_with(&page.vault.publish(&directory), &json!([created()]), JsValue::UNDEFINED);
    assert_eq!(page.load().await.unwrap_err()["code"], "directory_expired");
    let published = page.vault.publish(&page.vault.directory());
    let no_directory = PublishedDirectory { directory: "e30.e30.AA".into(), ..published };
    page.answer_with(&no_directory, &json!([created()]), JsValue::UNDEFINED);
    assert_eq!(page.load().await.unwrap_err()["code"], "directory_malformed");
}

#[wasm_bindgen_test]
async fn an_older_directory_is_refused_on_this_visit_and_the_next() {
    for storage in [true, false] {
        let page = Page::new();
        block_storage(!storage);
        let older = page.vault.publish(&page.vault.directory());
        page.answer(&json!([created()]));
        page.load().await.unwrap();
        page.load().await.unwrap();
        page.answer_with(&older, &json!([created()]), JsValue::UNDEFINED);
        assert_eq!(page.load().await.unwrap_err()["code"], "directory_rolled_back");
        // The next visit, by another form.
        let next = page.next_visit();
        let outcome = next.load().await.map_err(|failure| failure["code"].clone());
        assert_eq!(outcome, if storage { Err(json!("directory_rolled_back")) } else { Ok(()) });
        block_storage(false);
    }
}

#[wasm_bindgen_test]
async fn a_directory_that_has_expired_meanwhile_is_fetched_again() {
    let page = Page::new();
    let mut directory = page.vault.directory();
    directory.expires = UnixTime::from_secs(now() + 2);
    page.answer_with(&page.vault.publish(&directory), &json!([created()]), JsValue::UNDEFINED);
    page.load().await.unwrap();
    page.type_card();
    JsFuture::from(sleep(2100)).await.unwrap();
    page.answer(&json!([created()]));
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
    assert_eq!(requests().len(), 3);
}

#[wasm_bindgen_test]
async fn a_receipt_for_anything_else_is_refused() {
    type Change = fn(Receipt) -> Receipt;
    let changes: [(&str, Change); 11] = [
        ("vault", |receipt| Receipt { vault: origin("https://other.example"), ..receipt }),
        ("token", |receipt| Receipt { token: "tok_2".into(), ..receipt }),
        ("merchant", |receipt| Receipt { merchant: MerchantId::parse("other").unwrap(), ..receipt }),
        ("brand", |receipt| Receipt { brand: None, ..receipt }),
        ("last4", |receipt| Receipt { last4: "4243".into(), ..receipt }),
        ("expires", |receipt| Receipt { expires: UnixTime::from_secs(100), ..receipt }),
        ("order", |receipt| with(receipt, |sealing| sealing.order = OrderHash::from_bytes([0; 32]))),
        ("card", |receipt| with(receipt, |sealing| sealing.card = CardHash::from_bytes([0; 32]))),
        ("device", |receipt| with(receipt, |sealing| sealing.device = KeyId::from_bytes([0; 32]))),
        ("origin", |receipt| with(receipt, |sealing| sealing.origin = origin("https://other.example"))),
        ("key", |receipt| with(receipt, |sealing| sealing.key = KeyId::from_bytes([0; 32]))),
    ];
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    for (what, change) in changes {
        page.receipts(change);
        page.answer(&json!([created()]));
        assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "receipt_invalid", "{what}");
    }
    let mut without = created();
    without["body"]["receipt"] = json!("no receipt");
    page.answer(&json!([without]));
    assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "receipt_malformed");
    page.receipts(|receipt| receipt);
    page.answer(&json!([created()]));
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
}

fn with(mut receipt: Receipt, change: impl FnOnce(&mut Sealing)) -> Receipt {
    change(&mut receipt.sealing);
    receipt
}

#[wasm_bindgen_test]
async fn a_new_receipt_key_is_fetched_when_it_is_needed() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    page.vault.receipts.replace(SigningKey::generate().unwrap());
    page.answer(&json!([created()]));
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
    assert_eq!(caches(), ["reload"]);
    // A key that the vault does not publish is none.
    let stranger = SigningKey::generate().unwrap();
    let vault = Rc::clone(&page.vault);
    let sign =
        Closure::<dyn Fn(String) -> String>::new(move |body: String| vault.receipt(&body).sign(&stranger).unwrap());
    sign_receipts(sign.into_js_value().unchecked_ref());
    page.answer(&json!([created()]));
    assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "receipt_invalid");
}

#[wasm_bindgen_test]
async fn the_shopper_pays_only_a_total_that_was_shown() {
    let page = Page::with(false, json!({ "showTotal": true }));
    page.load().await.unwrap();
    page.type_card();
    let totals = || page.events.iter().map(|event| value(&event)).filter(|event| event["type"] == "total");
    let shown = json!({ "type": "total", "payee": "Demo shop", "amount": 4200, "minorUnits": 2, "currency": "EUR" });
    page.show(page.order()).await.unwrap();
    assert_eq!(totals().collect::<Vec<_>>(), [shown]);
    assert_eq!(page.tokenize(&page.order()).await["ok"], true, "another order of the same total");

    let dearer = page.order_of(4300, now(), 600, SHOP);
    let result = page.tokenize(&dearer).await;
    assert_eq!((&result["error"]["code"], &result["error"]["retryable"]), (&json!("total_changed"), &json!(false)));
    assert_eq!(totals().next_back().unwrap()["amount"], 4300);
    assert_eq!(posted().len(), 1);
    assert_eq!(page.tokenize(&dearer).await["ok"], true, "it was shown meanwhile");

    for (order, code) in [
        (page.order_at(now() - 700, 600, SHOP), "order_expired"),
        (tampered(&page.order_of(4400, now(), 600, SHOP)), "order_signature_invalid"),
        ("no order".into(), "order_malformed"),
    ] {
        assert_eq!(page.show(order).await.unwrap_err()["code"], code);
    }
    assert_eq!(totals().count(), 2, "nothing is shown that does not verify");
}

#[wasm_bindgen_test]
async fn totals_are_shown_in_the_order_in_which_the_page_asks_and_before_a_payment() {
    let page = Page::with(false, json!({ "showTotal": true }));
    page.load().await.unwrap();
    page.type_card();
    let [slow, quick] = [4200, 4300].map(|amount| page.order_of(amount, now(), 600, SHOP));
    // The browser verifies the first after the second, and the payment's before both.
    let verifier = Verifier::new("answer, index", "new Promise((done) => setTimeout(done, 90 - 40 * index, answer))");
    let shown = [page.form.show(slow), page.form.show(quick.clone())];
    let result = page.tokenize(&quick).await;
    drop(verifier);
    assert_eq!(result["ok"], true, "{result}");
    let totals = page.events.iter().map(|event| value(&event)).filter(|event| event["type"] == "total");
    assert_eq!(totals.map(|total| total["amount"].clone()).collect::<Vec<_>>(), [4200, 4300]);
    for shown in shown {
        JsFuture::from(shown).await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn what_the_browser_does_not_verify_is_not_believed() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    for (answer, directory, order) in [
        ("false", "directory_untrusted", "order_signature_invalid"),
        ("'true'", "directory_untrusted", "order_signature_invalid"),
        ("1", "directory_untrusted", "order_signature_invalid"),
        ("undefined", "directory_untrusted", "order_signature_invalid"),
        ("{}", "directory_untrusted", "order_signature_invalid"),
        ("Promise.reject(new Error('broken'))", "internal", "internal"),
        ("(() => { throw new Error('broken') })()", "internal", "internal"),
    ] {
        let _verifier = Verifier::new("", answer);
        assert_eq!(page.load().await.unwrap_err()["code"], directory, "{answer}");
        assert_eq!(page.tokenize(&page.order()).await["error"]["code"], order, "{answer}");
        assert_eq!(page.show(page.order()).await.unwrap_err()["code"], order, "{answer}");
    }
    // One of the directory's two signatures is not enough.
    for right in [0, 1] {
        let _verifier = Verifier::new("answer, index", &format!("index === {right} && answer"));
        assert_eq!(page.load().await.unwrap_err()["code"], "directory_untrusted");
    }
    assert_eq!(posted().len(), 0, "nothing was sent");
    {
        let _verifier = Verifier::new("answer, index", "index === 0 && answer");
        assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "receipt_invalid");
    }
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
}

#[wasm_bindgen_test]
async fn without_web_cryptography_nothing_is_believed() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    block_subtle(true);
    let results = [page.load().await.unwrap_err(), page.tokenize(&page.order()).await["error"].clone()];
    block_subtle(false);
    assert_eq!(results.map(|failure| failure["code"].clone()), ["internal", "internal"]);
    assert_eq!(posted().len(), 0);
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
}

#[wasm_bindgen_test]
async fn a_verification_that_never_ends_is_timed_out() {
    let page = Page::with(false, json!({ "timeout": 300 }));
    page.load().await.unwrap();
    page.type_card();
    let _verifier = Verifier::new("", "new Promise(() => {})");
    assert_eq!(page.tokenize(&page.order()).await["error"]["code"], "timeout");
    assert_eq!(page.show(page.order()).await.unwrap_err()["code"], "timeout");
    assert_eq!(page.load().await.unwrap_err()["code"], "timeout");
    assert_eq!(posted().len(), 0);
}

#[wasm_bindgen_test]
async fn what_is_sealed_is_what_was_typed_before_the_order_is_verified() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    let verifier = Verifier::new("answer, index", "new Promise((done) => setTimeout(done, 100, answer))");
    let under_way = page.form.tokenize(page.order());
    JsFuture::from(sleep(50)).await.unwrap();
    assert_eq!(posted().len(), 0, "nothing is sent before the order is verified");
    page.form.clear().unwrap();
    page.focus("number");
    type_text("5555555555554444");
    let result = value(&JsFuture::from(under_way).await.unwrap());
    drop(verifier);
    assert_eq!(result["ok"], true, "{result}");
    let (envelope, _) = page.envelope(&posted()[0]);
    // Read only to be compared.
    assert_eq!(envelope.open(&page.vault.opening.borrow()).unwrap().number.expose(), NUMBER);
}

/// While it lives, the browser answers otherwise when it is to verify a signature.
struct Verifier;

impl Verifier {
    /// `answer` is JavaScript that may use what `parameters` names: the right answer, and how often it was asked before.
    fn new(parameters: &str, answer: &str) -> Self {
        verify_by(&Function::new_with_args(parameters, &format!("return {answer}")));
        Self
    }
}

impl Drop for Verifier {
    fn drop(&mut self) {
        verify_by_itself();
    }
}

/// With another signature.
fn tampered(order: &str) -> String {
    let (rest, end) = order.split_at(order.len() - 2);
    format!("{rest}{}{}", if end.starts_with('A') { 'B' } else { 'A' }, &end[1..])
}

#[wasm_bindgen_test]
async fn no_total_is_shown_where_none_is_asked_for() {
    let page = Page::new();
    page.load().await.unwrap();
    page.show(page.order()).await.unwrap();
    assert_eq!(page.events("total"), 0);
}

#[wasm_bindgen_test]
async fn a_browser_without_a_key_of_its_own_is_told() {
    let page = Page::with_device(false, json!({}), Promise::reject(&JsValue::NULL));
    assert_eq!(page.load().await.unwrap_err()["code"], "internal");
    let never = Promise::new(&mut |_, _| {});
    let page = Page::with_device(false, json!({ "timeout": 200 }), never);
    assert_eq!(page.load().await.unwrap_err()["code"], "timeout");
}

#[wasm_bindgen_test]
async fn each_step_of_a_tokenization_is_reported_once_it_is_come_to() {
    let page = Page::new();
    page.load().await.unwrap();
    let steps = || -> Vec<String> {
        let events = page.events.iter().map(|event| value(&event));
        events.filter(|event| event["type"] == "progress").map(|event| event["step"].as_str().unwrap().into()).collect()
    };
    page.tokenize(&page.order()).await;
    assert!(steps().is_empty(), "the card is not complete");

    page.type_card();
    page.tokenize(&page.order_at(now() - 700, 600, SHOP)).await;
    assert_eq!(steps(), ["verifying"]);
    page.tokenize(&page.order()).await;
    assert_eq!(steps(), ["verifying", "verifying", "sealing", "sending", "checking"]);
}

#[wasm_bindgen_test]
async fn two_at_once_are_one() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    let first = page.form.tokenize(page.order());
    let second = page.tokenize(&page.order()).await;
    assert_eq!(second["error"]["code"], "tokenize_in_progress");
    assert_eq!(value(&JsFuture::from(first).await.unwrap())["ok"], true);
    assert_eq!(posted().len(), 1);
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
}

#[wasm_bindgen_test]
async fn the_form_can_be_used_while_a_request_is_under_way() {
    let page = Page::new();
    page.load().await.unwrap();
    page.type_card();
    let under_way = page.form.tokenize(page.order());
    JsFuture::from(sleep(0)).await.unwrap();
    page.form.clear().unwrap();
    page.focus("number");
    type_text("5");
    assert_eq!(page.value("number"), "5");
    assert_eq!(value(&JsFuture::from(under_way).await.unwrap())["ok"], true);
}

#[wasm_bindgen_test]
async fn loading_fails_with_a_code_and_may_succeed_later() {
    let page = Page::new();
    let keys = || js(&json!({ "status": 200, "body": page.vault.publish(&page.vault.directory()) }));
    answer_fetch(keys(), js(&problem(404, "merchant_unknown")), js(&json!([])), JsValue::UNDEFINED);
    assert_eq!(page.load().await.unwrap_err()["code"], "merchant_unknown");
    answer_fetch(js(&json!("network")), keys(), js(&json!([])), JsValue::UNDEFINED);
    let failure = page.load().await.unwrap_err();
    assert_eq!((&failure["code"], &failure["retryable"]), (&json!("network"), &json!(true)));
    let none = Directory { keys: Vec::new(), ..page.vault.directory() };
    page.answer_with(&page.vault.publish(&none), &json!([]), JsValue::UNDEFINED);
    assert_eq!(page.load().await.unwrap_err()["code"], "suite_unsupported");
    // The vault is back: paying fetches the keys by itself.
    page.type_card();
    page.answer(&json!([created()]));
    assert_eq!(page.tokenize(&page.order()).await["ok"], true);
}

#[wasm_bindgen_test]
async fn of_the_keys_offered_the_strongest_is_sealed_to() {
    let page = Page::new();
    let [stronger, weaker] = Suite::ALL.map(|suite| OpeningKey::generate(suite).unwrap());
    for (offered, opening) in
        [(&[&weaker, &stronger][..], &stronger), (&[&stronger, &weaker], &stronger), (&[&weaker], &weaker)]
    {
        let mut directory = page.vault.directory();
        let sealing = offered.iter().map(|key| entry(key.jwk().clone()));
        directory.keys = sealing.chain([entry(page.vault.receipts.borrow().jwk())]).collect();
        page.answer_with(&page.vault.publish(&directory), &json!([created()]), JsValue::UNDEFINED);
        page.load().await.unwrap();
        page.form.clear().unwrap();
        page.type_card();
        // Once with the seal made ready, once with one made on the spot.
        for _ in 0..2 {
            assert_eq!(page.tokenize(&page.order()).await["ok"], true);
            let (envelope, _) = page.envelope(posted().last().unwrap());
            assert_eq!(envelope.header().suite, opening.suite());
            // Read only to be compared.
            assert_eq!(envelope.open(opening).unwrap().number.expose(), NUMBER);
        }
    }
}

#[wasm_bindgen_test]
async fn without_random_bytes_nothing_is_sealed_and_nothing_hangs() {
    for suite in Suite::ALL {
        let page = Page::new();
        page.vault.opening.replace(OpeningKey::generate(suite).unwrap());
        page.answer(&json!([created()]));
        page.load().await.unwrap();
        page.type_card();
        let order = page.order();
        let broken = BrokenRandom::new();
        // With the seal that is ready already, then with none: it is tried again ahead, and on the spot.
        for _ in 0..2 {
            assert_eq!(page.tokenize(&order).await["error"]["code"], "random_unavailable");
            JsFuture::from(sleep(20)).await.unwrap();
        }
        assert_eq!(posted().len(), 0);
        drop(broken);
        assert_eq!(page.tokenize(&order).await["ok"], true);
    }
}

/// While it lives, the browser gives no random bytes.
struct BrokenRandom(Object);

impl BrokenRandom {
    fn new() -> Self {
        let crypto: Object = Reflect::get(&js_sys::global(), &"crypto".into()).unwrap().unchecked_into();
        let throws = Function::new_no_args("throw new Error('no random bytes')");
        Reflect::set(&crypto, &"getRandomValues".into(), &throws).unwrap();
        Self(crypto)
    }
}

impl Drop for BrokenRandom {
    fn drop(&mut self) {
        // The browser's own is the prototype's.
        Reflect::delete_property(&self.0, &"getRandomValues".into()).unwrap();
    }
}

#[wasm_bindgen_test]
fn a_listener_that_throws_does_not_stop_the_form() {
    let inputs = make_inputs(false);
    let roots = ["A".repeat(43)];
    let options = js(&json!({ "vault": VAULT, "merchant": "mer_demo", "origin": SHOP, "roots": roots }));
    let throws = Function::new_no_args(
        "addEventListener('unhandledrejection', (event) => event.preventDefault(), { once: true }); throw new Error()",
    );
    let form = CardForm::new(inputs.unchecked_ref(), options.unchecked_ref(), throws).unwrap();
    let number: HtmlInputElement = Reflect::get(&inputs, &"number".into()).unwrap().unchecked_into();
    fill(&number, "42424", &list(&["input"]));
    assert_eq!(number.value(), "4242 4");
    assert_eq!(value(&form.state().unwrap())["brand"], "visa");
}

#[wasm_bindgen_test]
async fn no_digits_stay_in_memory() {
    let page = Page::new();
    page.load().await.unwrap();
    // The control: a copy that is kept is found.
    let control = random_number();
    let kept = control.as_string().unwrap();
    assert!(occurrences(wasm_bindgen::memory(), &control) > 0);
    drop(kept);
    for round in 0..25 {
        let number = random_number();
        page.form.clear().unwrap();
        page.focus("number");
        // By way of JavaScript alone, so that this test itself leaves nothing behind.
        Reflect::set(&page.input("number"), &"value".into(), &number).unwrap();
        fill_events(&page.input("number"));
        page.focus("expiry");
        type_text(&expiry_digits());
        type_text("123");
        page.answer(&if round % 3 == 0 { json!([problem(409, "jti_reused")]) } else { json!([created()]) });
        let order = if round % 4 == 1 { page.order_at(now(), 600, "https://other.example") } else { page.order() };
        let result = page.tokenize(&order).await;
        assert_eq!(result["ok"], json!(round % 3 != 0 && round % 4 != 1));
        assert_eq!(occurrences(wasm_bindgen::memory(), &number), 0, "round {round}");
    }
}

fn fill_events(input: &HtmlInputElement) {
    for kind in ["input", "change"] {
        input.dispatch_event(&web_sys::Event::new(kind).unwrap()).unwrap();
    }
}

#[wasm_bindgen_test]
fn a_caught_refusal_is_no_panic() {
    let inputs = make_inputs(false);
    let roots = ["A".repeat(43)];
    let options = js(&json!({ "vault": VAULT, "merchant": "mer_demo", "origin": SHOP, "roots": roots }));
    let form = CardForm::new(inputs.unchecked_ref(), options.unchecked_ref(), Function::default()).unwrap();
    let throws = Function::new_no_args("throw 1");
    assert_eq!(value(&attempt(&throws)), json!({ "error": 1 }));
    assert!(form.state().is_ok());
}
