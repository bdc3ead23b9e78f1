//! What the page may know of the card while it is typed.

use cardseal_protocol::address::{Country, PostalCode, PostalCodeUse};
use cardseal_protocol::brand::{Brand, Brands};
use cardseal_protocol::card::{Cardholder, Expiry, Judgement, LastFour, Pan, SecurityCode};
use cardseal_protocol::{Code, UnixTime};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::choice::Choice;
use crate::field::{Field, Texts};

/// The state of the form. `CardState` in TypeScript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardState {
    pub(crate) complete: bool,
    pub(crate) empty: bool,
    pub(crate) brand: Option<Brand>,
    pub(crate) brands: Vec<Brand>,
    /// The brands of a co-badged card between which the shopper may choose.
    pub(crate) brand_choices: Vec<Brand>,
    /// The one that is sealed with the card, where somebody chose.
    pub(crate) chosen_brand: Option<Brand>,
    pub(crate) code_name: &'static str,
    pub(crate) code_length: u8,
    pub(crate) last4: Option<LastFour>,
    pub(crate) fields: Fields,
}

/// The state of each input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fields {
    pub(crate) number: FieldState,
    pub(crate) expiry: FieldState,
    pub(crate) code: FieldState,
    pub(crate) name: FieldState,
    pub(crate) country: FieldState,
    pub(crate) postal_code: FieldState,
}

/// The state of one input. `FieldState` in TypeScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FieldState {
    pub(crate) empty: bool,
    pub(crate) complete: bool,
    /// How much is typed: digits, or characters of name, country and postal code.
    pub(crate) length: usize,
    /// What to tell the shopper.
    pub(crate) problem: Option<Code>,
}

/// The inputs whose problems the shopper is to see in full, because he has left them or tried to pay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched(u8);

impl Touched {
    /// After an attempt to pay.
    pub(crate) const ALL: Self = Self(0b11_1111);

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
    pub(crate) fn of(texts: &Texts, touched: Touched, choice: &Choice, now: UnixTime) -> Self {
        let brands = brands(&texts.number);
        let brand = brands.first();
        let number = Pan::judge(&texts.number);
        let pan = number.is_valid().then(|| Pan::parse(&texts.number).ok()).flatten();
        let choices = choices(&texts.number);
        let see = |field, text: &str, judgement| FieldState::of(text, judgement, touched.has(field), digits(text));
        let see_text =
            |field, text: &str, judgement| FieldState::of(text, judgement, touched.has(field), text.chars().count());
        let country = texts.country();
        let has_postal_code = PostalCode::usage(country) != PostalCodeUse::None;
        let fields = Fields {
            number: see(Field::Number, &texts.number, number),
            expiry: see(Field::Expiry, &texts.expiry, Expiry::judge(&texts.expiry, now)),
            code: see(Field::Code, &texts.code, SecurityCode::judge(&texts.code, brand)),
            name: texts
                .name
                .as_ref()
                .map_or(FieldState::ABSENT, |name| see_text(Field::Name, name, Cardholder::judge(name))),
            country: texts.country.as_ref().map_or(FieldState::ABSENT, |code| {
                let judgement = Country::parse(code).map_or_else(Judgement::Potential, |_| Judgement::Valid);
                see_text(Field::Country, code, judgement)
            }),
            postal_code: texts
                .postal_code
                .as_ref()
                .filter(|_| has_postal_code)
                .map_or(FieldState::ABSENT, |code| see_text(Field::PostalCode, code, PostalCode::judge(code, country))),
        };
        Self {
            complete: fields.all(|field| field.complete),
            empty: fields.all(|field| field.empty),
            brand,
            brands: brands.iter().collect(),
            brand_choices: choices.iter().collect(),
            chosen_brand: choice.of(&choices).filter(|&brand| pan.as_ref().is_none_or(|pan| is_of(pan, brand))),
            code_name: brand.map_or("CVC", Brand::code_name),
            code_length: brand.map_or(3, Brand::code_length),
            // Not earlier: the first digits of an unfinished number must not pass for its last.
            last4: pan.map(|pan| pan.last_four()),
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
            Field::Country => self.country,
            Field::PostalCode => self.postal_code,
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
    Brands::of(&only_digits(number))
}

/// The brands that what is typed so far leaves a choice between.
pub(crate) fn choices(number: &str) -> Brands {
    Brands::co_badged(&only_digits(number))
}

/// Whether the brand is one of the number's: a co-badge may have no numbers of this length.
pub(crate) fn is_of(pan: &Pan, brand: Brand) -> bool {
    pan.brands().contains(brand)
}

fn only_digits(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.chars().filter(char::is_ascii_digit).collect())
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// 2026-11-22.
    const NOW: UnixTime = UnixTime::from_secs(1_795_305_600);

    fn texts(number: &str, expiry: &str, code: &str, name: Option<&str>) -> Texts {
        let text = |text: &str| Zeroizing::new(String::from(text));
        Texts {
            number: text(number),
            expiry: text(expiry),
            code: text(code),
            name: name.map(text),
            country: None,
            postal_code: None,
            default_country: None,
        }
    }

    fn with_address(country: Option<&str>, postal_code: Option<&str>) -> Texts {
        let text = |text: &str| Zeroizing::new(String::from(text));
        Texts {
            country: country.map(text),
            postal_code: postal_code.map(text),
            ..texts("4242424242424242", "01 / 30", "123", None)
        }
    }

    fn see(texts: &Texts, touched: Touched) -> Value {
        serde_json::to_value(CardState::of(texts, touched, &Choice::default(), NOW)).unwrap()
    }

    #[test]
    fn an_empty_form() {
        let field = |complete| json!({ "empty": true, "complete": complete, "length": 0, "problem": null });
        assert_eq!(
            see(&texts("", "", "", None), Touched::default()),
            json!({
                "complete": false, "empty": true, "brand": null, "brands": [], "brandChoices": [],
                "chosenBrand": null, "codeName": "CVC", "codeLength": 3, "last4": null,
                "fields": {
                    "number": field(false), "expiry": field(false), "code": field(false), "name": field(true),
                    "country": field(true), "postalCode": field(true),
                },
            })
        );
    }

    #[test]
    fn a_complete_card() {
        let state = see(&texts("3782 822463 10005", "01 / 30", "1234", Some("Ann Lee")), Touched::default());
        let field = |length| json!({ "empty": false, "complete": true, "length": length, "problem": null });
        let absent = json!({ "empty": true, "complete": true, "length": 0, "problem": null });
        assert_eq!(
            state,
            json!({
                "complete": true, "empty": false, "brand": "amex", "brands": ["amex"], "brandChoices": [],
                "chosenBrand": null, "codeName": "CID", "codeLength": 4, "last4": "0005",
                "fields": {
                    "number": field(15), "expiry": field(4), "code": field(4), "name": field(7),
                    "country": absent, "postalCode": absent,
                },
            })
        );
    }

    #[test]
    fn what_is_missing_shows_only_in_touched_fields() {
        let typed = texts("4242", "", "12", Some(""));
        let problems = |touched| {
            let state = see(&typed, touched);
            ["number", "expiry", "code", "name"].map(|field| state["fields"][field]["problem"].clone())
        };
        assert_eq!(problems(Touched::default()), [const { Value::Null }; 4]);
        let shown = ["number_incomplete", "expiry_required", "code_incomplete", "name_required"].map(Value::from);
        assert_eq!(problems(Touched::ALL), shown);
        assert_eq!(
            problems(Touched::default().with(Field::Code)),
            [Value::Null, Value::Null, shown[2].clone(), Value::Null]
        );
    }

    #[test]
    fn the_code_is_judged_by_the_brand_of_the_number() {
        let problem =
            |number| see(&texts(number, "", "1234", None), Touched::default())["fields"]["code"]["problem"].clone();
        assert_eq!(problem("37"), Value::Null);
        assert_eq!(problem("4"), "code_invalid");
    }

    #[test]
    fn a_co_badged_card_says_what_is_sealed_if_nobody_chooses_otherwise() {
        let choice = Choice::new(&["bancontact".into()]);
        let see = |number| {
            let state = CardState::of(&texts(number, "", "", None), Touched::default(), &choice, NOW);
            (state.brand_choices, state.chosen_brand)
        };
        let both = vec![Brand::Bancontact, Brand::Maestro];
        assert_eq!(see("670"), (vec![], None));
        assert_eq!(see("6703 4444"), (both.clone(), Some(Brand::Bancontact)));
        choice.choose(Some(Brand::Maestro));
        assert_eq!(see("6703 4444 4444 4449"), (both.clone(), Some(Brand::Maestro)));
        // A whole number of Maestro's, which has shorter ones, so that nothing but Maestro can be sealed.
        choice.choose(Some(Brand::Bancontact));
        let short = (0..10).map(|check| format!("67030000000{check}")).find(|number| Pan::parse(number).is_ok());
        assert_eq!(see(&short.unwrap()), (both, None));
    }

    #[test]
    fn the_postal_code_is_judged_by_the_country() {
        let problems = |country, postal_code| {
            let state = see(&with_address(country, postal_code), Touched::ALL);
            let [country, code] = ["country", "postalCode"].map(|field| state["fields"][field]["problem"].clone());
            assert_eq!(state["complete"], country.is_null() && code.is_null());
            (country, code)
        };
        let [required, incomplete, invalid] =
            ["postal_code_required", "postal_code_incomplete", "postal_code_invalid"].map(Value::from);
        let null = Value::Null;
        assert_eq!(problems(Some("US"), Some("94103")), (null.clone(), null.clone()));
        assert_eq!(problems(Some("US"), Some("9410")), (null.clone(), incomplete));
        assert_eq!(problems(Some("US"), Some("SW1A 1AA")), (null.clone(), invalid));
        assert_eq!(problems(Some("GB"), Some("SW1A 1AA")), (null.clone(), null.clone()));
        assert_eq!(problems(Some(""), Some("")), ("country_required".into(), required.clone()));
        assert_eq!(problems(None, Some("")), (null.clone(), required));
        // Where there are none, nothing is missing, whatever was typed before the country was chosen.
        assert_eq!(problems(Some("HK"), Some("94103")), (null.clone(), null));
        let default = Texts { default_country: Country::parse("DE").ok(), ..with_address(None, Some("1011")) };
        assert_eq!(see(&default, Touched::ALL)["fields"]["postalCode"]["problem"], "postal_code_incomplete");
    }

    #[test]
    fn the_first_incomplete_field_is_found_in_the_shoppers_order() {
        let first =
            |texts: &Texts| CardState::of(texts, Touched::default(), &Choice::default(), NOW).first_incomplete();
        assert_eq!(first(&texts("", "01 / 30", "", None)), Some(Field::Number));
        assert_eq!(first(&texts("4242424242424242", "01 / 30", "", None)), Some(Field::Code));
        assert_eq!(first(&texts("4242424242424242", "01 / 30", "123", Some(""))), Some(Field::Name));
        assert_eq!(first(&texts("4242424242424242", "01 / 30", "123", None)), None);
    }
}
