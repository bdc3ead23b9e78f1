import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatAmount, formatMinorUnits } from "../src/amount.js";
import { isCurrency } from "../src/server/currency.js";

/** How many decimal places the protocol's table gives each currency that cards are charged in. */
const table = (() => {
  const source = readFileSync(new URL("../../protocol/src/order/currency.rs", import.meta.url), "utf8");
  const places = { WITHOUT_MINOR_UNIT: 0, HUNDREDTHS: 2, THOUSANDTHS: 3 };
  const lists = Object.entries(places).flatMap(([name, places]) => {
    const list = source.match(new RegExp(`const ${name}: &str = "([A-Z\\\\\\s]+)";`))?.[1] ?? "";
    return (list.match(/[A-Z]{3}/g) ?? []).map((code) => [code, places] as const);
  });
  return new Map(lists);
})();

/** The digits after the decimal point of an English amount. */
const decimalsOf = (text: string) => text.match(/\.(\d+)/)?.[1]?.length ?? 0;

describe("formatAmount", () => {
  it.each([
    [4200, "EUR", "en-IE", "€42.00"],
    [4200, "EUR", "de", "42,00 €"],
    [123456789, "EUR", "de-CH", "EUR 1'234'567.89"],
    [4200, "JPY", "ja", "￥4,200"],
    [4200, "KWD", "en", "KWD 4.200"],
    [5, "KWD", "en", "KWD 0.005"],
    [10_000, "CLF", "en", "CLF 1.0000"],
    [12_345, "UYW", "en", "UYW 1.2345"],
    [500, "UYI", "en", "UYI 500"],
    [0, "USD", "en", "$0.00"],
    [7, "USD", "en", "$0.07"],
    [-1999, "USD", "en", "-$19.99"],
    // Where Intl by itself would leave out what is to be paid.
    [99_050, "HUF", "hu", "990,50 Ft"],
    [1_050, "IDR", "en", "IDR 10.50"],
    [1_050, "TWD", "zh-TW", "$10.50"],
    [1_050, "COP", "en", "COP 10.50"],
    [1_050, "IQD", "en", "IQD 1.050"],
    [1_050, "ISK", "en", "ISK 1,050"],
    [1_050, "UGX", "en", "UGX 1,050"],
  ])("writes %i %s for %s as %s", (amount, currency, locale, text) => {
    // Which space and which apostrophe differs from one version of CLDR to the next.
    const plain = formatAmount(amount, currency, locale).replace(/\s/g, " ").replaceAll("’", "'");
    expect(plain).toBe(text);
  });

  it("has for each currency the minor units of the protocol's table", () => {
    expect(table.size).toBe(155);
    for (const [code, places] of table) {
      expect(isCurrency(code), code).toBe(true);
      expect(decimalsOf(formatAmount(1, code, "en")), code).toBe(places);
    }
  });

  it("writes the same digits as the frame, which is told the minor units", () => {
    for (const [code, places] of table) {
      expect(formatMinorUnits(123_456, places, code, "en")).toBe(formatAmount(123_456, code, "en"));
    }
  });

  it("differs from what Intl would show by itself, or the table would not be needed", () => {
    const byIntl = (code: string) =>
      new Intl.NumberFormat("en", { style: "currency", currency: code }).resolvedOptions().maximumFractionDigits;
    expect([...table].filter(([code, places]) => byIntl(code) !== places).length).toBeGreaterThan(0);
  });

  it("keeps every digit of the largest amounts", () => {
    expect(formatAmount(Number.MAX_SAFE_INTEGER, "EUR", "en")).toBe("€90,071,992,547,409.91");
    expect(formatAmount(9_007_199_254_740_893, "EUR", "en").replace(/\D/g, "")).toBe("9007199254740893");
    expect(formatAmount(Number.MIN_SAFE_INTEGER, "KWD", "en").replace(/\D/g, "")).toBe("9007199254740991");
  });

  it("is in the language of the process where none is given", () => {
    expect(formatAmount(4200, "EUR")).toBe(
      new Intl.NumberFormat(undefined, { style: "currency", currency: "EUR" }).format(42),
    );
  });

  it.each([
    [42.5, "EUR", "en"],
    [Number.NaN, "EUR", "en"],
    [2 ** 53, "EUR", "en"],
    ["4200" as never, "EUR", "en"],
    [4200, "eur", "en"],
    [4200, "EURO", "en"],
    [4200, "", "en"],
    [4200, "EUR", "en_US"],
    [4200, "EUR", ""],
  ])("throws for %s, %s, %s", (amount, currency, locale) => {
    expect(() => formatAmount(amount, currency, locale)).toThrow(
      expect.objectContaining({ name: "CardsealError", code: "options_invalid" }),
    );
  });
});
