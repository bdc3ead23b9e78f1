import type { DeclineCode } from "../server/vault.js";
import type { Brand } from "../types.js";

/** What a shopper types, or chooses, in the card fields. */
export interface TypedCard {
  /** Digits, with or without spaces. */
  number: string;
  /** `MM/YY`. */
  expiry: string;
  /** The security code. */
  code: string;
  /** The cardholder's name; only typed where the fields ask for it. */
  name?: string;
  /** ISO 3166-1 alpha-2; only chosen where the fields ask for it. */
  country?: string;
  /** Only typed where the fields ask for it. */
  postalCode?: string;
}

/** What a payment with a test card comes to. */
export type TestPayment =
  /** `vault.pay` resolves to `status: "approved"`. */
  | { status: "approved" }
  /** `vault.pay` resolves to `status: "declined"` with this `declineCode`. */
  | { status: "declined"; declineCode: DeclineCode }
  /** `vault.pay` resolves to `ok: false` with this code; the token is spent. */
  | { status: "failed"; code: "acquirer_timeout" };

/** A published test card: a card network or an acquirer prints its number in its own documentation, and no bank issues it. */
export interface TestCard extends TypedCard {
  /** The name that is typed where the fields ask for one. */
  readonly name: string;
  /** `MM/YY`: the last month of the third year from now, so that a test does not end with a year. */
  readonly expiry: string;
  /** The month of {@link expiry}, as `tokenize` resolves to it: 12. */
  readonly expMonth: number;
  /** The year of {@link expiry}, as `tokenize` resolves to it: four digits. */
  readonly expYear: number;
  /** The last four digits, as `change` and `tokenize` report them. */
  readonly last4: string;
  /** The scheme that `tokenize` resolves to, unless the shopper chooses another. */
  readonly brand: Brand;
  /** Every scheme on the card, most specific first: two on a co-badged card. */
  readonly brands: readonly Brand[];
  /** What the vault's sandbox answers to a payment. Every one of these cards gets a token. */
  readonly payment: TestPayment;
}

const YEARS = 3;
const approved = { status: "approved" } as const;

function card(number: string, brands: [Brand, ...Brand[]], payment: TestPayment = approved): TestCard {
  return {
    number,
    // Read, not kept: a test run that began last year types a date of this one.
    get expiry() {
      return `12/${String(this.expYear).slice(-2)}`;
    },
    expMonth: 12,
    get expYear() {
      return new Date().getFullYear() + YEARS;
    },
    code: brands[0] === "amex" ? "1234" : "123",
    name: "Alex Example",
    last4: number.slice(-4),
    brand: brands[0],
    brands,
    payment,
  };
}

function declined(number: string, brand: Brand, declineCode: DeclineCode): TestCard {
  return card(number, [brand], { status: "declined", declineCode });
}

/** Published test cards, and how the vault's sandbox answers to each. None of them is anybody's card. */
export const testCards = {
  visa: card("4242424242424242", ["visa"]),
  visaDebit: card("4000056655665556", ["visa"]),
  mastercard: card("5555555555554444", ["mastercard"]),
  mastercardDebit: card("5200828282828210", ["mastercard"]),
  mastercardPrepaid: card("5105105105105100", ["mastercard"]),
  /** Of the range that begins with 2. */
  mastercard2Series: card("2223003122003222", ["mastercard"]),
  /** 15 digits, and a security code of four. */
  amex: card("378282246310005", ["amex"]),
  discover: card("6011111111111117", ["discover"]),
  /** 14 digits. */
  diners: card("30569309025904", ["diners"]),
  jcb: card("3530111333300000", ["jcb"]),
  unionpay: card("6200000000000005", ["unionpay"]),
  unionpayDebit: card("6200000000000047", ["unionpay"]),
  maestro: card("6759649826438453", ["maestro"]),
  /** 19 digits. */
  maestro19: card("6799990100000000019", ["maestro"]),
  mir: card("2200000000000004", ["mir"]),
  elo: card("6362970000457013", ["elo"]),
  hipercard: card("6062826786276634", ["hipercard"]),
  troy: card("9792030394440796", ["troy"]),
  dankort: card("5019717010103742", ["dankort"]),
  /** Two schemes on one card: the shopper may choose. */
  cobadged: card("4000002500001001", ["cartes_bancaires", "visa"]),
  cobadgedMastercard: card("5555552500001001", ["cartes_bancaires", "mastercard"]),
  bancontact: card("6703444444444449", ["bancontact", "maestro"]),

  /** Declined without a reason. */
  declined: declined("4000000000000002", "visa", "declined"),
  insufficientFunds: declined("4000000000009995", "visa", "insufficient_funds"),
  /** Its bank says that it has expired, whatever date was typed. */
  expiredCard: declined("4000000000000069", "visa", "expired_card"),
  /** Its bank says that the security code is wrong, whatever was typed. */
  incorrectCode: declined("4000000000000127", "visa", "incorrect_code"),
  /** Right by its check digit, but none that the sandbox knows: what a real card typed by mistake comes to. */
  unknown: declined("6011981111111113", "discover", "not_a_test_card"),
  /** Its bank never answers: `pay` resolves to `acquirer_timeout` once the vault has given it up. */
  silent: card("4000000000000119", ["visa"], { status: "failed", code: "acquirer_timeout" }),
} as const satisfies Record<string, TestCard>;
