/**
 * What a page may write as the value of a style: read word by word, each word of a kind that the property allows, and only
 * then given to the browser, which has the last word on how they belong together. There is no url(), var() or calc().
 */

/** What a value may be made of. */
export interface Grammar {
  /** Colours: hex, rgb(), hsl(), oklch(), named, `currentcolor`, `transparent`. */
  colour?: boolean;
  /** Lengths from least to most, in CSS pixels; a rem is taken as 16 of them. */
  length?: readonly [least: number, most: number];
  /** Their units, in place of px and rem. */
  units?: string;
  /** Plain numbers, from least to most. */
  number?: readonly [least: number, most: number];
  /** Words of CSS, divided by spaces. */
  words?: string;
  /** A list of font families, and nothing else. */
  families?: boolean;
  /** How many words there may be; 1 where it is left out. */
  most?: number;
}

const WORD = /,|[^\s,()]+(?:\([^()]*\))?/g;
const COLOUR =
  /^(?:#[\da-f]{3,8}|(?:rgb|hsl|oklch)a?\((?:[-+\d.,%/\s]|deg)*\)|(?!inherit|initial|unset|revert)[a-z]+)$/i;
const FAMILY = /^(["']?)[\p{L}\d_ .-]{1,64}\1$/u;

/** The value as it may be set as `property`; `undefined` where it is none. */
export function parseValue(property: string, value: unknown, grammar: Grammar): string | undefined {
  if (typeof value !== "string" || value.length > 256) return undefined;
  const words = grammar.families ? value.split(",").map((family) => family.trim()) : (value.match(WORD) ?? []);
  const parsed = words.join(grammar.families ? "," : " ");
  const isWhole = grammar.families || parsed.replace(/\s/g, "") === value.replace(/\s/g, "");
  const known = words.length <= (grammar.most ?? 1) && words.every((word) => isKnown(word, grammar));
  return isWhole && known && CSS.supports(property, parsed) ? parsed : undefined;
}

function isKnown(word: string, { colour, length, units = "px|rem", number, words = "", families }: Grammar): boolean {
  if (families) return FAMILY.test(word);
  const [, figure, unit] = /^(-?(?:\d+\.?\d*|\.\d+))([a-z%]*)$/i.exec(word) ?? [];
  if (figure === undefined) return words.split(" ").includes(word) || (colour === true && COLOUR.test(word));
  const within = (range?: readonly [number, number], scale = 1) =>
    range !== undefined && Number(figure) * scale >= range[0] && Number(figure) * scale <= range[1];
  if (!unit) return within(number) || (within(length) && Number(figure) === 0);
  return units.split("|").includes(unit) && within(length, unit === "px" ? 1 : 16);
}
