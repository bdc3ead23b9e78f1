//! The browser side of the Cardseal payment SDK.
