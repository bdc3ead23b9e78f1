//! The form: what its inputs do while the shopper uses them.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use cardseal_protocol::address::{Country, PostalCode};
use cardseal_protocol::brand::Brand;
use cardseal_protocol::card::{Card, Cardholder, Expiry, Pan, SecurityCode};
use cardseal_protocol::format::Edit;
use cardseal_protocol::order::Amount;
use cardseal_protocol::{Code, UnixTime};
use js_sys::Function;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::choice::Choice;
use crate::failure::Failure;
use crate::field::{Field, Texts};
use crate::input::{Element, Heard, Input, Typed};
use crate::js::{self, Foreign};
use crate::state::{CardState, Touched, brands, choices, is_of};
use crate::turn::{outside, prevent_default, tell};

/// What the form reports. `CardEvent` in TypeScript.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum CardEvent<'a> {
    Change {
        state: &'a CardState,
    },
    Focus {
        field: Field,
    },
    Blur {
        field: Field,
    },
    Submit,
    Progress {
        step: Step,
    },
    #[serde(rename_all = "camelCase")]
    Total {
        payee: &'a str,
        amount: u64,
        minor_units: u8,
        currency: &'static str,
    },
}

/// How far a `tokenize` is. `Step` in TypeScript.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Step {
    /// The order is checked.
    Verifying,
    /// The card is sealed, and the device signs it together with the order.
    Sealing,
    /// The vault is asked for a token.
    Sending,
    /// The vault's receipt is checked.
    Checking,
}

/// The inputs of one card.
///
/// Everything takes `&self`: the page's listener may call back into the form while an event is handled, and events come
/// while a request is under way. No borrow of a `RefCell` is held across a call to the page.
pub(crate) struct Form {
    inputs: Vec<Input>,
    on_event: Function,
    /// The vault's time.
    now: Box<dyn Fn() -> UnixTime>,
    touched: Cell<Touched>,
    choice: Choice,
    /// The country that is chosen from the start, and holds where none is asked for.
    default_country: Option<Country>,
    /// The country that the postal code's input was last told of.
    expected: Cell<Option<Option<Country>>>,
    /// The state that the page knows.
    reported: RefCell<CardState>,
    /// Whether the shopper must have been shown what is paid.
    shows_total: bool,
    /// What the shopper was shown.
    total: Cell<Option<Amount>>,
}

impl Form {
    /// Takes the inputs in hand: from here on each event of theirs is answered.
    pub(crate) fn new(
        elements: Vec<(Field, Element)>,
        now: impl Fn() -> UnixTime + 'static,
        on_event: Function,
        choice: Choice,
        default_country: Option<Country>,
        shows_total: bool,
    ) -> Rc<Self> {
        let form = Rc::new_cyclic(|form: &Weak<Self>| {
            let listen = |(field, element)| {
                let form = Weak::clone(form);
                // Exposed to be shown to the shopper.
                let default = default_country.filter(|_| field == Field::Country).map_or("", Country::expose);
                Input::new(field, element, default, move |heard, event| {
                    if let Some(form) = form.upgrade() {
                        form.handle(field, heard, event);
                    }
                })
            };
            let inputs: Vec<Input> = elements.into_iter().map(listen).collect();
            // A form that takes another's place shows the problems that the shopper has seen.
            let seen = inputs.iter().filter(|input| input.is_marked()).map(|input| input.field);
            let touched = seen.fold(Touched::default(), Touched::with);
            let state = CardState::of(&texts(&inputs, default_country), touched, &choice, now());
            Self {
                inputs,
                on_event,
                now: Box::new(now),
                touched: Cell::new(touched),
                choice,
                default_country,
                expected: Cell::default(),
                reported: RefCell::new(state),
                shows_total,
                total: Cell::default(),
            }
        });
        form.adapt();
        form
    }

    /// The state of what is typed at this moment.
    pub(crate) fn state(&self) -> CardState {
        CardState::of(&self.texts(), self.touched.get(), &self.choice, (self.now)())
    }

    /// Shows all problems, from now on.
    ///
    /// # Errors
    /// [`Code::CardIncomplete`] with the first field to correct, which has the keyboard focus then.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.touched.set(Touched::ALL);
        // What a password manager set without any event is seen here too.
        for input in &self.inputs {
            self.format(input, Edit::Insert);
        }
        self.report();
        match self.state().first_incomplete() {
            None => Ok(()),
            Some(field) => {
                self.focus(Some(field));
                Err(incomplete(field))
            }
        }
    }

    /// Reads the card, to seal it at once.
    ///
    /// # Errors
    /// [`Code::CardIncomplete`], if it was changed since it was checked.
    pub(crate) fn card(&self) -> Result<Card, Failure> {
        parse(&self.texts(), &self.choice, (self.now)()).map_err(incomplete)
    }

    /// Chooses the brand of a co-badged card, or leaves it to what the merchant prefers. A brand that the number does not
    /// have is no choice.
    pub(crate) fn choose(&self, brand: Option<Brand>) {
        self.choice.choose(brand);
        self.report();
    }

    /// Shows the shopper who is paid how much, where totals are shown.
    pub(crate) fn show_total(&self, payee: &str, amount: Amount) {
        if self.shows_total {
            self.total.set(Some(amount));
            let currency = amount.currency();
            let (amount, minor_units, currency) = (amount.minor(), currency.minor_units(), currency.code());
            self.emit(&CardEvent::Total { payee, amount, minor_units, currency });
        }
    }

    /// Checks that the shopper was shown this total, where totals are shown.
    ///
    /// # Errors
    /// [`Code::TotalChanged`], if it was another or none. It is shown from now on.
    pub(crate) fn check_total(&self, payee: &str, amount: Amount) -> Result<(), Failure> {
        if !self.shows_total || self.total.get() == Some(amount) {
            return Ok(());
        }
        self.show_total(payee, amount);
        Err(Code::TotalChanged.into())
    }

    /// Reports that a `tokenize` has come to a step.
    pub(crate) fn progress(&self, step: Step) {
        self.emit(&CardEvent::Progress { step });
    }

    /// Empties all inputs.
    pub(crate) fn clear(&self) {
        self.touched.set(Touched::default());
        for input in &self.inputs {
            input.clear();
        }
        self.report();
    }

    /// Moves the keyboard focus to a field, or to the first that is not complete.
    pub(crate) fn focus(&self, field: Option<Field>) {
        let field = field.or_else(|| self.state().first_incomplete()).unwrap_or(Field::Number);
        if let Some(input) = self.input(field) {
            input.focus();
        }
    }

    /// Stops listening.
    pub(crate) fn detach(&self) {
        for input in &self.inputs {
            input.detach();
        }
    }

    fn handle(&self, field: Field, heard: Heard, event: &Foreign) {
        let Some(input) = self.input(field) else { return };
        match heard {
            Heard::BeforeInput => input.remember(),
            Heard::Input => self.typed(input, Typed::by(event)),
            Heard::CompositionEnd | Heard::Change => {
                self.format(input, Edit::Insert);
                self.report();
            }
            Heard::Focus => self.emit(&CardEvent::Focus { field }),
            Heard::Blur => self.left(input),
            Heard::KeyDown => self.key(input, event),
        }
    }

    fn typed(&self, input: &Input, typed: Typed) {
        input.is_used.set(true);
        // A changed value would end the composing.
        if typed == Typed::Composing {
            input.forget();
            return self.report();
        }
        let was_complete = self.reported.borrow().fields.of(input.field).complete;
        let at_end = self.format(input, typed.edit());
        self.report();
        // A browser or password manager that fills a form in has its own order; moving the focus under its hands could stop it
        // half-way.
        if typed == Typed::Inserted && at_end && !was_complete {
            self.advance(input);
        }
    }

    /// Goes to the next field once this one is surely done.
    fn advance(&self, input: &Input) {
        let next = {
            let state = self.reported.borrow();
            let is_done = match input.field {
                Field::Number => is_whole_number(&state),
                Field::Expiry => state.fields.expiry.complete,
                Field::Code | Field::Name | Field::Country | Field::PostalCode => false,
            };
            let next = if input.field == Field::Number { Field::Expiry } else { Field::Code };
            (is_done && !state.fields.of(next).complete).then_some(next)
        };
        // Without the focus here the shopper is elsewhere: a password manager filled this in.
        if let Some(next) = next.filter(|_| input.has_focus()) {
            self.focus(Some(next));
        }
    }

    fn left(&self, input: &Input) {
        input.forget();
        if input.is_used.get() {
            self.touched.set(self.touched.get().with(input.field));
        }
        self.emit(&CardEvent::Blur { field: input.field });
        self.report();
    }

    fn key(&self, input: &Input, event: &Foreign) {
        if event.member("isComposing").is_true() {
            return;
        }
        // `browser.js` lists the keys that are heard.
        match event.member("key").text().unwrap_or_default().as_str() {
            // On a country it opens or closes the list.
            "Enter" if !event.member("repeat").is_true() && input.field != Field::Country => {
                self.emit(&CardEvent::Submit)
            }
            "Backspace" if input.is_empty() => {
                let previous = match input.field {
                    Field::Number | Field::Country | Field::PostalCode => return,
                    Field::Expiry => Field::Number,
                    Field::Code => Field::Expiry,
                    Field::Name => Field::Code,
                };
                // Or the key would delete in the field that the focus goes to.
                prevent_default(event.as_ref());
                // The shopper goes back to correct something; that is no field left empty.
                input.is_used.set(false);
                self.focus(Some(previous));
            }
            _ => {}
        }
    }

    fn format(&self, input: &Input, edit: Edit) -> bool {
        input.format(edit, || self.brand(), || self.country())
    }

    fn brand(&self) -> Option<Brand> {
        self.input(Field::Number).and_then(|input| brands(&input.read()).first())
    }

    /// Tells the page the state, if it is another than the page knows.
    fn report(&self) {
        self.adapt();
        let state = self.state();
        if *self.reported.borrow() != state {
            let event = js::value(&CardEvent::Change { state: &state });
            self.reported.replace(state);
            self.call(&event);
        }
    }

    fn emit(&self, event: &CardEvent<'_>) {
        self.call(&js::value(event));
    }

    fn call(&self, event: &JsValue) {
        outside(|| tell(&self.on_event, event));
    }

    /// Fits the postal code's input to the country, where it is another than before.
    fn adapt(&self) {
        let Some(input) = self.input(Field::PostalCode) else { return };
        let country = self.country();
        if self.expected.replace(Some(country)) != Some(country) {
            input.expect_postal_code(country);
            self.format(input, Edit::Insert);
        }
    }

    /// As [`Texts::country`], without a look at the other inputs.
    fn country(&self) -> Option<Country> {
        match self.input(Field::Country) {
            Some(input) => Country::parse(&input.read()).ok(),
            None => self.default_country,
        }
    }

    fn texts(&self) -> Texts {
        texts(&self.inputs, self.default_country)
    }

    fn input(&self, field: Field) -> Option<&Input> {
        self.inputs.iter().find(|input| input.field == field)
    }
}

fn texts(inputs: &[Input], default_country: Option<Country>) -> Texts {
    let read = |field| inputs.iter().find(|input| input.field == field).map(Input::read);
    Texts {
        number: read(Field::Number).unwrap_or_default(),
        expiry: read(Field::Expiry).unwrap_or_default(),
        code: read(Field::Code).unwrap_or_default(),
        name: read(Field::Name),
        country: read(Field::Country),
        postal_code: read(Field::PostalCode),
        default_country,
    }
}

fn incomplete(field: Field) -> Failure {
    Failure { code: Code::CardIncomplete, field: Some(field) }
}

/// The card, or the first field that is not right.
fn parse(texts: &Texts, choice: &Choice, now: UnixTime) -> Result<Card, Field> {
    let pan = Pan::parse(&texts.number).map_err(|_| Field::Number)?;
    let expiry = Expiry::parse(&texts.expiry, now).map_err(|_| Field::Expiry)?;
    // Of the typed digits, as while typing: the code is judged the same way all along.
    let code = SecurityCode::parse(&texts.code, brands(&texts.number).first()).map_err(|_| Field::Code)?;
    let holder = texts.name.as_ref().map(|name| Cardholder::parse(name)).transpose().map_err(|_| Field::Name)?;
    let brand = choice.of(&choices(&texts.number)).filter(|&brand| is_of(&pan, brand));
    // Only what the shopper said: a default that no input shows is the merchant's word.
    let country = texts.country.as_ref().map(|code| Country::parse(code)).transpose().map_err(|_| Field::Country)?;
    let postal_code = texts.postal_code.as_ref().map(|code| PostalCode::parse(code, texts.country()));
    let postal_code = postal_code.transpose().map_err(|_| Field::PostalCode)?.flatten();
    Ok(Card { pan, expiry, code, holder, brand, country, postal_code })
}

/// Whether a number that is valid is also at its end: some brands' numbers may go on after they are valid.
///
/// One in ten longer numbers passes the check digit earlier by chance. 16 digits are nearly always all, except for
/// Maestro and UnionPay, where 19 are common.
fn is_whole_number(state: &CardState) -> bool {
    let Some(brand) = state.brand.filter(|_| state.fields.number.complete) else { return false };
    let length = state.fields.number.length;
    length == brand.max_length() || (length == 16 && !matches!(brand, Brand::Maestro | Brand::UnionPay))
}
