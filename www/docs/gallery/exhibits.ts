import type { CardOptions, Field, Layout, Locale } from "cardseal";
import type { BrowserState } from "../specimen/specimen.ts";

/** The themes, and the ground that each is made for. */
export const themes = { plain: "light", outline: "light", night: "dark", auto: "auto" } as const;

export type Theme = keyof typeof themes;

/** Each way to arrange the fields, by the name that the page has for it. */
export const layouts = ["rows", "line", "stacked", "areas"] as const;

export type LayoutName = (typeof layouts)[number];

/** One card element of the gallery. */
export interface Exhibit {
  title: string;
  lang?: string;
  options: CardOptions;
  /** What is filled in, field by field. */
  typed?: Partial<Record<Field, string>>;
  /** The shopper is still at it: nothing says yet that it is not whole. */
  isTyping?: true;
  /** What is shown as if the browser had brought it about. */
  pretended?: { state: BrowserState; selector: string };
  /** The help is opened. */
  opened?: true;
  /** As it is until the fields have loaded. */
  isLoading?: true;
}

const address = { cardholder: true, country: true, postalCode: true, defaultCountry: "DE" };

/** The states that a theme and a layout are shown in: few, since each is a picture that tests compare with. */
const states: (Omit<Exhibit, "options"> & { options?: CardOptions })[] = [
  { title: "Empty" },
  { title: "Loading", isLoading: true },
  {
    title: "Complete, with a total",
    typed: { number: "378282246310005", expiry: "12/34", code: "1234" },
    options: { showTotal: true },
  },
  {
    title: "Two brands on one card, with the focus, and the help open",
    typed: { number: "4000002500001001" },
    isTyping: true,
    pretended: { state: ":focus-within", selector: '[data-field="number"]' },
    opened: true,
    options: { preferredBrands: ["cartes_bancaires"] },
  },
  {
    title: "With name, country and postal code, filled in by the browser",
    typed: { number: "5555555555554444", expiry: "12/34", code: "123", name: "Ada Lovelace", postalCode: "10115" },
    pretended: { state: ":autofill", selector: "input" },
    options: address,
  },
  {
    title: "With problems",
    typed: { number: "4242424242424241", expiry: "12/34", code: "123", name: "Ada Lovelace", postalCode: "1011" },
    options: address,
  },
];

/** What is shown of a theme in a layout: each state. */
export function exhibitsOf(theme: Theme, layout: LayoutName): Exhibit[] {
  return states.map(({ options = {}, ...state }) => ({
    ...state,
    options: { locale: "en", appearance: { theme }, layout: arranged(layout, options.cardholder), ...options },
  }));
}

const languages: Locale[] = [
  ...["en", "ar", "cs", "de", "es", "fr", "he", "hi", "it", "ja", "ko", "nl", "pl", "pt", "sv", "tr"],
  ...["zh-Hans", "zh-Hant"],
];

/** Each language, with the labels of all fields and a problem. */
export const exhibitsOfLanguages: Exhibit[] = languages.map((locale) => ({
  title: `${new Intl.DisplayNames("en", { type: "language" }).of(locale)} (${locale})`,
  typed: { number: "4242424242424241" },
  options: {
    locale,
    appearance: { theme: "plain" },
    showTotal: true,
    ...address,
  },
}));

function arranged(name: LayoutName, isWhole = false): Layout {
  if (name !== "areas") return name;
  const rest = isWhole ? ["name name", "postalCode country"] : [];
  return { areas: ["number number", "code expiry", ...rest], columns: ["2fr", "3fr"] };
}
