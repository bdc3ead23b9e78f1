import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { errorCodes } from "../src/errors.js";
import type { DeclineCode } from "../src/server/vault.js";
import { loadShopperMessages } from "../src/shopper/index.js";
import { english, textOf } from "../src/shopper/texts.js";

const locales = new URL("../src/shopper/locales/", import.meta.url);
const tags = readdirSync(locales).map((name) => name.replace(/\.ts$/, ""));
const catalogue = JSON.parse(readFileSync(new URL("../../docs/errors.json", import.meta.url), "utf8"));

/** Letters that texts of a language have, and those of another script have not. */
const scripts: Record<string, RegExp> = {
  ar: /\p{Script=Arabic}/u,
  he: /\p{Script=Hebrew}/u,
  hi: /\p{Script=Devanagari}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  ko: /\p{Script=Hangul}/u,
  "zh-Hans": /\p{Script=Han}/u,
  "zh-Hant": /\p{Script=Han}/u,
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.doUnmock("../src/shopper/locales/de.js");
  vi.resetModules();
});

describe("the languages", () => {
  it("are the fifteen beside English", () => {
    const all = "ar de es fr he hi it ja ko nl pl pt tr zh-Hans zh-Hant".split(" ");
    expect(tags.toSorted()).toEqual(all);
  });

  it.each(tags)("%s has each text of English and no other, in its own words and script", async (tag) => {
    const { default: texts } = await import(`../src/shopper/locales/${tag}.ts`);
    expect(Object.keys(texts)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries<string>(texts)) {
      expect(text, key).toMatch(/[.。।]$/);
      expect(text, key).not.toBe(english[key as keyof typeof english]);
      expect(text, key).toMatch(scripts[tag] ?? /\p{Script=Latin}/u);
    }
    expect(new Set(Object.values(texts)).size).toBe(Object.keys(english).length);
  });

  it.each(tags)("%s is loaded by its own name", async (tag) => {
    const messages = await loadShopperMessages(tag);
    const { default: texts } = await import(`../src/shopper/locales/${tag}.ts`);
    expect(messages.locale).toBe(tag);
    expect(messages.of("network")).toBe(texts.unreachable);
  });
});

describe("loadShopperMessages", () => {
  it.each([
    ["de-AT", "de"],
    ["DE", "de"],
    ["pt-BR", "pt"],
    ["zh", "zh-Hans"],
    ["zh-TW", "zh-Hant"],
    ["zh-HK", "zh-Hant"],
    ["zh-Hant-SG", "zh-Hant"],
    ["iw", "he"],
    ["en-GB", "en"],
    ["fi", "en"],
    ["", "en"],
    ["not a tag", "en"],
  ])("takes %s to be %s", async (asked, locale) => {
    expect((await loadShopperMessages(asked)).locale).toBe(locale);
  });

  it("goes by the page, then the browser, then speaks English", async () => {
    expect((await loadShopperMessages()).locale).toBe("en");
    vi.stubGlobal("navigator", { language: "fr-CA" });
    expect((await loadShopperMessages()).locale).toBe("fr");
    vi.stubGlobal("document", { documentElement: { lang: "it" } });
    expect((await loadShopperMessages()).locale).toBe("it");
  });

  it("speaks English where a language cannot be fetched", async () => {
    vi.resetModules();
    vi.doMock("../src/shopper/locales/de.js", () => {
      throw new TypeError("Failed to fetch");
    });
    const { loadShopperMessages } = await import("../src/shopper/index.js");
    const messages = await loadShopperMessages("de");
    expect([messages.locale, messages.of("offline")]).toEqual(["en", english.offline]);
  });

  it("has something to say about every code, the same in each language as the catalogue says", async () => {
    const { of } = await loadShopperMessages("en");
    for (const { code, shopper } of catalogue.sections.flatMap(({ codes }: { codes: unknown[] }) => codes)) {
      expect(of(code), code).toBe(catalogue.shopper[shopper]);
    }
    for (const code of [...errorCodes, "a_code_of_the_future", "constructor", ""]) expect(of(code)).toMatch(/\.$/);
    expect(of("constructor")).toBe(english.generic);
  });

  it("knows each reason of a bank", async () => {
    const each: Record<DeclineCode, true> = {
      declined: true,
      insufficient_funds: true,
      expired_card: true,
      incorrect_code: true,
      not_a_test_card: true,
    };
    expect(Object.keys(catalogue.declines)).toEqual(Object.keys(each));
    for (const code of Object.keys(each)) expect(textOf[code]).toBe(catalogue.declines[code]);
  });

  it("promises that nothing was charged only where no payment can have been made", () => {
    const promises = Object.entries(english).filter(([, text]) => text.includes("nothing was charged"));
    expect(promises.map(([key]) => key)).toEqual(["bank_too_slow", "not_safe"]);
  });
});
