//! Rust values as JSON.
//!
//! serde_json would do more than is needed, and at many times the size: only booleans, whole numbers, strings, lists and
//! structs come here.

use std::fmt;

use serde::Serialize;
use serde::ser::{Error, Impossible, SerializeSeq, SerializeStruct, Serializer};

/// The value as JSON: `null` for `None`, objects for structs.
pub(crate) fn write(value: &impl Serialize) -> String {
    let mut json = String::new();
    match value.serialize(Writer(&mut json)) {
        Ok(()) => json,
        Err(Unwritable) => "null".into(),
    }
}

/// A kind of value that is not written.
#[derive(Debug)]
struct Unwritable;

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a kind of value that is not written")
    }
}

impl std::error::Error for Unwritable {}

impl Error for Unwritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Writes one value.
struct Writer<'a>(&'a mut String);

/// Writes the members of an object, or the elements of an array.
struct Members<'a> {
    json: &'a mut String,
    /// Whether one stands there already.
    has_any: bool,
    end: char,
}

impl Members<'_> {
    #[inline(never)]
    fn begin(&mut self, name: Option<&str>) {
        if self.has_any {
            self.json.push(',');
        }
        self.has_any = true;
        if let Some(name) = name {
            string(self.json, name);
            self.json.push(':');
        }
    }
}

#[inline(never)]
fn string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.push('\\'),
            '\0'..='\x1f' => {
                json.push_str(if character < '\x10' { "\\u000" } else { "\\u001" });
                json.push(char::from_digit(u32::from(character) & 0xf, 16).unwrap_or_default());
                continue;
            }
            _ => {}
        }
        json.push(character);
    }
    json.push('"');
}

#[inline(never)]
fn unsigned(json: &mut String, value: u64) {
    if value > 9 {
        unsigned(json, value / 10);
    }
    // Less than ten, so that it fits.
    json.push(char::from(b'0' + (value % 10) as u8));
}

impl SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unwritable> {
        self.begin(Some(key));
        value.serialize(Writer(self.json))
    }

    fn end(self) -> Result<(), Unwritable> {
        self.json.push(self.end);
        Ok(())
    }
}

impl SerializeSeq for Members<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.begin(None);
        value.serialize(Writer(self.json))
    }

    fn end(self) -> Result<(), Unwritable> {
        self.json.push(self.end);
        Ok(())
    }
}

/// Kinds of values that are not written.
macro_rules! refuse {
    ($($name:ident($($argument:ty),*) $(-> $gives:ty)?;)+) => {
        $(fn $name(self, $(_: $argument),*) -> Result<refuse!(@ $($gives)?), Unwritable> {
            Err(Unwritable)
        })+
    };
    (@) => { () };
    (@ $gives:ty) => { $gives };
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Impossible<(), Unwritable>;
    type SerializeTupleStruct = Impossible<(), Unwritable>;
    type SerializeTupleVariant = Impossible<(), Unwritable>;
    type SerializeMap = Impossible<(), Unwritable>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Impossible<(), Unwritable>;

    fn serialize_bool(self, value: bool) -> Result<(), Unwritable> {
        self.0.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Unwritable> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Unwritable> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Unwritable> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Unwritable> {
        unsigned(self.0, value);
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Unwritable> {
        string(self.0, value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unwritable> {
        self.serialize_unit()
    }

    fn serialize_unit(self) -> Result<(), Unwritable> {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Unwritable> {
        self.serialize_str(variant)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'a>, Unwritable> {
        self.0.push('[');
        Ok(Members { json: self.0, has_any: false, end: ']' })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'a>, Unwritable> {
        self.0.push('{');
        Ok(Members { json: self.0, has_any: false, end: '}' })
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unwritable> {
        Err(Unwritable)
    }

    refuse! {
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_bytes(&[u8]);
        serialize_unit_struct(&'static str);
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Thing {
        text: String,
        is_it: bool,
        numbers: Vec<u64>,
        none: Option<u8>,
        some: Option<Kind>,
        things: Vec<Event>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        One,
    }

    #[derive(Serialize)]
    #[serde(tag = "type", rename_all = "lowercase")]
    enum Event {
        Plain,
        Full { at: u16 },
    }

    #[test]
    fn a_value_is_written_as_serde_json_writes_it() {
        let thing = Thing {
            text: (0..0x2030).filter_map(char::from_u32).chain(['\u{1f4b3}']).collect(),
            is_it: true,
            numbers: vec![0, 9, 10, 1_795_305_600, u64::MAX],
            none: None,
            some: Some(Kind::One),
            things: vec![Event::Plain, Event::Full { at: 65_535 }],
        };
        let read: Value = serde_json::from_str(&write(&thing)).unwrap();
        assert_eq!(read, serde_json::to_value(&thing).unwrap());
    }

    #[test]
    fn what_is_empty_is_written() {
        #[derive(Serialize)]
        struct Empty {}

        assert_eq!(write(&Vec::<u8>::new()), "[]");
        assert_eq!(write(&Empty {}), "{}");
        assert_eq!(write(&String::new()), "\"\"");
    }

    #[test]
    fn what_cannot_be_written_is_null() {
        assert_eq!(write(&1.5), "null");
        assert_eq!(write(&vec![-1]), "null");
    }
}
