//! Which brand of a co-badged card is to be paid with.

use std::cell::Cell;

use cardseal_protocol::brand::{Brand, Brands};

/// What the shopper chose, and what the merchant preselects where the shopper did not.
#[derive(Default)]
pub(crate) struct Choice {
    /// The most preferred first.
    preferred: Vec<Brand>,
    chosen: Cell<Option<Brand>>,
}

impl Choice {
    /// Nothing is chosen yet. Brands that this version does not know are passed over.
    pub(crate) fn new(preferred: &[String]) -> Self {
        Self { preferred: preferred.iter().filter_map(|id| Brand::from_id(id)).collect(), chosen: Cell::default() }
    }

    /// Chooses a brand, or none; a choice goes before what the merchant prefers.
    pub(crate) fn choose(&self, brand: Option<Brand>) {
        self.chosen.set(brand);
    }

    /// The brand to pay with, of those that the number leaves a choice between. What the shopper chose for a number that
    /// had it is forgotten with that number.
    pub(crate) fn of(&self, brands: &Brands) -> Option<Brand> {
        self.chosen.set(self.chosen.get().filter(|&brand| brands.contains(brand)));
        self.chosen.get().or_else(|| self.preferred.iter().copied().find(|&brand| brands.contains(brand)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_shopper_chose_goes_before_what_the_merchant_prefers_until_the_number_is_another() {
        let (co_badged, other, plain) =
            (Brands::co_badged("40000025"), Brands::co_badged("55555525"), Brands::co_badged("4242"));
        let choice = Choice::new(&["nosuch", "bancontact", "cartes_bancaires", "visa"].map(String::from));
        assert_eq!(choice.of(&co_badged), Some(Brand::CartesBancaires));
        assert_eq!(choice.of(&plain), None);
        choice.choose(Some(Brand::Visa));
        assert_eq!(choice.of(&co_badged), Some(Brand::Visa));
        assert_eq!(choice.of(&other), Some(Brand::CartesBancaires));
        assert_eq!(choice.of(&co_badged), Some(Brand::CartesBancaires), "the choice was for another number");
        assert_eq!(Choice::default().of(&co_badged), None);
    }
}
