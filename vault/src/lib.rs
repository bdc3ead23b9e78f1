//! The Cardseal vault: opens what the SDK sealed in the browser, keeps cards encrypted, and pays with tokens.
//!
//! The way of a card: [`app`]'s `POST /v1/tokens` checks envelope and order, opens the envelope with a key of the
//! [`keyring`], seals the card again for its row ([`at_rest`]) and keeps it with its token ([`store`]). `POST
//! /v1/payments` spends the token and asks the [`acquirer`]. What ends a token's life erases its card.

pub mod acquirer;
pub mod at_rest;
mod audit;
mod card;
pub mod cli;
pub mod clock;
pub mod directory;
mod http;
pub mod id;
pub mod keyring;
mod logging;
mod merchant;
mod payment;
pub mod random;
pub mod root;
mod serve;
pub mod store;

use std::{path::PathBuf, sync::Arc, time::Duration};

use cardseal_protocol::Origin;
use tokio_util::task::TaskTracker;

use crate::{acquirer::Acquirer, clock::Clock, keyring::Keyring, store::Store};

pub use http::app;

/// Envelopes are taken up to this many seconds before or after they were sealed.
pub const FRESHNESS: u64 = 300;

/// A token pays for this many seconds.
pub const TOKEN_LIFE: u64 = 15 * 60;

/// Everything that requests share.
pub struct Vault {
    /// What the vault remembers.
    pub store: Store,
    /// Its keys.
    pub keyring: Keyring,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who is asked for the money.
    pub acquirer: Arc<dyn Acquirer>,
    /// The vault's own origin, as browsers see it.
    pub origin: Origin,
    /// The folder of the frame's built page; without one there is nothing at `/frame/`.
    pub frame: Option<PathBuf>,
    /// How long things may take.
    pub limits: Limits,
    /// Payments under way. They go on when their client goes away, and are waited for when the vault stops.
    pub payments: TaskTracker,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A client may take this long to send a body.
    pub body: Duration,
    /// An acquirer may take this long to answer.
    pub acquirer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: Duration::from_secs(10), acquirer: Duration::from_secs(5) }
    }
}
