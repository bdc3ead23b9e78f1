import type { ProblemCode } from "../src/errors.js";
import type { Field } from "../src/types.js";

/** What the frame says in one language: short, polite, and as good shops of that language say it. */
export interface Catalogue {
  /** Left out where the language is written from left to right. */
  direction?: "rtl";
  /** The name of the frame, for people who hear the page. */
  title: string;
  /** The inputs' labels, where the page gives no others. */
  labels: Record<Field | "country" | "postalCode", string>;
  /** The placeholder of the expiry date. Month first, whatever the language: cards have it so. */
  expiry: string;
  /** What the shopper reads, and hears, about each problem: what is wrong and so what to do. */
  problems: Record<
    ProblemCode | "country_required" | "postal_code_required" | "postal_code_incomplete" | "postal_code_invalid",
    string
  >;
  /** Where the security code is on most cards, and on American Express. */
  codeOnBack: string;
  codeOnFront: string;
  /** Above the choice between the two brands of a card. */
  brandChoice: string;
  /** Beside the lock. */
  sealed: string;
  /** The name of the button that shows {@link sealed}. */
  protection: string;
  /** For people who hear the page, until the fields are there. */
  loading: string;
}
