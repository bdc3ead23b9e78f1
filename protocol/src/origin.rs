//! The web origin of the page around a card form.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Error, json::decimal};

/// A scheme, a host of 253 bytes, a colon and a port.
const MAX_LENGTH: usize = "https://".len() + 253 + ":65535".len();

/// Hosts that a browser trusts without TLS, since nothing leaves the machine: W3C Secure Contexts, section 3.1.
const LOCAL_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The ASCII serialization of a web origin (RFC 6454, section 6.2), as browsers report it: `https://shop.example` or
/// `https://shop.example:8443`.
///
/// Lower case, punycode, no path, no default port; `https`, or `http` on the same machine (`localhost`, `127.0.0.1`,
/// `[::1]`). The opaque origin `null` is none.
///
/// ```
/// use cardseal_protocol::Origin;
///
/// assert!(Origin::parse("https://shop.example").is_ok());
/// assert!(Origin::parse("http://localhost:8788").is_ok());
/// assert!(Origin::parse("http://shop.example").is_err());
/// assert!(Origin::parse("https://shop.example/").is_err());
/// assert!(Origin::parse("null").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin that is already serialized; it mends nothing.
    ///
    /// # Errors
    /// [`Error::OriginMalformed`] where it is not exactly so.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if is_origin(text) { Ok(Self(text.into())) } else { Err(Error::OriginMalformed) }
    }

    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_origin(text: &str) -> bool {
    if text.len() > MAX_LENGTH {
        return false;
    }
    let (rest, secure) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (rest, true),
        (None, Some(rest)) => (rest, false),
        (None, None) => return false,
    };
    // A colon inside brackets belongs to an IPv6 address.
    let port_at = match rest.bytes().rposition(|byte| byte == b':') {
        Some(at) if !rest.ends_with(']') => at,
        _ => rest.len(),
    };
    let (host, port) = rest.split_at(port_at);
    let default_port = if secure { "443" } else { "80" };
    let port_is_right = match port.strip_prefix(':') {
        None => true,
        Some(port) => is_port(port) && port != default_port,
    };
    port_is_right && is_host(host) && (secure || LOCAL_HOSTS.contains(&host))
}

fn is_port(text: &str) -> bool {
    decimal(text).is_some_and(|port| (1..=65_535).contains(&port))
}

fn is_host(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return (2..=39).contains(&address.len())
            && address.contains(':')
            && address.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b':'));
    }
    text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-' | b'_'))
        })
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if is_origin(&text) { Ok(Self(text)) } else { Err(de::Error::custom("no web origin")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_as_browsers_write_them_are_accepted() {
        for origin in [
            "https://shop.example",
            "https://shop.example:8443",
            "https://xn--bcher-kva.example",
            "https://a_b.shop.example:1",
            "https://192.0.2.1",
            "https://[2001:db8::1]",
            "https://[2001:db8::1]:444",
            "http://localhost",
            "http://localhost:8788",
            "http://127.0.0.1:65535",
            "http://[::1]:8080",
        ] {
            assert_eq!(Origin::parse(origin).map(|origin| origin.to_string()), Ok(origin.into()), "{origin}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for refused in [
            "",
            "null",
            "https://",
            "https://shop.example/",
            "https://shop.example/path",
            "https://shop.example?",
            "https://shop.example#",
            "https://user@shop.example",
            "https://Shop.example",
            "HTTPS://shop.example",
            "https://shop.example:443",
            "https://shop.example:",
            "https://shop.example:0",
            "https://shop.example:080",
            "https://shop.example:+1",
            "https://shop.example:65536",
            "https://shop..example",
            "https://shop.example.",
            "https://bücher.example",
            "https://shop example",
            "https://[2001:db8::1",
            "https://[]",
            "https://[1.2]",
            "http://shop.example",
            "http://localhost:80",
            "http://localhost.shop.example",
            "http://127.0.0.1.shop.example",
            "ftp://shop.example",
            "file://",
            "chrome-extension://abcdef",
            " https://shop.example",
            "https://shop.example\n",
            "*",
            "https://*.shop.example",
        ] {
            assert_eq!(Origin::parse(refused), Err(Error::OriginMalformed), "{refused}");
        }
        assert!(Origin::parse(&format!("https://{}", "a".repeat(64))).is_err());
        assert!(Origin::parse(&format!("https://{}example", "a.".repeat(130))).is_err());
    }
}
