import type { LoadCause } from "cardseal";

/** What codes mean to a shopper: what happened, whether money moved, what to do now. */
export interface Wording {
  what: string;
  advice: string;
}

/** A bank's refusal of the card. */
export function declineWording(reason: string): Wording {
  return (
    declines[reason] ?? { what: "Your bank declined this payment.", advice: "Nothing was charged. Try another card." }
  );
}

const declines: Record<string, Wording> = {
  insufficient_funds: {
    what: "There is not enough money on this card.",
    advice: "Nothing was charged. Try another card.",
  },
  expired_card: {
    what: "Your bank says this card has expired.",
    advice: "Nothing was charged. Check the expiry date, or try another card.",
  },
  incorrect_code: {
    what: "The security code does not match this card.",
    advice: "Nothing was charged. Type the code again and pay.",
  },
  not_a_test_card: {
    what: "This is not one of the test cards.",
    advice: "Nothing was charged: this is a demo. Please use a card from the list below.",
  },
};

/** Something between the shopper and the bank that did not work. */
export function failureWording(code: string): Wording {
  return (
    failures[code] ?? {
      what: "Something went wrong on our side.",
      advice: "Nothing was charged. Please press Pay again.",
    }
  );
}

const vaultAway: Wording = {
  what: "We could not reach the card vault.",
  advice: "Nothing was charged. Check your connection and press Pay again.",
};

const failures: Record<string, Wording> = {
  card_incomplete: { what: "Please check the card details.", advice: "What is missing or wrong is marked above." },
  total_changed: { what: "The total has changed.", advice: "The new one is in the box above. Press Pay to pay it." },
  network: vaultAway,
  timeout: vaultAway,
  unavailable: vaultAway,
  acquirer_timeout: {
    what: "Your bank took too long to answer.",
    advice: "The payment was called off and nothing was charged. Press Pay to try again.",
  },
  receipt_invalid: {
    what: "The card vault's receipt does not fit this payment.",
    advice: "Nothing was charged. Please press Pay again, and tell us if this stays.",
  },
  order_paid: {
    what: "This order has been paid already.",
    advice: "You were not charged again. Please look for its receipt before you order anew.",
  },
  order_expired: { what: "You took a while, and the order has expired.", advice: "Press Pay again to order afresh." },
  token_expired: {
    what: "You took a while, and the sealed card has expired.",
    advice: "Press Pay again to seal it afresh.",
  },
  outcome_unknown: {
    what: "The shop did not answer in time.",
    advice: "Press Pay again. If the payment did go through you get its receipt, and you never pay twice.",
  },
};

/** Why the card form is not there. */
export function loadWording(cause: LoadCause): Wording {
  const what = "The card form could not be loaded.";
  switch (cause) {
    case "offline":
      return { what, advice: "You seem to be offline. Check your connection and try again." };
    case "csp":
    case "origin":
    case "version":
      return { what, advice: "This shop is not set up to take cards on this page. Please tell us; it is our mistake." };
    default:
      return { what, advice: "The card vault is not answering, or something in your browser blocks it." };
  }
}

/** A card scheme's name. */
export function brandName(brand: string | null): string {
  return brand === null ? "Card" : (brands[brand] ?? brand);
}

const brands: Record<string, string> = {
  visa: "Visa",
  mastercard: "Mastercard",
  amex: "American Express",
  discover: "Discover",
  diners: "Diners Club",
  jcb: "JCB",
  unionpay: "UnionPay",
  maestro: "Maestro",
  mir: "Mir",
  elo: "Elo",
  hipercard: "Hipercard",
  rupay: "RuPay",
  troy: "Troy",
  verve: "Verve",
  dankort: "Dankort",
  cartes_bancaires: "Cartes Bancaires",
  bancontact: "Bancontact",
};
