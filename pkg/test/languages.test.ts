import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Catalogue } from "../frame/catalogue.js";
import { loadLanguage } from "../frame/language.js";
import { parseCardOptions } from "../src/messages.js";

const modules = import.meta.glob<{ default: Catalogue }>("../frame/locales/*.ts", { eager: true });
const catalogues = new Map(
  Object.entries(modules).map(([path, module]) => [path.replace(/^.*\/|\.ts$/g, ""), module.default]),
);
const english = catalogues.get("en") as Catalogue;

/** Every text of a catalogue, by the path of its key. */
function texts(catalogue: object, path = ""): Map<string, string> {
  return new Map(
    Object.entries(catalogue).flatMap(([key, value]) =>
      typeof value === "string" ? [[path + key, value] as const] : [...texts(value, `${path + key}.`)],
    ),
  );
}

/** The text of each key, but for the direction, which is none. */
function ofShopper(catalogue: Catalogue): [string, string][] {
  return [...texts(catalogue)].filter(([key]) => key !== "direction");
}

const expected = texts(english);

describe.each([...catalogues])("the catalogue %s", (tag, catalogue) => {
  const all = ofShopper(catalogue);

  it("has a text for each key, and no other", () => {
    expect(all.map(([key]) => key).sort()).toEqual([...expected.keys()].sort());
    expect(all.filter(([, text]) => !text.trim())).toEqual([]);
  });

  it("has no space at the ends, none twice, and no character that is not text", () => {
    expect(all.filter(([, text]) => text !== text.trim() || /\s\s|[\p{Cc}\ufffd]/u.test(text))).toEqual([]);
    expect(all.filter(([, text]) => text !== text.normalize("NFC"))).toEqual([]);
  });

  it("has the placeholders of English", () => {
    const placeholders = (text = "") => (text.match(/\{\w*\}?|\}/g) ?? []).sort();
    for (const [key, text] of all) expect(placeholders(text), key).toEqual(placeholders(expected.get(key)));
  });

  it("is as long as it may be", () => {
    const limits: [RegExp, number][] = [
      [/^(title|labels\..+|protection|loading|brandChoice)$/, 32],
      [/^expiry$/, 7],
      [/^problems\./, 100],
      [/^codeOn/, 48],
      [/^sealed$/, 90],
    ];
    for (const [key, text] of all) {
      const [, most] = limits.find(([pattern]) => pattern.test(key)) ?? [];
      expect(text.length, `${key}: ${text}`).toBeLessThanOrEqual(most ?? 0);
      // Chinese says in a third of the letters what English does.
      expect(text.length * 6, `${key}: ${text}`).toBeGreaterThanOrEqual(expected.get(key)?.length ?? 0);
    }
  });

  it("ends each message, and no label, with a full stop", () => {
    for (const [key, text] of all) {
      expect(/[.。।]$/.test(text), `${key}: ${text}`).toBe(/^(problems\.|sealed$)/.test(key));
    }
  });

  it("is written in its script", () => {
    const scripts: Record<string, RegExp> = {
      ar: /\p{Script=Arabic}/u,
      he: /\p{Script=Hebrew}/u,
      hi: /\p{Script=Devanagari}/u,
      ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
      ko: /\p{Script=Hangul}/u,
      "zh-Hans": /\p{Script=Han}/u,
      "zh-Hant": /\p{Script=Han}/u,
    };
    const script = scripts[tag] ?? /\p{Script=Latin}/u;
    const isLatin = !scripts[tag];
    for (const [key, text] of all) {
      if (key === "expiry") continue;
      expect(text, key).toMatch(script);
      if (!isLatin) expect(text, key).not.toMatch(/\p{Script=Latin}/u);
    }
    expect(catalogue.direction).toBe(/^(ar|he)$/.test(tag) ? "rtl" : undefined);
  });

  it.skipIf(tag === "en")("leaves nothing in English", () => {
    // Words that are the same in both languages, or that people there take from English.
    const same = new Set(["expiry"]);
    const left = all.filter(([key, text]) => !same.has(key) && text === expected.get(key));
    expect(left).toEqual([]);
    const words = /\b(the|your|card|number|enter|check|digits|not|year|month)\b/i;
    expect(all.filter(([, text]) => words.test(text))).toEqual([]);
  });
});

it.each([
  ["the type Locale", "../src/types.ts", /^export type Locale =\n([\s\S]*?);$/m, /"([\w-]+)"/g],
  ["docs/languages.md", "../../docs/languages.md", /^\| tag [^\n]*\n([\s\S]*?)\n\n/m, /^\| `([\w-]+)`/gm],
])("%s names each language", async (_, path, part, tag) => {
  const text = await readFile(new URL(path, import.meta.url), "utf8");
  const [, list] = text.match(part) ?? [];
  expect([...(list ?? "").matchAll(tag)].map(([, tag]) => tag)).toEqual([...catalogues.keys()].sort());
});

describe("loadLanguage", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ["de", "de"],
    ["de-AT", "de"],
    ["DE-ch-1996", "de"],
    ["de-Latn-DE-u-co-phonebk", "de"],
    ["zh", "zh-Hans"],
    ["zh-CN", "zh-Hans"],
    ["zh-SG", "zh-Hans"],
    ["zh-TW", "zh-Hant"],
    ["zh-HK", "zh-Hant"],
    ["zh-MO", "zh-Hant"],
    ["zh-Hans-HK", "zh-Hans"],
    ["zh-Hant-CN", "zh-Hant"],
    ["cmn-TW", "zh-Hant"],
    ["pt", "pt"],
    ["pt-BR", "pt"],
    ["pt-PT", "pt"],
    ["iw-IL", "he"],
    ["ar-EG", "ar"],
    ["es-419", "es"],
    ["en-GB", "en"],
    ["tlh", "en"],
    ["und", "en"],
    ["x-private", "en"],
    ["not a tag", "en"],
    ["", "en"],
  ])("of %j is %s", async (locale, tag) => {
    const language = await loadLanguage(locale);
    expect(language?.tag).toBe(tag);
    expect(language?.texts).toBe(catalogues.get(tag));
  });

  it.each([
    [["de-CH", "en"], "de", "de-CH"],
    [["tlh", "de", "en"], "de", "de"],
    [["en-GB", "de"], "en", "en-GB"],
    [["zh-HK", "en"], "zh-Hant", "zh-HK"],
    [["fr-CA", "fr", "de"], "fr", "fr-CA"],
    [["tlh"], "en", "en"],
    [[], "en", "en"],
  ])("of a browser that prefers %j is %s, with numbers as in %s", async (languages, tag, region) => {
    vi.stubGlobal("navigator", { languages });
    expect(await loadLanguage()).toMatchObject({ tag, region });
    expect(await loadLanguage("auto")).toMatchObject({ tag, region });
  });
});

describe("the option locale", () => {
  it.each(["auto", "de", "DE-at", "iw", "zh-hant-hk", "tlh", "de-u-nu-latn"])("takes %s", (locale) => {
    expect(parseCardOptions({ locale })).toEqual({ locale });
  });

  it.each([
    "",
    "de_DE",
    "AUTO",
    "deutsch land",
    "d",
    "de-",
    1,
    null,
    {},
    ["de"],
    "x".repeat(9),
    `de-${"x".repeat(70)}`,
  ])("refuses %j", (locale) => {
    expect(parseCardOptions({ locale })).toBeUndefined();
  });
});
