import type { ProblemCode } from "../src/errors.js";
import type { Field } from "../src/types.js";

/** The labels of the inputs, where the page gives no others. */
export const labels: Record<Field, string> = {
  number: "Card number",
  expiry: "Expiry date",
  code: "Security code",
  name: "Name on card",
};

/** The placeholders, where the page gives no others. That of the code is the brand's name for it. */
export const placeholders: Record<Field, string> = {
  number: "1234 1234 1234 1234",
  expiry: "MM / YY",
  code: "",
  name: "",
};

/** What the shopper reads, and hears, about each problem: what is wrong and so what to do. */
export const problems: Record<ProblemCode, string> = {
  number_required: "Enter your card number.",
  number_incomplete: "The card number is not complete.",
  number_too_long: "The card number has too many digits.",
  number_invalid: "The card number is not right. Check the digits.",
  expiry_required: "Enter the expiry date.",
  expiry_incomplete: "The expiry date is not complete. Use month and year, as on the card.",
  expiry_invalid: "The expiry date is not right. Use month and year, as on the card.",
  expiry_past: "This card has expired.",
  expiry_too_far: "The expiry year is too far ahead.",
  code_required: "Enter the security code.",
  code_incomplete: "The security code is not complete.",
  code_invalid: "The security code is not right for this card.",
  name_required: "Enter the name on the card.",
  name_too_long: "The name is too long.",
  name_invalid: "Enter the name as it is on the card, without numbers.",
};

/** Brands without a drawn mark have their name as a badge. */
export const badges: Record<string, string> = {
  mir: "Mir",
  elo: "Elo",
  hipercard: "Hiper",
  rupay: "RuPay",
  troy: "Troy",
  verve: "Verve",
  dankort: "Dankort",
  cartes_bancaires: "CB",
  bancontact: "Banco",
};

/** Names of the brands, for people who hear the form. */
export const brandNames: Record<string, string> = {
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
