import type { CardOptions } from "./types.js";

/** The options that a card form is made with. Another form takes its place when one of them changes. */
const fixed = [
  "cardholder",
  "country",
  "postalCode",
  "defaultCountry",
  "preferredBrands",
  "showTotal",
  "timeout",
] as const;

/** Whether the form that was made with the options before may go on with those after. */
export function keepsForm(before: CardOptions, after: CardOptions): boolean {
  return fixed.every((name) => String(before[name]) === String(after[name]));
}
