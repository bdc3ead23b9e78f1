//! What the page may know of the card while it is typed.

use cardseal_protocol::brand::{Brand, Brands};
use cardseal_protocol::card::{Cardholder, Expiry, Judgement, LastFour, Pan, SecurityCode};
use cardseal_protocol::{Code, UnixTime};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::field::{Field, Texts};

/// The state of the form. `CardState` in TypeScript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardState {
    pub(crate) complete: bool,
    pub(crate) empty: bool,
    pub(crate) brand: Option<Brand>,
    pub(crate) brands: Vec<Brand>,
    pub(crate) code_name: &'static str,
    pub(crate) code_length: u8,
    pub(crate) last4: Option<LastFour>,
    pub(crate) fields: Fields,
}

/// The state of each input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fields {
    pub(crate) number: FieldState,
    pub(crate) expiry: FieldState,
    pub(crate) code: FieldState,
    pub(crate) name: FieldState,
}

/// The state of one input. `FieldState` in TypeScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FieldState {
    pub(crate) empty: bool,
    pub(crate) complete: bool,
    /// How much is typed: digits, or characters of the name.
    pub(crate) length: usize,
    /// What to tell the shopper.
    pub(crate) problem: Option<Code>,
}

/// The inputs whose problems the shopper is to see in full, because he has left them or tried to pay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched(u8);

impl Touched {
    /// After an attempt to pay.
    pub(crate) const ALL: Self = Self(0b1111);

    /// These and `field`.
    pub(crate) const fn with(self, field: Field) -> Self {
        Self(self.0 | 1 << field as u8)
    }

    const fn has(self, field: Field) -> bool {
        self.0 & (1 << field as u8) != 0
    }
}

impl CardState {
    /// Judges what is typed. `now` is the vault's time.
    pub(crate) fn of(texts: &Texts, touched: Touched, now: UnixTime) -> Self {
        let brands = brands(&texts.number);
        let brand = brands.first();
        let number = Pan::judge(&texts.number);
        let see = |field, text: &str, judgement| FieldState::of(text, judgement, touched.has(field), digits(text));
        let fields = Fields {
            number: see(Field::Number, &texts.number, number),
            expiry: see(Field::Expiry, &texts.expiry, Expiry::judge(&texts.expiry, now)),
            code: see(Field::Code, &texts.code, SecurityCode::judge(&texts.code, brand)),
            name: texts.name.as_ref().map_or(FieldState::ABSENT, |name| {
                FieldState::of(name, Cardholder::judge(name), touched.has(Field::Name), name.chars().count())
            }),
        };
        Self {
            complete: fields.all(|field| field.complete),
            empty: fields.all(|field| field.empty),
            brand,
            brands: brands.iter().collect(),
            code_name: brand.map_or("CVC", Brand::code_name),
            code_length: brand.map_or(3, Brand::code_length),
            // Not earlier: the first digits of an unfinished number must not pass for its last.
            last4: number.is_valid().then(|| Pan::parse(&texts.number).ok()).flatten().map(|pan| pan.last_four()),
            fields,
        }
    }

    /// The first input that is not complete.
    pub(crate) fn first_incomplete(&self) -> Option<Field> {
        Field::ALL.into_iter().find(|&field| !self.fields.of(field).complete)
    }
}

impl Fields {
    /// The state of one input.
    pub(crate) const fn of(&self, field: Field) -> FieldState {
        match field {
            Field::Number => self.number,
            Field::Expiry => self.expiry,
            Field::Code => self.code,
            Field::Name => self.name,
        }
    }

    fn all(&self, holds: impl Fn(FieldState) -> bool) -> bool {
        Field::ALL.into_iter().all(|field| holds(self.of(field)))
    }
}

impl FieldState {
    /// An input that the form does not have: nothing is missing in it.
    const ABSENT: Self = Self { empty: true, complete: true, length: 0, problem: None };

    fn of(text: &str, judgement: Judgement, touched: bool, length: usize) -> Self {
        let problem = match judgement {
            Judgement::Valid => None,
            Judgement::Invalid(problem) => Some(problem),
            // More typing may mend it, so the shopper is not interrupted.
            Judgement::Potential(problem) => touched.then_some(problem),
        };
        Self {
            empty: text.is_empty(),
            complete: judgement.is_valid(),
            length,
            problem: problem.map(cardseal_protocol::Problem::code),
        }
    }
}

/// The brands of what is typed so far in the number's input.
pub(crate) fn brands(number: &str) -> Brands {
    let digits: Zeroizing<String> = Zeroizing::new(number.chars().filter(char::is_ascii_digit).collect());
    Brands::of(&digits)
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}
