//! Reading and writing the JSON (RFC 8259) of envelopes and orders.
//!
//! What is signed or sealed is read more strictly than JSON libraries do: an object is never an array, a member comes
//! once, a number is an integer that every JSON library keeps exactly (I-JSON, RFC 7493, section 2.2). Strings are
//! borrowed from the text; the rare one with escapes is unescaped into memory that wipes itself, since it may be a part
//! of a card. And the browser carries no general JSON library for it.

use core::ops::Deref;

use zeroize::Zeroizing;

/// 2^53 - 1: integers up to it mean the same to every JSON library.
pub(crate) const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The text is not the JSON that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// A string's value.
pub(crate) enum Text<'a> {
    /// As it stands in the text.
    Borrowed(&'a str),
    /// Without its escapes.
    Unescaped(Zeroizing<String>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Unescaped(text) => text,
        }
    }
}

/// Keeps the value of a member; the same member a second time is malformed.
pub(crate) fn once<T>(member: &mut Option<T>, value: T) -> Result<(), Malformed> {
    match member.replace(value) {
        None => Ok(()),
        Some(_) => Err(Malformed),
    }
}

/// Keeps an element of a list; one more than `at_most` is malformed.
pub(crate) fn push<T>(list: &mut Vec<T>, element: T, at_most: usize) -> Result<(), Malformed> {
    if list.len() == at_most {
        return Err(Malformed);
    }
    list.push(element);
    Ok(())
}

/// Reads one object that is the whole text; `member` is called with each name and must read its value.
pub(crate) fn read_object<'a>(
    text: &'a str,
    member: &mut dyn FnMut(&str, &mut Reader<'a>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut reader = Reader { rest: text };
    reader.object(member)?;
    reader.skip_space();
    if reader.rest.is_empty() { Ok(()) } else { Err(Malformed) }
}

/// A place in a JSON text.
pub(crate) struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Reads an object; `member` is called with each name and must read its value.
    pub(crate) fn object(
        &mut self,
        member: &mut dyn FnMut(&str, &mut Reader<'a>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.expect('{')?;
        if self.take('}') {
            return Ok(());
        }
        loop {
            let name = self.string()?;
            self.expect(':')?;
            member(&name, self)?;
            if self.take('}') {
                return Ok(());
            }
            self.expect(',')?;
        }
    }

    /// Reads an array; `element` must read one value.
    pub(crate) fn array(
        &mut self,
        element: &mut dyn FnMut(&mut Reader<'a>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.expect('[')?;
        if self.take(']') {
            return Ok(());
        }
        loop {
            element(self)?;
            if self.take(']') {
                return Ok(());
            }
            self.expect(',')?;
        }
    }

    /// Reads a string.
    pub(crate) fn string(&mut self) -> Result<Text<'a>, Malformed> {
        self.expect('"')?;
        let end = self.rest.find(|letter| matches!(letter, '"' | '\\' | '\0'..='\x1f')).ok_or(Malformed)?;
        let (plain, rest) = self.rest.split_at_checked(end).ok_or(Malformed)?;
        if let Some(rest) = rest.strip_prefix('"') {
            self.rest = rest;
            return Ok(Text::Borrowed(plain));
        }
        // An unescaped text is never longer than its escaped form, so that this never grows and leaves a copy behind.
        let length = string_length(self.rest).ok_or(Malformed)?;
        let mut text = Zeroizing::new(String::with_capacity(length));
        loop {
            match self.letter()? {
                '"' => return Ok(Text::Unescaped(text)),
                '\\' => text.push(self.escape()?),
                '\0'..='\x1f' => return Err(Malformed),
                letter => text.push(letter),
            }
        }
    }

    /// Reads an integer of 0 to 2^53 - 1, without fraction or exponent.
    pub(crate) fn unsigned(&mut self) -> Result<u64, Malformed> {
        self.skip_space();
        let end = self.rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end).ok_or(Malformed)?;
        self.rest = rest;
        decimal(digits).ok_or(Malformed)
    }

    /// Reads an integer of -(2^53 - 1) to 2^53 - 1, without fraction or exponent; zero has no sign.
    pub(crate) fn signed(&mut self) -> Result<i64, Malformed> {
        self.skip_space();
        let negative = match self.rest.strip_prefix('-') {
            Some(rest) => {
                self.rest = rest;
                // The digits follow at once.
                if !rest.starts_with(|letter: char| matches!(letter, '1'..='9')) {
                    return Err(Malformed);
                }
                true
            }
            None => false,
        };
        let value = i64::try_from(self.unsigned()?).map_err(|_| Malformed)?;
        Ok(if negative { -value } else { value })
    }

    /// Reads a string or an integer that nobody asked for.
    pub(crate) fn skip(&mut self) -> Result<(), Malformed> {
        self.skip_space();
        if self.rest.starts_with('"') { self.string().map(drop) } else { self.signed().map(drop) }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        Ok(match self.letter()? {
            letter @ ('"' | '\\' | '/') => letter,
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = self.hexadecimal()?;
                let point = match unit {
                    // RFC 8259, section 7: beyond the basic plane come two escapes, a UTF-16 surrogate pair.
                    0xd800..=0xdbff => {
                        self.rest = self.rest.strip_prefix("\\u").ok_or(Malformed)?;
                        let low = self.hexadecimal()?;
                        if !(0xdc00..=0xdfff).contains(&low) {
                            return Err(Malformed);
                        }
                        0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                    }
                    unit => unit,
                };
                char::from_u32(point).ok_or(Malformed)?
            }
            _ => return Err(Malformed),
        })
    }

    fn hexadecimal(&mut self) -> Result<u32, Malformed> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | self.letter()?.to_digit(16).ok_or(Malformed)?;
        }
        Ok(unit)
    }

    fn letter(&mut self) -> Result<char, Malformed> {
        let mut letters = self.rest.chars();
        let letter = letters.next().ok_or(Malformed)?;
        self.rest = letters.as_str();
        Ok(letter)
    }

    fn expect(&mut self, mark: char) -> Result<(), Malformed> {
        if self.take(mark) { Ok(()) } else { Err(Malformed) }
    }

    fn take(&mut self, mark: char) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}

/// An integer of 0 to 2^53 - 1, in digits and nothing else, without leading zeros (RFC 8259, section 6).
pub(crate) fn decimal(digits: &str) -> Option<u64> {
    // 16 digits hold 2^53.
    if digits.is_empty() || digits.len() > 16 || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    let value = digits.bytes().try_fold(0, |value, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit < 10).then(|| value * 10 + u64::from(digit))
    })?;
    (value <= MAX_INTEGER).then_some(value)
}

/// The bytes up to the quote that ends a string.
fn string_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

/// Writes JSON straight into a buffer that the caller owns, so that no copy of a secret comes to be.
///
/// What does not fit is left out and remembered: [`Writer::finish`] then fails.
pub(crate) struct Writer<'a> {
    buffer: &'a mut [u8],
    length: usize,
    overflowed: bool,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, length: 0, overflowed: false }
    }

    /// The number of bytes written.
    pub(crate) fn finish(self) -> Result<usize, Malformed> {
        if self.overflowed { Err(Malformed) } else { Ok(self.length) }
    }

    /// Writes JSON as it stands.
    pub(crate) fn raw(&mut self, json: &str) -> &mut Self {
        self.bytes(json.as_bytes());
        self
    }

    /// Writes a string with its quotes.
    pub(crate) fn string(&mut self, text: &str) -> &mut Self {
        self.bytes(b"\"");
        let mut rest = text.as_bytes();
        // What needs no escape is copied at once: the shopper waits while this is written.
        while let Some(at) = rest.iter().position(|&byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
            let (plain, from) = rest.split_at(at);
            self.bytes(plain);
            let Some((&byte, after)) = from.split_first() else { break };
            if byte > 0x1f {
                self.bytes(&[b'\\', byte]);
            } else {
                let low = byte & 0xf;
                let digit = if low < 10 { b'0' + low } else { b'a' - 10 + low };
                self.bytes(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), digit]);
            }
            rest = after;
        }
        self.bytes(rest);
        self.bytes(b"\"");
        self
    }

    /// Writes a whole number.
    pub(crate) fn unsigned(&mut self, mut value: u64) -> &mut Self {
        // u64::MAX has 20 digits.
        let mut digits = [b'0'; 20];
        let mut used = 0;
        for digit in digits.iter_mut().rev() {
            // Less than ten, so that it fits.
            *digit += (value % 10) as u8;
            value /= 10;
            used += 1;
            if value == 0 {
                break;
            }
        }
        self.bytes(digits.split_at(digits.len() - used).1);
        self
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        match self.buffer.get_mut(self.length..end) {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.length = end;
            }
            None => self.overflowed = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const ROUNDS: usize = 50_000;

    fn read_string(json: &str) -> Result<String, Malformed> {
        let mut value = None;
        read_object(json, &mut |_, reader| once(&mut value, reader.string()?.to_string()))?;
        value.ok_or(Malformed)
    }

    fn read_signed(json: &str) -> Result<i64, Malformed> {
        let mut value = None;
        read_object(json, &mut |_, reader| once(&mut value, reader.signed()?))?;
        value.ok_or(Malformed)
    }

    #[test]
    fn an_integer_by_itself_is_digits_and_nothing_else() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("9007199254740991"), Some(MAX_INTEGER));
        for refused in ["", "00", "07", "+7", "-7", " 7", "7 ", "7.0", "1e3", "\u{0667}", "9007199254740992"] {
            assert_eq!(decimal(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn a_string_ends_at_the_first_quote_that_is_not_escaped() {
        // With too little room for it, the text would move while it grows and leave a copy behind.
        for (text, length) in
            [("\"", Some(0)), ("ab\"c\"", Some(2)), (r#"a\"b\\"c""#, Some(6)), (r#"\\\""#, None), ("ab", None)]
        {
            assert_eq!(string_length(text), length, "{text}");
        }
    }

    #[test]
    fn strings_are_read_as_serde_json_reads_them() {
        for json in [
            r#"{"a":"plain"}"#,
            r#" { "a" : "space around" } "#,
            r#"{"a":"\"\\\/\b\f\n\r\t"}"#,
            r#"{"a":"x\u00e9y"}"#,
            r#"{"a":"\ud83d\ude00"}"#,
            r#"{"a":"é😀"}"#,
            r#"{"a":"\\"}"#,
            r#"{"\u0061":"escaped name"}"#,
            r#"{"a":"\ud83d"}"#,
            r#"{"a":"\ud83dx"}"#,
            r#"{"a":"\ud83d\u0041"}"#,
            r#"{"a":"\ude00"}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u00g0"}"#,
            r#"{"a":"\u+123"}"#,
            r#"{"a":"\u00"}"#,
            r#"{"a":"\"}"#,
            r#"{"a":"no end}"#,
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\n\u{1}\"}",
            r#"{"a":"x",}"#,
            r#"{,"a":"x"}"#,
            r#"{"a" "x"}"#,
            r#"{"a":"x"}}"#,
            r#"{"a":"x"} x"#,
            r#"{a:"x"}"#,
            "{'a':'x'}",
            "{\"a\":\"x\"\u{a0}}",
            "{\"a\":\"x\"",
            "",
        ] {
            let theirs: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(json);
            let theirs = theirs.ok().and_then(|map| map["a"].as_str().map(String::from)).ok_or(Malformed);
            assert_eq!(read_string(json), theirs, "{json}");
        }
    }

    /// Reads any value of the kinds that the reader knows.
    fn read_value(reader: &mut Reader<'_>) -> Result<Value, Malformed> {
        reader.skip_space();
        match reader.rest.chars().next() {
            Some('{') => {
                let mut members = serde_json::Map::new();
                reader.object(&mut |name, reader| match members.insert(name.into(), read_value(reader)?) {
                    None => Ok(()),
                    Some(_) => Err(Malformed),
                })?;
                Ok(Value::Object(members))
            }
            Some('[') => {
                let mut elements = Vec::new();
                reader.array(&mut |reader| {
                    elements.push(read_value(reader)?);
                    Ok(())
                })?;
                Ok(Value::Array(elements))
            }
            Some('"') => Ok(Value::String(reader.string()?.to_string())),
            _ => Ok(reader.signed()?.into()),
        }
    }

    /// Whether a value has only what the reader knows: objects, arrays, strings and integers of I-JSON.
    fn is_of_known_kinds(value: &Value) -> bool {
        match value {
            Value::Object(members) => members.values().all(is_of_known_kinds),
            Value::Array(elements) => elements.iter().all(is_of_known_kinds),
            Value::String(_) => true,
            Value::Number(number) => number.as_i64().is_some_and(|number| number.unsigned_abs() <= MAX_INTEGER),
            Value::Bool(_) | Value::Null => false,
        }
    }

    #[test]
    fn random_texts_are_read_as_serde_json_reads_them() {
        const PIECES: [&str; 26] = [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"b\":",
            "\"é\"",
            "\\",
            "\\n",
            "\\u00e9",
            "\\ud83d\\ude00",
            "\\ud83d",
            "0",
            "1",
            "42",
            "-",
            "-7",
            ".5",
            "e3",
            " ",
            "\t",
            "null",
            "{\"c\":",
        ];
        // A linear congruential generator (Knuth's MMIX): the same texts each time.
        let mut state: u64 = 1;
        let mut next = |limit: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % limit
        };
        let mut accepted = 0;
        for _ in 0..ROUNDS {
            let mut json = String::from("{\"a\":");
            for _ in 0..=next(6) {
                json.push_str(PIECES[next(PIECES.len())]);
            }
            // Half of the texts get a fitting end.
            json.push_str(if next(2) == 0 { "}" } else { "" });
            let mut ours = serde_json::Map::new();
            let read = read_object(&json, &mut |name, reader| match ours.insert(name.into(), read_value(reader)?) {
                None => Ok(()),
                Some(_) => Err(Malformed),
            });
            let theirs = serde_json::from_str::<Value>(&json).ok().filter(is_of_known_kinds);
            match (read, theirs) {
                (Ok(()), theirs) => {
                    accepted += 1;
                    assert_eq!(Some(Value::Object(ours)), theirs, "{json}");
                }
                (Err(Malformed), None) => {}
                // Theirs keeps the last of two members of one name; -0 is a float to it or not, and nothing to us.
                (Err(Malformed), Some(_)) => {
                    let twice = ["\"a\"", "\"b\"", "\"c\""].iter().any(|name| json.matches(name).count() > 1);
                    assert!(twice || json.contains("-0"), "{json}");
                }
            }
        }
        assert!(accepted > ROUNDS / 50, "only {accepted} were JSON");
    }

    #[test]
    fn numbers_are_integers_that_every_library_keeps() {
        assert_eq!(read_signed(r#"{"a":0}"#), Ok(0));
        assert_eq!(read_signed(r#"{"a": 9007199254740991 }"#), Ok(9_007_199_254_740_991));
        assert_eq!(read_signed(r#"{"a":-9007199254740991}"#), Ok(-9_007_199_254_740_991));
        for refused in [
            "9007199254740992",
            "-9007199254740992",
            "99999999999999999999999",
            "-0",
            "01",
            "00",
            "1.0",
            "1e3",
            "1E3",
            "+1",
            "-",
            "- 1",
            "0x1",
            "NaN",
            "\"1\"",
            "",
            "１",
        ] {
            assert_eq!(read_signed(&format!("{{\"a\":{refused}}}")), Err(Malformed), "{refused}");
        }
    }

    #[test]
    fn a_member_comes_once_and_an_object_is_no_array() {
        assert_eq!(read_signed(r#"{"a":1,"a":1}"#), Err(Malformed));
        assert_eq!(read_signed("[1]"), Err(Malformed));
        assert_eq!(read_signed("{}"), Err(Malformed));
        assert_eq!(read_signed("null"), Err(Malformed));
    }

    #[test]
    fn every_truncation_is_malformed() {
        let json = r#"{"list":[1,2],"text":"a\u00e9","number":-12}"#;
        let read = |json: &str| {
            read_object(json, &mut |name, reader| match name {
                "list" => reader.array(&mut |reader| reader.unsigned().map(drop)),
                "text" => reader.string().map(drop),
                "number" => reader.signed().map(drop),
                _ => Err(Malformed),
            })
        };
        assert_eq!(read(json), Ok(()));
        for end in 0..json.len() {
            assert_eq!(read(&json[..end]), Err(Malformed), "{end}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let controls: String = (0..0x20).map(char::from).collect();
        let text = &*format!("\"quoted\\\" {controls} é😀 \u{7f}");
        let mut buffer = [0; 256];
        let mut writer = Writer::new(&mut buffer);
        writer.raw("{\"a\":").string(text).raw("}");
        let length = writer.finish().unwrap();
        let json = core::str::from_utf8(&buffer[..length]).unwrap();
        assert_eq!(read_string(json).as_deref(), Ok(text));
        assert_eq!(serde_json::from_str::<serde_json::Value>(json).unwrap()["a"], text);
    }

    #[test]
    fn whole_numbers_are_written_in_full() {
        for value in [0, 9, 10, 12_345, MAX_INTEGER, u64::MAX] {
            let mut buffer = [0; 20];
            let mut writer = Writer::new(&mut buffer);
            writer.unsigned(value);
            let length = writer.finish().unwrap();
            assert_eq!(core::str::from_utf8(&buffer[..length]).unwrap(), value.to_string());
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let mut buffer = [0; 4];
        let mut writer = Writer::new(&mut buffer);
        writer.string("abc");
        assert_eq!(writer.finish(), Err(Malformed));
    }
}
