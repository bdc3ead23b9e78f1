import type { Field } from "../src/types.js";

// What is the same in every language; the rest is in locales/.

/** The placeholders, where the page gives no others. That of the code is the brand's name for it. */
export const placeholders: Record<Exclude<Field, "expiry">, string> = {
  number: "1234 1234 1234 1234",
  code: "",
  name: "",
  country: "",
  postalCode: "",
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
