/**
 * What to tell a shopper about a code, in the shopper's language: what happened, and what to do now.
 *
 * Apart from the core, so that only pages that show these texts carry them, and of those each only English and one
 * other language.
 *
 * @packageDocumentation
 */
import { english, type ShopperTexts, textOf } from "./texts.js";

/** Every language but English, which is here already: it is what is left where another cannot be fetched. */
const others: Record<string, (() => Promise<{ default: ShopperTexts }>) | undefined> = {
  ar: () => import("./locales/ar.js"),
  de: () => import("./locales/de.js"),
  es: () => import("./locales/es.js"),
  fr: () => import("./locales/fr.js"),
  he: () => import("./locales/he.js"),
  hi: () => import("./locales/hi.js"),
  it: () => import("./locales/it.js"),
  ja: () => import("./locales/ja.js"),
  ko: () => import("./locales/ko.js"),
  nl: () => import("./locales/nl.js"),
  pl: () => import("./locales/pl.js"),
  pt: () => import("./locales/pt.js"),
  tr: () => import("./locales/tr.js"),
  "zh-Hans": () => import("./locales/zh-Hans.js"),
  "zh-Hant": () => import("./locales/zh-Hant.js"),
};

/** The texts of one language. */
export interface ShopperMessages {
  /** The language (BCP 47), for the attribute `lang` of where the texts stand: `en` where there are no others. */
  readonly locale: string;
  /**
   * What to tell the shopper about a code: `error.code` of a result, `code` of `loaderror`, or `declineCode` of a payment.
   * Of a code that it does not know, something that fits all.
   */
  of(code: string): string;
}

/**
 * Loads the texts of a language, ahead of the first error: a browser that has gone offline cannot load them any more.
 *
 * @param locale A language tag (BCP 47), such as `de-AT` or `zh-HK`. Default: the page's `<html lang>`, or else the
 * browser's language. English takes the place of one that there is none of, or that cannot be fetched; never rejects.
 */
export async function loadShopperMessages(locale: string = pageLocale()): Promise<ShopperMessages> {
  const tag = languageOf(locale);
  const loaded = await others[tag]?.().catch(() => undefined);
  const texts = loaded?.default ?? english;
  return {
    locale: loaded ? tag : "en",
    of: (code) => texts[(Object.hasOwn(textOf, code) && textOf[code]) || "generic"],
  };
}

function pageLocale(): string {
  return (typeof document !== "undefined" && document.documentElement.lang) || globalThis.navigator?.language || "en";
}

/** The language of a tag; with its script where there are two to choose from: `zh-TW` is `zh-Hant`. */
function languageOf(locale: string): string {
  try {
    const { language, script } = new Intl.Locale(locale).maximize();
    return language === "zh" ? `zh-${script}` : language;
  } catch {
    // Not a tag.
    return "en";
  }
}
