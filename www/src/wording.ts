import type { ShopperMessages } from "cardseal/errors";

/** What a code means to a shopper: what happened, and then whether money moved and what to do now. */
export interface Wording {
  what: string;
  advice: string;
}

/** What Cardseal tells shoppers, in this shop's two parts; and what only this shop can tell. */
export class Words {
  readonly #messages: ShopperMessages;

  constructor(messages: ShopperMessages) {
    this.#messages = messages;
  }

  /** Of a failure, of the card form that is not there, or of a bank's refusal. */
  of(code: string): Wording {
    return own[code] ?? this.#parts(this.#messages.of(code));
  }

  /** A bank's refusal of the card: then nothing was charged. */
  ofDecline(code: string): Wording {
    const { what, advice } = this.of(code);
    return { what, advice: `Nothing was charged. ${advice}` };
  }

  /** The first sentence, and the rest. */
  #parts(message: string): Wording {
    const segmenter = new Intl.Segmenter(this.#messages.locale, { granularity: "sentence" });
    const [what = "", ...advice] = Array.from(segmenter.segment(message), ({ segment }) => segment.trim());
    return { what, advice: advice.join(" ") };
  }
}

const own: Record<string, Wording | undefined> = {
  not_a_test_card: {
    what: "This is not one of the test cards.",
    advice: "This is a demo: please use a card from the list below.",
  },
  outcome_unknown: {
    what: "The shop did not answer in time.",
    advice: "Press Pay again. If the payment did go through you get its receipt, and you never pay twice.",
  },
};

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
