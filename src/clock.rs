//! The vault's time: this device's clock, put right.

use std::cell::Cell;

use cardseal_protocol::UnixTime;
use js_sys::Date;

/// Tells the vault's time. A shopper's clock may be hours off, and the vault refuses envelopes sealed at a wrong time.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// Seconds by which the vault is ahead of this device.
    ahead: Cell<f64>,
}

impl Clock {
    /// The vault's time, as far as it is known.
    pub(crate) fn now(&self) -> UnixTime {
        from_seconds(device() + self.ahead.get())
    }

    /// Learns the vault's time from an answer that has just come in.
    pub(crate) fn set(&self, vault: UnixTime) {
        // A u64 of seconds beyond 2^53 would be no date; the rounding there does not matter.
        #[allow(clippy::cast_precision_loss)]
        self.ahead.set(vault.as_secs() as f64 - device());
    }
}

/// The time of an HTTP `Date` header (RFC 9110 section 6.6.1), or `None` if it is none.
pub(crate) fn parse_http_date(header: &str) -> Option<UnixTime> {
    let milliseconds = Date::parse(header);
    (milliseconds >= 0.0).then(|| from_seconds(milliseconds / 1000.0))
}

/// This device's idea of the time, in Unix seconds.
fn device() -> f64 {
    Date::now() / 1000.0
}

fn from_seconds(seconds: f64) -> UnixTime {
    // `as` saturates: a clock before 1970 reads as 1970.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    UnixTime::from_secs(seconds as u64)
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn an_http_date_is_read() {
        assert_eq!(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(UnixTime::from_secs(784_111_777)));
        assert_eq!(parse_http_date("yesterday"), None);
        assert_eq!(parse_http_date(""), None);
    }

    #[wasm_bindgen_test]
    fn the_clock_follows_the_vault() {
        let clock = Clock::default();
        let here = clock.now().as_secs();
        assert!(here.abs_diff(from_seconds(device()).as_secs()) <= 1);
        for vault in [here + 86_400, here - 86_400] {
            clock.set(UnixTime::from_secs(vault));
            assert!(clock.now().as_secs().abs_diff(vault) <= 1);
        }
    }
}
