import type { ErrorCode, ProblemCode } from "./errors.js";

/** The inputs of a card element. `name`, `country` and `postalCode` are there only where they are asked for. */
export type Field = "number" | "expiry" | "code" | "name" | "country" | "postalCode";

/** A card scheme. A newer vault may report one that this version does not list. */
export type Brand =
  | "visa"
  | "mastercard"
  | "amex"
  | "discover"
  | "diners"
  | "jcb"
  | "unionpay"
  | "maestro"
  | "mir"
  | "elo"
  | "hipercard"
  | "rupay"
  | "troy"
  | "verve"
  | "dankort"
  | "cartes_bancaires"
  | "bancontact";

/** What a page may know of one input: never what was typed. */
export interface FieldState {
  /** Nothing has been typed. */
  empty: boolean;
  /** The value is one that can be submitted. */
  complete: boolean;
  /** How much has been typed: digits for number, expiry and code; characters for the others. */
  length: number;
  /** What is wrong, once that is certain; `null` while the value is right or may still become so. */
  problem: ProblemCode | null;
}

/** What a page may know of the card as it is typed. */
export interface CardState {
  /** Every input holds a value that can be submitted: `tokenize` may be called. */
  complete: boolean;
  /** Nothing has been typed into any input. */
  empty: boolean;
  /** The scheme, once the digits tell it. */
  brand: Brand | null;
  /** Every scheme the digits allow, most specific first: more than one for a co-badged card. */
  brands: Brand[];
  /**
   * The schemes of a co-badged card between which the shopper may choose, most specific first; empty where there is no
   * choice. Two schemes that merely share a prefix are none: the card is of one of them.
   */
  brandChoices: Brand[];
  /**
   * The scheme of `brandChoices` that is sealed with the card: the one the shopper chose, else the merchant's most
   * preferred. `null` where there is no choice or nobody chose; then the card is paid with as `brand`.
   */
  chosenBrand: Brand | null;
  /** What the scheme calls its security code: "CVC", "CVV", "CID", … */
  codeName: string;
  /** How many digits the scheme's security code has. */
  codeLength: number;
  /** The last four digits, once the number is valid. */
  last4: string | null;
  /** Each input. One that is not asked for is empty and complete; so is `postalCode` in a country without postal codes. */
  fields: Record<Field, FieldState>;
}

/** What a card form reports while the shopper uses it. */
export type CardEvent =
  | { type: "change"; state: CardState }
  | { type: "focus" | "blur"; field: Field }
  | { type: "submit" }
  | { type: "progress"; step: Step }
  | { type: "total"; payee: string; amount: number; minorUnits: number; currency: string };

/**
 * The steps of `tokenize`, in their order:
 *
 * - `verifying`: the order's signature is checked;
 * - `sealing`: the card is sealed, and this device signs that card and order belong together;
 * - `sending`: the vault is asked for a token;
 * - `checking`: the vault's receipt is checked.
 *
 * `sealing` and `sending` come again where a card has to be sealed anew, for a new key of the vault or a wrong clock.
 */
export type Step = "verifying" | "sealing" | "sending" | "checking";

/** Why a call failed. */
export interface Failure {
  /** Stable; see docs/errors.md. */
  code: ErrorCode;
  /** For people, in English; may change between versions. Never holds card data or secrets. */
  message: string;
  /** The same call may succeed if it is simply made again. */
  retryable: boolean;
  /** The input that has to be corrected, where there is one; the shopper has been brought to it. */
  field?: Field;
}

/** A sealed card, swapped for a token. */
export interface Tokenized {
  /** Tells it from a failure. */
  ok: true;
  /** `tok_…`: pays once, for the order it was made with. */
  token: string;
  /** The card's scheme; where it has two, the one the shopper chose or the more specific. `null` where the vault knows none. */
  brand: Brand | null;
  /** The card's last four digits. */
  last4: string;
  /** Month of expiry, 1 to 12. */
  expMonth: number;
  /** Year of expiry, four digits. */
  expYear: number;
  /** When the token stops working, in Unix seconds. */
  expires: number;
  /** What left the browser: a JWE that only the vault can open. */
  envelope: string;
  /** A JWS of the shopper's device over order and envelope: proof that both belong together. Keep it with the order. */
  dualSignature: string;
  /** A JWS of the vault: what it took, for which order. Verified already; `verifyReceipt` of `cardseal/server` does again. */
  receipt: string;
}

/** What `tokenize` resolves to: tell the two apart by `ok`. */
export type TokenizeResult = Tokenized | { ok: false; error: Failure };

/** What `on` can listen to, and what its listener is given. */
export interface CardEvents {
  /** The shopper can type, and `tokenize` can be called. Once for each time the fields load. */
  ready: CardState;
  /** Something typed, corrected or cleared changed the state. */
  change: CardState;
  /** An input has the focus now. */
  focus: { field: Field };
  /** An input lost the focus. */
  blur: { field: Field };
  /** The shopper pressed Enter in an input. */
  submit: undefined;
  /** A `tokenize` has come to a step: for the label of a button. */
  progress: { step: Step };
  /** The fields are there, but a value of their look is none, or their language did not load: they stay as they were. */
  optionserror: OptionsError;
  /**
   * The fields did not load; `mount` may be called again. Comes within the load time-out, instead of `ready`. What may
   * pass (a dropped connection, a vault that restarts) has been tried again by then.
   */
  loaderror: LoadError;
}

/**
 * Why the card fields did not load, in one word:
 *
 * - `csp`: the page's content security policy does not allow the vault's frame (`frame-src`);
 * - `offline`: the browser has no connection;
 * - `timeout`: nothing came in time;
 * - `version`: page and vault are of versions that do not go together;
 * - `origin`: the page has no origin of its own, as in a sandboxed frame, or one that may not take payments;
 * - `blocked`: something else is in the way: the vault is down, does not know the merchant, does not list the page's
 *   origin, or an extension stepped in; and whatever leaves the vault's keys unknown or not to be trusted.
 */
export type LoadCause = "blocked" | "offline" | "csp" | "timeout" | "version" | "origin";

/** What a page asked for and the frame could not read. */
export interface OptionsError {
  /** Always the same word. */
  cause: "options_invalid";
  /** Which member is wrong: `appearance.variables.colorPrimary`; or `locale`, if it did not load. */
  member: string;
}

/** Why the card fields did not load. */
export interface LoadError {
  /** One of six words, for the page to act by. */
  cause: LoadCause;
  /** Stable and precise, for a log: `merchant_unknown`, `directory_untrusted`, …; see docs/errors.md. */
  code: ErrorCode;
  /** For people, in English; may change between versions. */
  message: string;
}

/**
 * A language tag of BCP 47, such as `de-AT`. Those listed are the languages of the card fields; any other tag is looked up
 * among them (RFC 4647, section 3.4), and is English where that finds none.
 */
export type Locale =
  | "ar"
  | "cs"
  | "de"
  | "en"
  | "es"
  | "fr"
  | "he"
  | "hi"
  | "it"
  | "ja"
  | "ko"
  | "nl"
  | "pl"
  | "pt"
  | "sv"
  | "tr"
  | "zh-Hans"
  | "zh-Hant"
  | (string & {});

/** The sides of the look that a page can set by one value each: see docs/styling.md. */
export type Variable =
  | "colorPrimary"
  | "colorText"
  | "colorTextMuted"
  | "colorBackground"
  | "colorField"
  | "colorBorder"
  | "colorDanger"
  | "colorSuccess"
  | "fontFamily"
  | "fontSize"
  | "fontWeight"
  | "borderRadius"
  | "spacing"
  | "fieldHeight";

/** What a rule of {@link Appearance} may set: the CSS property of that name. */
export type RuleProperty =
  | "backgroundColor"
  | "border"
  | "borderColor"
  | "borderRadius"
  | "borderStyle"
  | "borderWidth"
  | "boxShadow"
  | "caretColor"
  | "color"
  | "fontFamily"
  | "fontSize"
  | "fontStyle"
  | "fontWeight"
  | "letterSpacing"
  | "lineHeight"
  | "outline"
  | "padding"
  | "paddingBlock"
  | "paddingInline"
  | "textDecoration"
  | "textTransform";

/** What the card fields look like. The frame reads each value; one that it does not know is reported as `optionserror`. */
export interface Appearance {
  /** `auto` is `plain`, or `night` where the shopper prefers dark colours. Default: `"auto"`. */
  theme?: "plain" | "outline" | "night" | "auto";
  /** Colours, fonts and measures of the theme. Sizes are in CSS pixels, such as `"12px"`. */
  variables?: Partial<Record<Variable, string>>;
  /** By part and state, such as `field:focus` or `input::placeholder`; docs/styling.md lists them. */
  rules?: Record<string, Partial<Record<RuleProperty, string>>>;
}

/**
 * How the fields are arranged: `rows`, the number above expiry and code; `line`, the three beside each other where there is
 * room; `stacked`, one below the other; or areas of a grid, in which every field that is asked for has its place.
 */
export type Layout =
  | "line"
  | "rows"
  | "stacked"
  | {
      /** A row each, of the fields' names: `["number number", "expiry code"]`, or a dot for a place left empty. At most 8 rows of 4 columns. */
      areas: string[];
      /** The columns' widths, `"2fr"` or `"96px"`. Default: `"1fr"` each. */
      columns?: string[];
    };

/** A web font for the frame, which does not see the page's own. */
export interface Font {
  /** The name by which `fontFamily` asks for it: letters, digits, spaces and hyphens. */
  family: string;
  /** Where the file is: an `https` address, whose server must allow the vault's origin (CORS). */
  src: string;
  /** As in `@font-face`, such as `"700"` or `"100 900"`. Default: `"normal"`. */
  weight?: string;
  /** As in `@font-face`. Default: `"normal"`. */
  style?: string;
  /** As in `@font-face`, such as `"U+0-FF"`. Default: every character. */
  unicodeRange?: string;
}

/** What the card form looks like and how long it may take. */
export interface CardOptions {
  /** What the fields look like: see {@link Appearance}. */
  appearance?: Appearance;
  /** Web fonts to load in the frame, at most 8 from at most 4 origins. Those of an origin that was not named at `mount` do not load. */
  fonts?: Font[];
  /** How the fields are arranged: see {@link Layout}. Default: `"rows"`. */
  layout?: Layout;
  /** Ask for the cardholder's name too. Default: `false`. */
  cardholder?: boolean;
  /** Ask for the country of the billing address. It is sealed with the card; the page does not learn it. Default: `false`. */
  country?: boolean;
  /**
   * Ask for the postal code of the billing address, by the rules of the country; hidden where the country has none. It is
   * sealed with the card. Default: `false`.
   */
  postalCode?: boolean;
  /**
   * The country that is chosen from the start, an ISO 3166-1 code such as `"DE"`. Where `country` is not asked for, a postal
   * code is judged by its rules. Default: none.
   */
  defaultCountry?: string;
  /**
   * The language of labels and messages, and of the total. Default: `"auto"`, the first of the shopper's browser's languages
   * that the card fields have.
   */
  locale?: "auto" | Locale;
  /**
   * The schemes to preselect on a co-badged card (Cartes Bancaires and Visa, say), most preferred first, at most 16. The
   * shopper may always choose the other one (Regulation (EU) 2015/751, article 8(6)). Default: none is preselected.
   */
  preferredBrands?: Brand[];
  /** The inputs' labels, in place of those of the language; each at most 128 characters. */
  labels?: Partial<Record<Field, string>>;
  /** The inputs' placeholders; each at most 128 characters. */
  placeholders?: Partial<Record<Field, string>>;
  /**
   * Show the shopper, inside the frame, whom and how much the signed order pays: there the page cannot alter it.
   * `tokenize` then refuses an order of another total than was shown (`total_changed`), and shows it. Default: `false`.
   */
  showTotal?: boolean;
  /** The signed order to show the total of; `tokenize` still needs to be given it. */
  order?: string;
  /** How long `tokenize` may take over the network, in milliseconds, 1 to 120000. Default: 15000. */
  timeout?: number;
}
