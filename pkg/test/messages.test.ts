import { describe, expect, it } from "vitest";
import { parseCardOptions, parseConnect, parseFrameMessage, parsePageMessage } from "../src/messages.js";
import type { CardState, FieldState } from "../src/types.js";

const field: FieldState = { empty: false, complete: true, length: 16, problem: null };
const state: CardState = {
  complete: false,
  empty: false,
  brand: "visa",
  brands: ["visa", "cartes_bancaires"],
  brandChoices: ["cartes_bancaires", "visa"],
  chosenBrand: "visa",
  codeName: "CVV",
  codeLength: 3,
  last4: "4242",
  fields: {
    number: field,
    expiry: field,
    code: { ...field, problem: "code_incomplete" },
    name: field,
    country: field,
    postalCode: { ...field, problem: "postal_code_invalid" },
  },
};
const tokenized = {
  ok: true,
  token: "tok_1",
  brand: "visa",
  last4: "4242",
  expMonth: 12,
  expYear: 2030,
  expires: 1,
  envelope: "a.b..c.",
  dualSignature: "a.b.c",
  receipt: "a.b.c",
};
const failed = { ok: false, error: { code: "timeout", message: "…", retryable: true, field: "number" } };

const pageMessages: Record<string, unknown>[] = [
  { v: 1, type: "tokenize", id: 1, order: "a.b.c" },
  { v: 1, type: "clear" },
  { v: 1, type: "focus" },
  { v: 1, type: "focus", field: "expiry" },
  { v: 1, type: "update", options: {} },
  {
    v: 1,
    type: "update",
    options: {
      cardholder: true,
      country: true,
      postalCode: true,
      defaultCountry: "DE",
      preferredBrands: ["bancontact"],
      labels: { number: "Kartennummer" },
      placeholders: {},
      showTotal: true,
      order: "a.b.c",
      timeout: 5,
      locale: "pt-BR",
    },
  },
];
const frameMessages: Record<string, unknown>[] = [
  { v: 1, type: "hello" },
  { v: 1, type: "ready", state },
  { v: 1, type: "failed", code: "version_unsupported" },
  { v: 1, type: "change", state: { ...state, brand: null, brands: [], chosenBrand: null, last4: null } },
  { v: 1, type: "focus", field: "name" },
  { v: 1, type: "blur", field: "name" },
  { v: 1, type: "submit" },
  { v: 1, type: "progress", step: "sealing" },
  { v: 1, type: "resize", height: 200 },
  { v: 1, type: "title", title: "Kartendaten" },
  { v: 1, type: "optionserror", member: "appearance.theme" },
  { v: 1, type: "result", id: 7, result: tokenized },
  { v: 1, type: "result", id: 7, result: failed },
];
const connects: Record<string, unknown>[] = [
  { cardseal: 1, type: "connect", version: "0.1.0", roots: ["A".repeat(43)], options: {} },
  {
    cardseal: 1,
    type: "connect",
    version: "10.20.30-beta.1",
    roots: ["A".repeat(43), `${"-_".repeat(21)}w`],
    options: { cardholder: false },
  },
];

const parsers = [
  ["page to frame", parsePageMessage, pageMessages],
  ["frame to page", parseFrameMessage, frameMessages],
  ["connect", parseConnect, connects],
] as const;

/** Every path to a member of an object, at any depth. */
function paths(value: unknown, before: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [[...before, key], ...paths(member, [...before, key])]);
}

/** A copy of `value` in which the member at `path` was changed by `change`. */
function mutate(value: object, path: string[], change: (parent: Record<string, unknown>, key: string) => void): object {
  const copy = structuredClone(value) as Record<string, unknown>;
  let parent = copy;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
  change(parent, path.at(-1) as string);
  return copy;
}

const optionalMembers = new Set([
  "field",
  "cardholder",
  "country",
  "postalCode",
  "defaultCountry",
  "preferredBrands",
  "labels",
  "placeholders",
  "showTotal",
  "timeout",
  "locale",
]);
const isOptional = (path: string[]) =>
  optionalMembers.has(path.at(-1) as string) ||
  path.join() === "options,order" ||
  ["labels", "placeholders", "preferredBrands", "brands", "brandChoices", "roots"].includes(path.at(-2) as string);

describe.each(parsers)("%s", (_, parse, messages) => {
  it.each(messages)("is read as it was sent: %o", (message) => {
    const parsed = parse(message);
    expect(parsed).toEqual(message);
    expect(parsed).not.toBe(message);
  });

  it("is dropped with a member too many, at any depth", () => {
    for (const message of messages) {
      for (const extra of ["extra", "constructor", "toString", "hasOwnProperty", "valueOf"]) {
        expect(parse({ ...message, [extra]: 1 }), extra).toBeUndefined();
      }
      for (const path of paths(message)) {
        const nested = mutate(message, path, (parent, key) => {
          const member = parent[key];
          if (typeof member === "object" && member !== null && !Array.isArray(member))
            Object.assign(member, { extra: 1 });
          else parent[key] = { extra: 1 };
        });
        expect(parse(nested), path.join(".")).toBeUndefined();
      }
    }
  });

  it("is dropped without a member that it must have", () => {
    for (const message of messages) {
      for (const path of paths(message).filter((path) => !isOptional(path))) {
        const less = mutate(message, path, (parent, key) => delete parent[key]);
        expect(parse(less), `${JSON.stringify(message)} without ${path.join(".")}`).toBeUndefined();
      }
    }
  });

  it("is dropped with a member of another type", () => {
    const wrong = [
      Number.NaN,
      -1,
      1.5,
      1e300,
      "",
      "\0",
      "x".repeat(20_000),
      [],
      [[]],
      {},
      Symbol(),
      () => 1,
      1n,
      true,
      null,
    ];
    for (const message of messages) {
      for (const path of paths(message)) {
        for (const value of wrong) {
          const changed = mutate(message, path, (parent, key) => {
            parent[key] = value;
          });
          const parsed = parse(changed);
          // Some of them happen to be right in some places; then what is read is exactly that and nothing else.
          if (parsed !== undefined) {
            expect(parsed).toEqual(changed);
            expect(paths(parsed).length).toBeLessThanOrEqual(paths(message).length);
          }
          const scalar = typeof value === "symbol" || typeof value === "function" || typeof value === "bigint";
          if (scalar || (typeof value === "string" && value.length > 16_384)) expect(parsed).toBeUndefined();
        }
      }
    }
  });

  it("is dropped if it is of another version, but for the answer that says so", () => {
    for (const message of messages) {
      const name = "v" in message ? "v" : "cardseal";
      const other = message.type === "failed" ? 2.5 : 2;
      for (const version of [0, other, "1", 1.1, true, null, undefined, [1], Number.NaN]) {
        expect(parse({ ...message, [name]: version })).toBeUndefined();
      }
    }
  });

  it("is dropped if its type is anything else", () => {
    for (const message of messages) {
      for (const type of [
        "",
        "Hello",
        "hello ",
        "__proto__",
        "constructor",
        "toString",
        ["hello"],
        1,
        null,
        undefined,
      ]) {
        expect(parse({ ...message, type })).toBeUndefined();
      }
    }
  });

  it("takes nothing from a prototype", () => {
    for (const message of messages) {
      expect(parse(Object.create(message))).toBeUndefined();
      const { type, ...rest } = message;
      expect(parse(Object.setPrototypeOf({ ...rest }, { type }))).toBeUndefined();
      expect(parse(JSON.parse(JSON.stringify(message).replace("{", '{"__proto__":{},')))).toBeUndefined();
    }
    expect(({} as { extra?: unknown }).extra).toBeUndefined();
  });

  it("does not believe a polluted Object.prototype", () => {
    const polluted = Object.prototype as Record<string, unknown>;
    const whole = { v: 1, cardseal: 1, type: "tokenize", id: 1, order: "a.b.c", version: "0.1.0", options: {} };
    try {
      for (const [name, value] of Object.entries(whole)) {
        Object.defineProperty(polluted, name, { value, configurable: true, enumerable: true, writable: true });
      }
      expect(parse({})).toBeUndefined();
      expect(parse({ v: 1 })).toBeUndefined();
    } finally {
      for (const name of Object.keys(whole)) delete polluted[name];
    }
  });

  it("survives getters and proxies that throw, and reads each member once", () => {
    const message = messages.at(-1) as Record<string, unknown>;
    const throwing = { ...message };
    Object.defineProperty(throwing, "type", {
      enumerable: true,
      get: () => {
        throw new Error("hostile");
      },
    });
    expect(parse(throwing)).toBeUndefined();
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("hostile");
        },
      },
    );
    expect(parse(proxy)).toBeUndefined();
    // `type` and `ok` are looked at to choose a variant, and then read and checked with it.
    for (const path of paths(message).filter((path) => !["type", "ok"].includes(path.at(-1) as string))) {
      let reads = 0;
      const counted = mutate(message, path, (parent, key) => {
        const value = parent[key];
        Object.defineProperty(parent, key, {
          enumerable: true,
          get: () => {
            reads += 1;
            return value;
          },
        });
      });
      expect(parse(counted)).toEqual(message);
      expect(reads, path.join(".")).toBe(1);
    }
  });

  it.each([
    undefined,
    null,
    0,
    1,
    "",
    "hello",
    true,
    Symbol(),
    [],
    [{ v: 1, type: "hello" }],
    {},
    () => 1,
    new Map(),
    new Date(),
    /x/,
  ])("is not %o", (data) => expect(parse(data)).toBeUndefined());

  it("is dropped with symbols or non-enumerable members", () => {
    for (const message of messages) {
      expect(parse({ ...message, [Symbol("x")]: 1 })).toBeUndefined();
      expect(parse(Object.defineProperty({ ...message }, "hidden", { value: 1 }))).toBeUndefined();
    }
  });
});

describe("10,000 random mutations", () => {
  /** Repeatable: xorshift32 of a fixed seed. */
  let seed = 0x2545f491;
  const random = (below: number) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % below;
  };
  const all = [...pageMessages, ...frameMessages, ...connects];
  const pool = all.flatMap((message) => paths(message)).map((path) => path.at(-1) as string);
  const values = [
    null,
    true,
    false,
    0,
    1,
    -1,
    2 ** 53,
    1.5,
    Number.NaN,
    "",
    "visa",
    "tok_1",
    "4242424242424242",
    [],
    {},
    [1],
    state,
  ];

  it("are dropped, or read as exactly what was sent", () => {
    let taken = 0;
    for (let round = 0; round < 10_000; round++) {
      let message: object = all[random(all.length)] as object;
      for (let count = 1 + random(3); count > 0; count--) {
        const within = paths(message);
        const path = within[random(within.length)];
        if (!path) continue;
        const [name, value] = [pool[random(pool.length)] as string, values[random(values.length)]];
        message = mutate(message, path, (parent, key) => {
          if (random(3) === 0) delete parent[key];
          else parent[Array.isArray(parent) || random(2) ? key : name] = structuredClone(value);
        });
      }
      for (const [, parse] of parsers) {
        const parsed = parse(message);
        if (parsed === undefined) continue;
        taken += 1;
        expect(parsed).toEqual(message);
        // Never a run of digits that could be a card number, but in free text that the page itself wrote.
        if (parse === parseFrameMessage) {
          const { result, ...rest } = parsed as { result?: { error?: { message: string } } };
          // What was signed and sealed is opaque, and any text.
          const opaque = { error: undefined, envelope: undefined, dualSignature: undefined, receipt: undefined };
          expect(JSON.stringify([rest, { ...result, ...opaque }])).not.toMatch(/\d{13}/);
        }
      }
    }
    // Some mutations are harmless: were none taken, the test would show nothing.
    expect(taken).toBeGreaterThan(100);
    expect(taken).toBeLessThan(5_000);
  });
});

describe("limits", () => {
  it.each([
    [{ v: 1, type: "tokenize", id: 1, order: "x".repeat(16_384) }, true],
    [{ v: 1, type: "tokenize", id: 1, order: "x".repeat(16_385) }, false],
    [{ v: 1, type: "tokenize", id: 0, order: "x" }, false],
    [{ v: 1, type: "tokenize", id: 2 ** 53, order: "x" }, false],
    [{ v: 1, type: "update", options: { labels: { number: "x".repeat(128) } } }, true],
    [{ v: 1, type: "update", options: { labels: { number: "x".repeat(129) } } }, false],
    [{ v: 1, type: "update", options: { timeout: 0 } }, false],
    [{ v: 1, type: "update", options: { timeout: 120_001 } }, false],
    [{ v: 1, type: "focus", field: "cvc" }, false],
  ])("of the page's messages, case %#", (message, taken) => {
    expect(parsePageMessage(message) !== undefined).toBe(taken);
  });

  it.each([
    [{ v: 1, type: "optionserror", member: "appearance.rules.input::placeholder.backgroundColor" }, true],
    [{ v: 1, type: "optionserror", member: "layout.columns" }, true],
    [{ v: 1, type: "optionserror", member: "fonts.4" }, false],
    [{ v: 1, type: "optionserror", member: "" }, false],
    [{ v: 1, type: "resize", height: 4096 }, true],
    [{ v: 1, type: "resize", height: 4097 }, false],
    [{ v: 1, type: "resize", height: 0 }, false],
    [{ v: 1, type: "title", title: "x".repeat(64) }, true],
    [{ v: 1, type: "title", title: "x".repeat(65) }, false],
    [{ v: 1, type: "title", title: "" }, false],
    [{ v: 1, type: "title", title: "Card 4242" }, false],
    [{ v: 1, type: "title", title: "４２４２" }, false],
    [{ v: 1, type: "failed", code: "a_code_of_a_newer_vault" }, true],
    [{ v: 1, type: "failed", code: "x".repeat(49) }, false],
    [{ v: 1, type: "failed", code: "<b>" }, false],
    // How a frame of another version says so.
    [{ v: 2, type: "failed", code: "version_unsupported" }, true],
    [{ v: "2", type: "failed", code: "version_unsupported" }, false],
    [{ v: 1, type: "progress", step: "paying" }, false],
    [{ v: 1, type: "change", state: { ...state, last4: "42424242" } }, false],
    [{ v: 1, type: "change", state: { ...state, last4: "４２４２" } }, false],
    [{ v: 1, type: "change", state: { ...state, codeName: "X".repeat(9) } }, false],
    [{ v: 1, type: "change", state: { ...state, codeName: "4242424242424242" } }, false],
    [{ v: 1, type: "change", state: { ...state, brand: "visa4242424242424242" } }, false],
    [{ v: 1, type: "change", state: { ...state, brands: Array(17).fill("visa") } }, false],
    [{ v: 1, type: "change", state: { ...state, brands: Array(3) } }, false],
    [{ v: 1, type: "change", state: { ...state, brands: { length: 0 } } }, false],
    [{ v: 1, type: "result", id: 1, result: { ...tokenized, token: "pay_1" } }, false],
    [{ v: 1, type: "result", id: 1, result: { ...tokenized, ok: "true" } }, false],
    [{ v: 1, type: "result", id: 1, result: { ...tokenized, envelope: "x".repeat(4097) } }, false],
    [{ v: 1, type: "result", id: 1, result: { ...tokenized, error: failed.error } }, false],
    [{ v: 1, type: "result", id: 1, result: { ...failed, ok: true } }, false],
    [
      { v: 1, type: "result", id: 1, result: { ok: false, error: { ...failed.error, message: "x".repeat(513) } } },
      false,
    ],
  ])("of the frame's messages, case %#", (message, taken) => {
    expect(parseFrameMessage(message) !== undefined).toBe(taken);
  });

  it("of the options", () => {
    expect(parseCardOptions({ labels: { number: "n", expiry: "e", code: "c", name: "h" } })).toBeDefined();
    expect(parseCardOptions({ cardholder: undefined })).toEqual({});
    expect(parseCardOptions({ labels: { cvc: "x" } })).toBeUndefined();
    expect(parseCardOptions({ placeholder: {} })).toBeUndefined();
    expect(parseCardOptions(undefined)).toBeUndefined();
  });
});
