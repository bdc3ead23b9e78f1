//! One input of the page: its value, its caret, and listening to it.

use std::cell::{Cell, RefCell};

use cardseal_protocol::address::{Country, PostalCode, PostalCodeUse};
use cardseal_protocol::brand::Brand;
use cardseal_protocol::format::{self, Edit};
use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlInputElement, InputEvent};
use zeroize::Zeroizing;

use crate::field::Field;
use crate::turn::{listener, outside};

/// What is listened to. `change` is for password managers that set a value and fire only this.
const EVENTS: [&str; 7] = ["beforeinput", "input", "compositionend", "change", "focus", "blur", "keydown"];

/// An input element, or a select that is used like one, and the handler of its events, which is taken off again when this is dropped.
pub(crate) struct Input {
    pub(crate) field: Field,
    element: HtmlInputElement,
    /// What the listener calls.
    _handler: Closure<dyn Fn(Event)>,
    listener: Function,
    /// The value before the edit that is under way; empty between events.
    before: RefCell<Zeroizing<String>>,
    /// Whether the shopper has typed here.
    pub(crate) is_used: Cell<bool>,
    /// What it has when nothing was typed.
    default: &'static str,
}

impl Input {
    /// Takes the element in hand, with what a browser may have restored that was typed before a reload. The handler gets
    /// each event of [`EVENTS`].
    pub(crate) fn new(
        field: Field,
        element: HtmlInputElement,
        default: &'static str,
        handler: impl Fn(Event) + 'static,
    ) -> Self {
        let handler = Closure::wrap(Box::new(handler) as Box<dyn Fn(Event)>);
        let listener = listener(&handler);
        for event in EVENTS {
            // Fails only for a listener that is no function.
            let _ = element.add_event_listener_with_callback(event, &listener);
        }
        let input = Self {
            field,
            element,
            _handler: handler,
            listener,
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
        Zeroizing::new(self.element.value())
    }

    /// Whether the page marks it as wrong: `aria-invalid`.
    pub(crate) fn is_marked(&self) -> bool {
        self.element.get_attribute("aria-invalid").is_some_and(|marked| marked == "true")
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
        let caret = self.caret().unwrap_or(length);
        let formatted = match self.field {
            Field::Number => format::number(&before, &after, caret, edit),
            Field::Expiry => format::expiry(&before, &after, caret, edit),
            Field::Code => format::security_code(&after, caret, brand()),
            Field::PostalCode => format::postal_code(&after, caret, country()),
            // A name is as the shopper writes it, and a country is chosen.
            Field::Name | Field::Country => return caret == length,
        };
        if *formatted.text != *after {
            self.element.set_value(&formatted.text);
            // Setting a value puts the caret at its end. In Safari a selection set elsewhere would take the focus.
            if self.has_focus() {
                self.set_caret(formatted.caret);
            }
        }
        formatted.caret == formatted.text.encode_utf16().count()
    }

    /// Empties the input, but for what it has from the start.
    pub(crate) fn clear(&self) {
        self.forget();
        self.is_used.set(false);
        self.element.set_value(self.default);
    }

    /// Gives the input the keyboard that its country's postal codes need, and takes it out of use where there are none:
    /// browsers then neither focus nor fill it.
    pub(crate) fn expect_postal_code(&self, country: Option<Country>) {
        let usage = PostalCode::usage(country);
        let required = if usage == PostalCodeUse::Required { "true" } else { "false" };
        let mode = if PostalCode::is_numeric(country) { "numeric" } else { "text" };
        for (name, value) in [("inputmode", mode), ("aria-required", required)] {
            // Fails only for a name that is none.
            let _ = self.element.set_attribute(name, value);
        }
        self.element.set_disabled(usage == PostalCodeUse::None);
    }

    /// Whether nothing is typed.
    pub(crate) fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// Moves the keyboard focus here, the caret behind what is typed.
    pub(crate) fn focus(&self) {
        // A listener of the page that throws is the page's to report.
        let _ = outside(|| self.element.focus());
        self.set_caret(self.read().encode_utf16().count());
    }

    /// Whether it has the keyboard focus.
    pub(crate) fn has_focus(&self) -> bool {
        self.element.matches(":focus").unwrap_or(false)
    }

    /// The caret in UTF-16 code units; `None` for an input type that has none.
    fn caret(&self) -> Option<usize> {
        self.element.selection_start().ok().flatten().and_then(|caret| usize::try_from(caret).ok())
    }

    fn set_caret(&self, caret: usize) {
        let Ok(caret) = u32::try_from(caret) else { return };
        // Throws for an input type that has no caret, and then there is none to set.
        let _ = self.element.set_selection_range(caret, caret);
    }
}

impl Input {
    /// Stops listening. Dropping the form does it too, but a request under way may hold the form for some time yet.
    pub(crate) fn detach(&self) {
        for event in EVENTS {
            let _ = self.element.remove_event_listener_with_callback(event, &self.listener);
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.detach();
    }
}

/// What an `input` event did (W3C Input Events, section 5.1.2). Events without a type are password managers'.
pub(crate) fn edit(event: &Event) -> Edit {
    let Some(event) = event.dyn_ref::<InputEvent>() else { return Edit::Insert };
    // The type names are of a fixed list; none holds what was typed.
    let kind = event.input_type();
    if !kind.starts_with("delete") {
        Edit::Insert
    } else if kind.ends_with("Forward") {
        Edit::DeleteForward
    } else {
        Edit::DeleteBackward
    }
}
