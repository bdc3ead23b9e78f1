//! The Cardseal vault.
