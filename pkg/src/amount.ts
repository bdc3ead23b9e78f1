import { CardsealError } from "./errors.js";

/**
 * Minor units of ISO 4217 that are not hundredths, by how many decimal places they are. The currencies among them that cards
 * are charged in are those of `protocol/src/order/currency.rs` (a test compares them). Intl's own figures will not do: they
 * say what is customary, and leave out the cents of a Hungarian price or the fils of an Iraqi one.
 */
const decimals: Record<number, string> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

/**
 * An amount as the people of a language write it: `formatAmount(4200, "EUR", "de")` is "42,00 €".
 *
 * @param amount In minor units of the currency, as in an order: an integer, cents for EUR, yen for JPY.
 * @param currency The alphabetic code of ISO 4217. All of its decimal places are shown.
 * @param locale A language tag of BCP 47. Default: the language of browser or process.
 * @throws CardsealError `options_invalid`: one of them is not that.
 */
export function formatAmount(amount: number, currency: string, locale?: string): string {
  const places = Object.keys(decimals).find((places) => decimals[Number(places)]?.split(" ").includes(currency));
  try {
    if (Number.isSafeInteger(amount) && /^[A-Z]{3}$/.test(currency)) {
      return formatMinorUnits(amount, Number(places ?? 2), currency, locale);
    }
  } catch {
    // A locale that is none: refused below, with the rest.
  }
  throw new CardsealError("options_invalid", "formatAmount: not an integer, a currency's code and a language tag");
}

/** An amount of a currency whose minor unit has this many decimal places. */
export function formatMinorUnits(amount: number, places: number, currency: string, locale?: string): string {
  const style = { style: "currency", currency, minimumFractionDigits: places, maximumFractionDigits: places } as const;
  // In decimal digits and not as a quotient: sums from 15 digits on would otherwise be rounded to another one.
  const digits = `${Math.abs(amount)}`.padStart(places + 1, "0");
  const point = digits.length - places;
  const decimal = `${amount < 0 ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
  // TypeScript takes a string here only with the library of ES2023. Browsers before it make a number of it.
  return new Intl.NumberFormat(locale, style).format(decimal as never);
}
