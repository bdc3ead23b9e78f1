import type { Catalogue } from "./catalogue.js";
import { loadCatalogue } from "./catalogues.js";
import texts from "./locales/en.js";

/** A language that the frame speaks. */
export interface Language {
  /** The tag of its catalogue, such as `zh-Hant`. */
  tag: string;
  /** The tag that was asked for, such as `zh-HK`: numbers are written as they are there. */
  region: string;
  texts: Catalogue;
}

/** The language of those whose own is not here; part of the script, so that it is there whatever fails to load. */
export const english: Language = { tag: "en", region: "en", texts };

/**
 * Loads the first language of a page's, or of the shopper's browser, that has a catalogue; English if none has.
 * `undefined` if it does not load.
 */
export async function loadLanguage(locale = "auto"): Promise<Language | undefined> {
  try {
    for (const region of locale === "auto" ? navigator.languages : [locale]) {
      // Without Intl, which takes several milliseconds when it is first asked.
      if (/^en\b/i.test(region)) return { ...english, region };
      const tag = lookUp(region);
      const texts = await loadCatalogue(tag);
      if (texts) return { tag, region, texts };
    }
    return english;
  } catch {
    // Nothing came over the network.
    return undefined;
  }
}

/**
 * The tag of the catalogue for a tag of BCP 47, whether or not there is one: lookup as in RFC 4647, section 3.4, where what
 * decides is the language and, for Chinese, the script, which follows from the region where it is not given.
 */
function lookUp(tag: string): string {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return language === "zh" ? `zh-${script}` : language;
  } catch {
    return tag; // Not one of BCP 47.
  }
}
