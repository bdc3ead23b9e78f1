//! The Cardseal vault's command line.

fn main() {}
