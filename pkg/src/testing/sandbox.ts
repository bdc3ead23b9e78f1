import type { Brand } from "../types.js";
import { type TestCard, type TestPayment, testCards } from "./cards.js";

/** What the vault's sandbox approves beside {@link testCards} (`vault/src/acquirer/sandbox.rs`; a test compares them). */
const approved: Record<string, Brand> = {
  "4111111111111111": "visa",
  "4012888888881881": "visa",
  "371449635398431": "amex",
  "6011000990139424": "discover",
  "38520000023237": "diners",
  "3566002020360505": "jcb",
  "6062828888666688": "hipercard",
};

const known = new Map<string, { brands: readonly Brand[]; payment: TestPayment }>([
  ...Object.values<TestCard>(testCards).map((card) => [card.number, card] as const),
  ...Object.entries(approved).map(
    ([number, brand]) => [number, { brands: [brand], payment: { status: "approved" } as const }] as const,
  ),
]);

/** The numbers that the sandbox has an answer for. */
export const knownNumbers: readonly string[] = [...known.keys()];

/** A card as it stands in an envelope (docs/protocol.md, "Envelope"). */
export interface OpenedCard {
  number: string;
  exp_month: number;
  exp_year: number;
  code: string;
  name?: string;
  brand?: Brand;
  country?: string;
  postal_code?: string;
}

/** For numbers that are no test card's, by their first digits, roughly: the module in the frame has the whole table. */
const ranges: [RegExp, Brand][] = [
  [/^4/, "visa"],
  [/^(5[1-5]|2[2-7])/, "mastercard"],
  [/^3[47]/, "amex"],
  [/^35/, "jcb"],
  [/^3/, "diners"],
  [/^62/, "unionpay"],
  [/^6(011|4|5)/, "discover"],
];

/** The scheme, chosen or the number's own; `null` where it is not known. */
export function brandOf({ number, brand }: OpenedCard): Brand | null {
  return brand ?? known.get(number)?.brands[0] ?? ranges.find(([range]) => range.test(number))?.[1] ?? null;
}

/** What a payment with a card comes to, as the vault's sandbox decides it. */
export function answerOf({ number, exp_month, exp_year }: OpenedCard): TestPayment {
  const payment = known.get(number)?.payment ?? { status: "declined", declineCode: "not_a_test_card" };
  if (payment.status !== "approved") return payment;
  // Good to the end of its month.
  const hasExpired = Date.now() >= Date.UTC(exp_year, exp_month);
  return hasExpired ? { status: "declined", declineCode: "expired_card" } : payment;
}
