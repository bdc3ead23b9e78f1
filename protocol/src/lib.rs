//! Cards, envelopes, orders and keys of the Cardseal payment SDK.
