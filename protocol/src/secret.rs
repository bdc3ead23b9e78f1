//! A value that must not outlive its use and must not be printed.

use core::fmt;

use zeroize::Zeroize;

/// Holds a secret: it is wiped when dropped and prints as `[redacted]`.
///
/// It is not `Clone`, `PartialEq`, `Display` or `Serialize`, so it cannot be copied, compared in variable time, printed
/// or written out by accident. The one way to read it is [`Secret::expose`]; each call says in a comment why it does.
///
/// A heap value is wiped where it lies. A value held in place (an array) leaves its bytes behind when it is *moved*, so
/// build it where it stays or box it.
///
/// ```
/// use cardseal_protocol::Secret;
///
/// let code = Secret::new(String::from("123"));
/// assert_eq!(format!("{code:?}"), "[redacted]");
/// assert_eq!(code.expose(), "123");
/// ```
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the secret over from its owner.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Reads the secret. Say at the call why it is needed there.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> zeroize::ZeroizeOnDrop for Secret<T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::RefCell, rc::Rc};

    /// Tells the test when it is wiped.
    struct Probe(Rc<RefCell<u32>>);

    impl Zeroize for Probe {
        fn zeroize(&mut self) {
            *self.0.borrow_mut() += 1;
        }
    }

    #[test]
    fn a_secret_is_wiped_once_when_dropped() {
        let wiped = Rc::new(RefCell::new(0));
        let secret = Secret::new(Probe(Rc::clone(&wiped)));
        assert_eq!(*wiped.borrow(), 0);
        drop(secret);
        assert_eq!(*wiped.borrow(), 1);
    }

    #[test]
    fn debug_output_says_nothing_of_the_secret() {
        let secret = Secret::new(String::from("4242424242424242"));
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "[redacted] Some([redacted])");
    }
}
