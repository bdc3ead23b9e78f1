//! One input of the page: its value, its caret, and listening to it.

use std::cell::{Cell, RefCell};

use cardseal_protocol::address::{Country, PostalCode, PostalCodeUse};
use cardseal_protocol::brand::Brand;
use cardseal_protocol::format::{self, Edit};
use js_sys::Function;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::field::Field;
use crate::js::Foreign;
use crate::turn::{listener, outside};

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    /// An input element, or a select that is used like one: its value, focus and events are used in the same way.
    #[derive(Debug)]
    pub(crate) type Element;
    #[wasm_bindgen(js_name = isInput)]
    fn is_input(value: &JsValue) -> bool;
    fn listen(element: &Element, listener: &Function) -> JsValue;
    fn unlisten(listening: &JsValue);
    #[wasm_bindgen(js_name = typed)]
    fn typed_by(event: &JsValue) -> u32;
    fn read(element: &Element) -> Option<String>;
    fn write(element: &Element, text: &JsValue);
    fn caret(element: &Element) -> f64;
    #[wasm_bindgen(js_name = setCaret)]
    fn set_caret(element: &Element, caret: f64);
    #[wasm_bindgen(js_name = hasFocus)]
    fn has_focus(element: &Element) -> bool;
    #[wasm_bindgen(js_name = isMarked)]
    fn is_marked(element: &Element) -> bool;
    fn focus(element: &Element);
    fn fit(element: &Element, is_numeric: &JsValue, is_required: &JsValue, is_disabled: &JsValue);
}

impl Element {
    /// The value as an element, if it is one.
    pub(crate) fn of(value: JsValue) -> Option<Self> {
        is_input(&value).then(|| value.unchecked_into())
    }
}

/// What is heard of an element, in the order of `browser.js`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Heard {
    BeforeInput,
    Input,
    CompositionEnd,
    Change,
    Focus,
    Blur,
    KeyDown,
}

impl Heard {
    const ALL: [Self; 7] =
        [Self::BeforeInput, Self::Input, Self::CompositionEnd, Self::Change, Self::Focus, Self::Blur, Self::KeyDown];
}

/// What an `input` event did, in the order of `browser.js`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// An input method is still composing.
    Composing,
    /// A browser or password manager filled the input in.
    FilledIn,
    /// The shopper typed or pasted.
    Inserted,
    DeletedBackward,
    DeletedForward,
}

impl Typed {
    const ALL: [Self; 5] =
        [Self::Composing, Self::FilledIn, Self::Inserted, Self::DeletedBackward, Self::DeletedForward];

    /// What this event did.
    pub(crate) fn by(event: &Foreign) -> Self {
        Self::ALL.into_iter().nth(typed_by(event.as_ref()) as usize).unwrap_or(Self::FilledIn)
    }

    /// How the text was edited.
    pub(crate) const fn edit(self) -> Edit {
        match self {
            Self::Composing | Self::FilledIn | Self::Inserted => Edit::Insert,
            Self::DeletedBackward => Edit::DeleteBackward,
            Self::DeletedForward => Edit::DeleteForward,
        }
    }
}

/// An element and the handler of its events, which is taken off again when this is dropped.
pub(crate) struct Input {
    pub(crate) field: Field,
    element: Element,
    /// What the listener calls.
    _handler: Closure<dyn Fn(u32, JsValue)>,
    /// What takes it off again.
    listening: JsValue,
    /// The value before the edit that is under way; empty between events.
    before: RefCell<Zeroizing<String>>,
    /// Whether the shopper has typed here.
    pub(crate) is_used: Cell<bool>,
    /// What it has when nothing was typed.
    default: &'static str,
}

impl Input {
    /// Takes the element in hand, with what a browser may have restored that was typed before a reload. The handler gets
    /// each event that `browser.js` lists.
    pub(crate) fn new(
        field: Field,
        element: Element,
        default: &'static str,
        handler: impl Fn(Heard, &Foreign) + 'static,
    ) -> Self {
        let handler = Closure::wrap(Box::new(move |place: u32, event: JsValue| {
            if let Some(&heard) = Heard::ALL.get(place as usize) {
                handler(heard, &event.into());
            }
        }) as Box<dyn Fn(u32, JsValue)>);
        let listening = listen(&element, &listener(&handler));
        let input = Self {
            field,
            element,
            _handler: handler,
            listening,
            before: RefCell::default(),
            is_used: Cell::new(false),
            default,
        };
        if !default.is_empty() && input.is_empty() {
            input.clear();
        }
        input
    }

    /// What is typed.
    ///
    /// The browser gives it as a JavaScript string, of which the engine may keep a copy until it collects garbage. That
    /// cannot be avoided: the element itself holds such strings, and no script but this module's runs here. The copy in
    /// this module's memory is owned and wiped.
    pub(crate) fn read(&self) -> Zeroizing<String> {
        Zeroizing::new(read(&self.element).unwrap_or_default())
    }

    /// Whether the page marks it as wrong: `aria-invalid`.
    pub(crate) fn is_marked(&self) -> bool {
        is_marked(&self.element)
    }

    /// Remembers the value, because an edit of it is about to happen.
    pub(crate) fn remember(&self) {
        self.before.replace(self.read());
    }

    /// Forgets the remembered value: the edit did not happen.
    pub(crate) fn forget(&self) {
        self.before.take();
    }

    /// Groups the digits as they are printed on a card, after an edit. Says whether the caret is behind the last.
    pub(crate) fn format(
        &self,
        edit: Edit,
        brand: impl FnOnce() -> Option<Brand>,
        country: impl FnOnce() -> Option<Country>,
    ) -> bool {
        let before = self.before.take();
        let after = self.read();
        let length = after.encode_utf16().count();
        // A caret is a whole number that is at most the length.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let caret = caret(&self.element) as usize;
        let formatted = match self.field {
            Field::Number => format::number(&before, &after, caret, edit),
            Field::Expiry => format::expiry(&before, &after, caret, edit),
            Field::Code => format::security_code(&after, caret, brand()),
            Field::PostalCode => format::postal_code(&after, caret, country()),
            // A name is as the shopper writes it, and a country is chosen.
            Field::Name | Field::Country => return caret == length,
        };
        let at_end = formatted.caret == formatted.text.encode_utf16().count();
        if *formatted.text != *after {
            write(&self.element, &formatted.text.as_str().into());
            // Setting a value puts the caret at its end. In Safari a selection set elsewhere would take the focus.
            if !at_end && self.has_focus() {
                // Lengths of texts are far below 2^53.
                #[allow(clippy::cast_precision_loss)]
                set_caret(&self.element, formatted.caret as f64);
            }
        }
        at_end
    }

    /// Empties the input, but for what it has from the start.
    pub(crate) fn clear(&self) {
        self.forget();
        self.is_used.set(false);
        write(&self.element, &self.default.into());
    }

    /// Gives the input the keyboard that its country's postal codes need, and takes it out of use where there are none:
    /// browsers then neither focus nor fill it.
    pub(crate) fn expect_postal_code(&self, country: Option<Country>) {
        let usage = PostalCode::usage(country);
        let [is_numeric, is_required, is_disabled] =
            [PostalCode::is_numeric(country), usage == PostalCodeUse::Required, usage == PostalCodeUse::None]
                .map(JsValue::from_bool);
        fit(&self.element, &is_numeric, &is_required, &is_disabled);
    }

    /// Whether nothing is typed.
    pub(crate) fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// Moves the keyboard focus here, the caret behind what is typed.
    pub(crate) fn focus(&self) {
        outside(|| focus(&self.element));
    }

    /// Whether it has the keyboard focus.
    pub(crate) fn has_focus(&self) -> bool {
        has_focus(&self.element)
    }
}

impl Input {
    /// Stops listening. Dropping the form does it too, but a request under way may hold the form for some time yet.
    pub(crate) fn detach(&self) {
        unlisten(&self.listening);
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.detach();
    }
}
