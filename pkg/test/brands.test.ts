// Compares the brand table in protocol/src/brand/table.rs with what npm's credit-card-type and card-validator say of the
// same numbers. Each disagreement has a reason in the list below; one without a reason fails, and so does a reason that
// no number needs any more.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import cardValidator from "card-validator";
import creditCardType from "credit-card-type";
import { beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

// ---------------------------------------------------------------------------------------------------------------------
// Why we disagree

/** First and last prefix of a range, of equally many digits. */
type Range = readonly [string, string];

const one = (prefix: string): Range => [prefix, prefix];

/** One side counts a brand that the other does not. */
interface BrandReason {
  /** Whose answer has the brand. */
  side: "ours" | "theirs";
  brand: string;
  /** Where: the number lies in one of these ranges, or is too short to tell. Each of them must be needed. */
  ranges: readonly Range[];
  /** Only while no more digits than these are typed. */
  typed?: number;
  /** Why, with the source where the ranges themselves are in dispute; the sources' short names are those of table.rs. */
  why: string;
}

const RUPAY_IN_MAESTRO: readonly Range[] = [
  ["508500", "508999"],
  ["606985", "607984"],
  ["608001", "608500"],
];
const RUPAY_IN_DISCOVER: Range = ["652150", "653149"];
const VERVE_IN_MAESTRO: readonly Range[] = [
  ["506099", "506198"],
  ["507865", "507964"],
];
const VERVE_IN_DISCOVER: Range = ["650002", "650027"];
const UNIONPAY_LEFT_OUT: readonly Range[] = [
  one("62183"),
  ["62198", "62199"],
  one("6271"),
  ["6273", "6275"],
  ["6278", "6281"],
  one("6290"),
  ["6293", "6299"],
];
const HIPER: readonly Range[] = [
  one("637095"),
  one("63737423"),
  one("63743358"),
  one("637568"),
  one("637599"),
  one("637609"),
  one("637612"),
];

const BRAND_REASONS: readonly BrandReason[] = [
  // Brands that they lack.
  { side: "ours", brand: "rupay", ranges: RUPAY_IN_MAESTRO, why: "They lack RuPay; PAYU and WP have its ranges." },
  { side: "theirs", brand: "maestro", ranges: RUPAY_IN_MAESTRO, why: "RuPay's ranges, which they leave to Maestro." },
  { side: "ours", brand: "rupay", ranges: [RUPAY_IN_DISCOVER], why: "They lack RuPay; PAYU, WP (6521, 6522)." },
  {
    side: "theirs",
    brand: "discover",
    ranges: [RUPAY_IN_DISCOVER],
    why: "RuPay's range, which they leave to Discover.",
  },
  { side: "ours", brand: "rupay", ranges: [["8172", "8299"]], why: "They lack RuPay; WP (81 and 82), ADYEN." },
  {
    side: "ours",
    brand: "rupay",
    ranges: [["353800", "353802"], ["353805", "353806"], one("353809")],
    why: "They know no co-badges: RuPay beside JCB, WP and ADYEN.",
  },
  { side: "ours", brand: "dankort", ranges: [one("5019")], why: "They lack Dankort; WP, ADYEN." },
  { side: "theirs", brand: "maestro", ranges: [one("5019")], why: "Dankort's range, which they leave to Maestro." },
  { side: "ours", brand: "dankort", ranges: [one("4571")], why: "They know no co-badges: Visa/Dankort, WP and ADYEN." },
  {
    side: "ours",
    brand: "bancontact",
    ranges: [one("6703"), one("479658")],
    why: "They know no co-badges: Bancontact beside Maestro and beside Visa, ADYEN.",
  },
  { side: "ours", brand: "bancontact", ranges: [one("606005")], why: "They lack Bancontact; ADYEN." },
  { side: "theirs", brand: "maestro", ranges: [one("606005")], why: "Bancontact's, which they leave to Maestro." },
  {
    side: "ours",
    brand: "cartes_bancaires",
    ranges: [one("497010"), one("40000025"), one("55555525")],
    why: "They know no co-badges: Cartes Bancaires beside Visa and Mastercard, LYRA and STRIPE.",
  },
  { side: "ours", brand: "cartes_bancaires", ranges: [one("501767")], why: "They lack Cartes Bancaires; WORLDLINE." },
  { side: "theirs", brand: "maestro", ranges: [one("501767")], why: "CB's range, which they leave to Maestro." },

  // Brands that we lack.
  { side: "theirs", brand: "hiper", ranges: HIPER, why: "We have no Hiper." },
  { side: "ours", brand: "maestro", ranges: HIPER, why: "Hiper's ranges lie in Maestro's 63." },
  {
    side: "theirs",
    brand: "naranja",
    ranges: [one("402918"), one("527572"), one("589562")],
    why: "We have no Naranja.",
  },
  { side: "ours", brand: "visa", ranges: [one("402918")], why: "A range of Naranja that lies in Visa's 4." },
  {
    side: "ours",
    brand: "mastercard",
    ranges: [one("527572")],
    why: "A range of Naranja that lies in Mastercard's 52.",
  },
  { side: "ours", brand: "maestro", ranges: [one("589562")], why: "A range of Naranja that lies in Maestro's 58." },

  // Ranges in dispute.
  { side: "ours", brand: "verve", ranges: VERVE_IN_MAESTRO, why: "They have only some issuers of WP's ranges." },
  {
    side: "theirs",
    brand: "maestro",
    ranges: VERVE_IN_MAESTRO,
    why: "What they lack of Verve, they leave to Maestro.",
  },
  { side: "ours", brand: "verve", ranges: [VERVE_IN_DISCOVER], why: "They lack Verve's third range; WP." },
  { side: "theirs", brand: "discover", ranges: [VERVE_IN_DISCOVER], why: "Verve's, which they leave to Discover." },
  { side: "ours", brand: "unionpay", ranges: UNIONPAY_LEFT_OUT, why: "UnionPay has all of 62; WP, STRIPE, ADYEN." },
  { side: "theirs", brand: "maestro", ranges: UNIONPAY_LEFT_OUT, why: "UnionPay's, which they leave to Maestro." },
  { side: "ours", brand: "diners", ranges: [one("3095")], why: "They lack Diners Club's 3095; STRIPE, WP (30)." },
  {
    side: "theirs",
    brand: "jcb",
    ranges: [one("1800"), one("2131")],
    why: "Withdrawn ranges of 15 digits, which they give 16 and more; WP has them no longer.",
  },
  {
    side: "ours",
    brand: "elo",
    ranges: [one("650923")],
    why: "Both list 650923 for Elo (650901 to 650978) and for Troy; we name both, they only the first they find.",
  },

  // Fewer digits than a prefix has.
  {
    side: "theirs",
    brand: "maestro",
    ranges: [one("62"), one("65")],
    typed: 7,
    why: "They keep their Maestro (all of 6) until each candidate's prefix is whole; 62 and 65 never become Maestro.",
  },
  {
    side: "ours",
    brand: "maestro",
    ranges: [["50670", "50677"]],
    typed: 5,
    why: "We call 50 Maestro until six digits show it to be Elo (506699 to 506778).",
  },
];

/** One side has lengths that the other does not, for numbers on whose brand both agree. */
interface LengthReason {
  side: "ours" | "theirs";
  brand: string;
  lengths: readonly number[];
  why: string;
}

const LENGTH_REASONS: readonly LengthReason[] = [
  { side: "ours", brand: "discover", lengths: [17, 18], why: "WP and ADYEN have 16 to 19." },
  { side: "theirs", brand: "unionpay", lengths: [14, 15], why: "WP has 16 to 19." },
];

// ---------------------------------------------------------------------------------------------------------------------
// The numbers

interface Row {
  low: string;
  high: string;
}

/** The rows of our table, read from its source, so that a new row is compared at once. */
function ourRows(): Row[] {
  const source = readFileSync(`${ROOT}protocol/src/brand/table.rs`, "utf8");
  const rows = source.matchAll(/^ {4}(?:own|co_badge|rest)\(\w+, ([\d_]+), ([\d_]+)\),$/gm);
  return [...rows].map(([, low = "", high = ""]) => ({ low: low.replaceAll("_", ""), high: high.replaceAll("_", "") }));
}

function theirRows(): Row[] {
  return Object.values(creditCardType.types)
    .flatMap((type) => creditCardType.getTypeInfo(type).patterns)
    .map((pattern) => (Array.isArray(pattern) ? pattern : [pattern, pattern]))
    .map(([low, high]) => ({ low: String(low), high: String(high) }));
}

/** mulberry32: small, and the same numbers in each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** The sum of ISO/IEC 7812-1, annex B, modulo ten. */
function luhnSum(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const value = Number(digits[digits.length - 1 - place]) * (place % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10;
}

/** Every length from 12 to 19, with a right and with a wrong check digit, for prefixes in and around each row. */
function numbers(): string[] {
  const below = random(20261122);
  const found = new Set<string>();
  const addNumbers = (prefix: string, lengths: readonly number[]) => {
    for (const length of lengths) {
      let digits = prefix;
      while (digits.length < length - 1) digits += below(10);
      const check = (10 - luhnSum(`${digits}0`)) % 10;
      found.add(`${digits}${check}`);
      found.add(`${digits}${(check + 1 + below(9)) % 10}`);
    }
  };
  const addTyped = (digits: string) => {
    for (let length = 1; length <= digits.length; length++) found.add(digits.slice(0, length));
  };
  const all = [12, 13, 14, 15, 16, 17, 18, 19];
  for (const { low, high } of [...ourRows(), ...theirRows()]) {
    const width = low.length;
    const inside = Number(low) + below(Number(high) - Number(low) + 1);
    for (const prefix of [Number(low) - 1, Number(low), inside, Number(high), Number(high) + 1]) {
      const digits = String(prefix);
      // 10 - 1 and 99 + 1 are of another width: no neighbours of the range.
      if (prefix < 1 || digits.length !== width) continue;
      addNumbers(digits, all);
      addTyped(`${digits}${String(below(1e8)).padStart(8, "0")}`.slice(0, 11));
    }
  }
  for (let prefix = 1000; prefix <= 9999; prefix++) addNumbers(String(prefix), [16]);
  return [...found];
}

// ---------------------------------------------------------------------------------------------------------------------
// The answers

type Judgement = "valid" | "potential" | "invalid";

interface Ours {
  brands: string[];
  possible: string[];
  judgement: Judgement;
  problem: string | null;
  facts: Facts | null;
}

interface Facts {
  lengths: number[];
  luhn: boolean;
  code_name: string;
  code_length: number;
}

function ask(asked: readonly string[]): Ours[] {
  const output = execFileSync("cargo", ["run", "-q", "-p", "cardseal-protocol", "--example", "judge"], {
    cwd: ROOT,
    input: asked.map((number) => `${number}\n`).join(""),
    maxBuffer: 1 << 28,
    encoding: "utf8",
  });
  return output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Ours);
}

/** Our ids for theirs where they differ. */
const IDS: Record<string, string> = { "american-express": "amex", "diners-club": "diners" };

function theirBrands(number: string): string[] {
  return creditCardType(number).map(({ type }) => IDS[type] ?? type);
}

function theirJudgement(number: string): Judgement {
  const { isValid, isPotentiallyValid } = cardValidator.number(number);
  if (isValid) return "valid";
  return isPotentiallyValid ? "potential" : "invalid";
}

// ---------------------------------------------------------------------------------------------------------------------
// The comparison

/** Whether the number begins in the range, or may once more digits are typed. */
function liesIn(number: string, [low, high]: Range): boolean {
  const width = Math.min(number.length, low.length);
  const prefix = Number(number.slice(0, width));
  return Number(low.slice(0, width)) <= prefix && prefix <= Number(high.slice(0, width));
}

const withoutThoseOf = (brands: readonly string[], others: readonly string[]) =>
  brands.filter((brand) => !others.includes(brand));

/** Our rules said once more: what a number is by its brands' facts. */
function judge(number: string, { brands, possible }: Ours, facts: ReadonlyMap<string, Facts>): Judgement {
  const longest = Math.max(0, ...possible.map((brand) => Math.max(...(facts.get(brand)?.lengths ?? []))));
  if (number.length > longest) return "invalid";
  const luhn = luhnSum(number) === 0;
  const valid = brands.some((brand) => {
    const of = facts.get(brand);
    return of?.lengths.includes(number.length) && (luhn || !of.luhn);
  });
  if (valid) return "valid";
  return number.length === longest ? "invalid" : "potential";
}

describe("the brand table beside credit-card-type and card-validator", { timeout: 60_000 }, () => {
  const asked = numbers();
  let compared: { number: string; ours: Ours; theirs: string[] }[] = [];
  const facts = new Map<string, Facts>();

  beforeAll(() => {
    const answers = ask(asked);
    expect(answers).toHaveLength(asked.length);
    compared = answers.map((ours, index) => {
      const number = asked[index] ?? "";
      const [brand] = ours.brands;
      if (brand && ours.facts) facts.set(brand, ours.facts);
      return { number, ours, theirs: theirBrands(number) };
    });
  }, 600_000);

  it("asks about tens of thousands of numbers, of every length and of each of our brands", () => {
    expect(asked.length).toBeGreaterThan(40_000);
    expect(new Set(asked.map((number) => number.length)).size).toBe(19);
    expect(facts.size).toBe(17);
    const judgements = new Set(compared.map(({ ours }) => ours.judgement));
    expect([...judgements].sort()).toEqual(["invalid", "potential", "valid"]);
  });

  it("agrees on the brands, but for the reasons listed", () => {
    const needed = new Set<string>();
    const unlisted: string[] = [];
    for (const { number, ours, theirs } of compared) {
      const differences = [
        ...withoutThoseOf(ours.possible, theirs).map((brand) => ({ side: "ours", brand })),
        ...withoutThoseOf(theirs, ours.possible).map((brand) => ({ side: "theirs", brand })),
      ];
      for (const { side, brand } of differences) {
        const ranges = BRAND_REASONS.filter((reason) => reason.side === side && reason.brand === brand)
          .filter(({ typed = 19 }) => number.length <= typed)
          .flatMap((reason) => reason.ranges.filter((range) => liesIn(number, range)));
        for (const range of ranges) needed.add(`${side} ${brand} ${range.join("-")}`);
        if (ranges.length === 0) unlisted.push(`${number}: ${brand} is ${side} only`);
      }
    }
    expect(unlisted).toEqual([]);
    const listed = BRAND_REASONS.flatMap(({ side, brand, ranges }) =>
      ranges.map((range) => `${side} ${brand} ${range.join("-")}`),
    );
    const idle = listed.filter((reason) => !needed.has(reason));
    expect(idle).toEqual([]);
  });

  it("agrees on lengths, check digits and security codes, but for the reasons listed", () => {
    const needed = new Set<string>();
    const unlisted = new Set<string>();
    const seen = new Set<string>();
    for (const { number, ours, theirs } of compared) {
      const [brand, ...others] = ours.possible;
      // A brand's facts are the same for all its numbers.
      if (!brand || seen.has(brand)) continue;
      const [type] = creditCardType(number);
      if (!type || !ours.facts || others.length > 0 || theirs.length !== 1 || theirs[0] !== brand) continue;
      seen.add(brand);
      const differences = [
        ...ours.facts.lengths.filter((length) => !type.lengths.includes(length)).map((length) => ["ours", length]),
        ...type.lengths.filter((length) => !ours.facts?.lengths.includes(length)).map((length) => ["theirs", length]),
      ] as const;
      for (const [side, length] of differences) {
        const listed = LENGTH_REASONS.some(
          (reason) => reason.side === side && reason.brand === brand && reason.lengths.includes(Number(length)),
        );
        (listed ? needed : unlisted).add(`${side} ${brand} ${length}`);
      }
      // card-validator asks no check digit of UnionPay alone.
      expect(ours.facts.luhn, brand).toBe(brand !== "unionpay");
      expect([ours.facts.code_name, ours.facts.code_length], brand).toEqual([type.code.name, type.code.size]);
    }
    expect(seen.size, "brands that both have").toBe(13);
    expect([...unlisted]).toEqual([]);
    const listed = LENGTH_REASONS.flatMap(({ side, brand, lengths }) => lengths.map((at) => `${side} ${brand} ${at}`));
    expect([...needed].sort()).toEqual(listed.sort());
  });

  it("judges as its brands, lengths and check digits say", () => {
    const wrong = compared.filter(({ number, ours }) => ours.judgement !== judge(number, ours, facts));
    expect(wrong.map(({ number, ours }) => `${number}: ${ours.judgement}`)).toEqual([]);
  });

  it("judges as they do where brands and lengths agree", () => {
    const unlisted: string[] = [];
    let same = 0;
    for (const { number, ours, theirs } of compared) {
      if (ours.judgement === theirJudgement(number)) same += 1;
      else {
        const brands = [...withoutThoseOf(ours.possible, theirs), ...withoutThoseOf(theirs, ours.possible)];
        const lengths = LENGTH_REASONS.some(
          (reason) => theirs.includes(reason.brand) && reason.lengths.includes(number.length),
        );
        if (brands.length === 0 && !lengths) unlisted.push(`${number}: ${ours.judgement}`);
      }
    }
    expect(unlisted).toEqual([]);
    expect(same / compared.length).toBeGreaterThan(0.9);
  });
});
