//! Random bytes of the operating system or browser.

use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

use crate::Error;

/// Fills the buffer with random bytes.
pub(crate) fn fill(buffer: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(buffer).map_err(|_| Error::RandomUnavailable)
}

/// The system's source for callees that take an infallible one.
///
/// A failure is remembered instead of a panic: use the callee's result only after [`SystemRandom::check`].
#[derive(Default)]
pub(crate) struct SystemRandom {
    failed: bool,
}

impl SystemRandom {
    /// Refuses what was made from this source if the source failed at any time.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.failed { Err(Error::RandomUnavailable) } else { Ok(()) }
    }
}

impl TryRng for SystemRandom {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Infallible> {
        if fill(buffer).is_err() {
            self.failed = true;
            // Not the zeros that it may hold: a callee that draws scalars until one is not zero would never end.
            buffer.fill(1);
        }
        Ok(())
    }
}

impl TryCryptoRng for SystemRandom {}
