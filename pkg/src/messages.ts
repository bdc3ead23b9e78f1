/**
 * What the merchant's page and the fields frame say to each other.
 *
 * The page posts one window message, {@link Connect}, to the vault's exact origin and hands over a MessagePort with it.
 * Everything else goes over that port. Each side reads what it receives through a parser of this file, which checks the
 * exact schema and copies: an unknown type, a member too many, a wrong type or size, and the message is dropped.
 */
import type { ErrorCode, ProblemCode } from "./errors.js";
import { MAX_ORDER } from "./request.js";
import type {
  Appearance,
  Brand,
  CardOptions,
  CardState,
  Failure,
  Field,
  FieldState,
  Font,
  Layout,
  Step,
  Tokenized,
  TokenizeResult,
} from "./types.js";

/** The version of the messages below; in each of them. */
export const PROTOCOL = 1;

/** Page to frame, by `window.postMessage`, once, with the port. */
export interface Connect {
  cardseal: typeof PROTOCOL;
  type: "connect";
  /** The npm package's version. */
  version: string;
  /** The thumbprints of the vault's root keys. */
  roots: string[];
  options: CardOptions;
}

type Message<Type extends string, T = unknown> = { v: typeof PROTOCOL; type: Type } & T;

/** Page to frame, over the port. */
export type PageMessage =
  | Message<"tokenize", { id: number; order: string }>
  | Message<"clear">
  | Message<"focus", { field?: Field | undefined }>
  | Message<"update", { options: CardOptions }>;

/** Frame to page, over the port. */
export type FrameMessage =
  | Message<"hello">
  | Message<"ready", { state: CardState }>
  | Message<"failed", { code: ErrorCode }>
  | Message<"change", { state: CardState }>
  | Message<"focus", { field: Field }>
  | Message<"blur", { field: Field }>
  | Message<"submit">
  | Message<"progress", { step: Step }>
  | Message<"resize", { height: number }>
  | Message<"title", { title: string }>
  | Message<"optionserror", { member: string }>
  | Message<"result", { id: number; result: TokenizeResult }>;

/** Reads {@link Connect}; `undefined` if it is anything else. */
export function parseConnect(data: unknown): Connect | undefined {
  return attempt(connect, data);
}

/** Reads what a page sent over the port; `undefined` if it is not a {@link PageMessage}. */
export function parsePageMessage(data: unknown): PageMessage | undefined {
  return attempt(pageMessage, data);
}

/** Reads what a frame sent over the port; `undefined` if it is not a {@link FrameMessage}. */
export function parseFrameMessage(data: unknown): FrameMessage | undefined {
  return attempt(frameMessage, data);
}

/** Reads the options of a card form; `undefined` if one is unknown or malformed. */
export function parseCardOptions(data: unknown): CardOptions | undefined {
  return attempt(cardOptions, data);
}

/** Gives a checked copy of a value, or throws. */
type Parser<T> = (value: unknown) => T;

function attempt<T>(parser: Parser<T>, data: unknown): T | undefined {
  try {
    return parser(data);
  } catch {
    return undefined;
  }
}

function refuse(): never {
  throw new TypeError();
}

/** A parser for each member of `T`; that of an optional member takes `undefined` too. */
type Members<T> = {
  // biome-ignore lint/complexity/noBannedTypes: "{} extends" is how TypeScript asks whether a member is optional.
  [K in keyof T]-?: {} extends Pick<T, K> ? Parser<T[K] | undefined> : Parser<T[K]>;
};

/** An object with these members and no others, own ones only. */
/* @__NO_SIDE_EFFECTS__ */
function object<T>(members: Members<T>): Parser<T> {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) refuse();
    if (Reflect.ownKeys(value).some((key) => !Object.hasOwn(members, key))) refuse();
    const copy: Record<string, unknown> = {};
    for (const [key, parser] of Object.entries<Parser<unknown>>(members)) {
      const member = parser(Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);
      if (member !== undefined) copy[key] = member;
    }
    return copy as T;
  };
}

/** One of several objects, told apart by the member `name`. */
/* @__NO_SIDE_EFFECTS__ */
function union<T>(name: string, variants: Record<string, Parser<T>>): Parser<T> {
  return (value) => {
    const key = String((value as Record<string, unknown>)[name]);
    return Object.hasOwn(variants, key) ? (variants[key] as Parser<T>)(value) : refuse();
  };
}

/** One of the messages of a direction, each with these members besides its version and its type. */
/* @__NO_SIDE_EFFECTS__ */
function messages<T extends { v: typeof PROTOCOL; type: string }>(
  variants: {
    [M in T as M["type"]]: Members<Omit<M, "v" | "type">> & { v?: Parser<typeof PROTOCOL> };
  },
): Parser<T> {
  const parsers = Object.entries<object>(variants).map(([type, members]) => {
    return [type, object({ v: literal(PROTOCOL), type: literal(type), ...members })];
  });
  return union("type", Object.fromEntries(parsers));
}

/* @__NO_SIDE_EFFECTS__ */
function literal<const T>(...allowed: T[]): Parser<T> {
  return (value) => (allowed.includes(value as T) ? (value as T) : refuse());
}

/* @__NO_SIDE_EFFECTS__ */
function optional<T>(parser: Parser<T>): Parser<T | undefined> {
  return (value) => (value === undefined ? value : parser(value));
}

/* @__NO_SIDE_EFFECTS__ */
function nullable<T>(parser: Parser<T>): Parser<T | null> {
  return (value) => (value === null ? value : parser(value));
}

/* @__NO_SIDE_EFFECTS__ */
function list<T>(parser: Parser<T>, most: number): Parser<T[]> {
  return (value) => (Array.isArray(value) && value.length <= most ? Array.from(value, parser) : refuse());
}

/* @__NO_SIDE_EFFECTS__ */
function integer(least: number, most: number): Parser<number> {
  return (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most ? (value as number) : refuse();
}

/* @__NO_SIDE_EFFECTS__ */
function text<T extends string = string>(pattern: RegExp): Parser<T> {
  return (value) => (typeof value === "string" && pattern.test(value) ? (value as T) : refuse());
}

/* @__NO_SIDE_EFFECTS__ */
function upTo(length: number): Parser<string> {
  return (value) => (typeof value === "string" && value.length <= length ? value : refuse());
}

/** Texts, in lists and objects. What they say the frame reads, and answers what it cannot. */
function data<T>(value: unknown): T {
  const copy =
    typeof value === "string"
      ? upTo(2048)(value)
      : Array.isArray(value)
        ? list(data, 16)(value)
        : object(Object.fromEntries(Object.keys(value as object).map((key) => [name(key), data])))(value);
  return copy as T;
}

/** A code or a brand by its shape, not by a list: a newer vault may know more of them than this version. No digits. */
/* @__NO_SIDE_EFFECTS__ */
function identifier<T extends string>(): Parser<T> {
  return text<T>(/^[a-z_]{1,48}$/);
}

const name = /* @__PURE__ */ text(/^[a-z:.]{1,99}$/i);
const boolean = /* @__PURE__ */ literal(true, false);
const fields = ["number", "expiry", "code", "name", "country", "postalCode"] as const satisfies Field[];
const field = /* @__PURE__ */ literal<Field>(...fields);
const brand = /* @__PURE__ */ identifier<Brand>();
const last4 = /* @__PURE__ */ text(/^\d{4}$/);
const callId = /* @__PURE__ */ integer(1, Number.MAX_SAFE_INTEGER);

/** An object with a member for each field. */
/* @__NO_SIDE_EFFECTS__ */
function ofEachField<T>(parser: Parser<T>): Parser<Record<Field, T>> {
  return object(Object.fromEntries(fields.map((name) => [name, parser])) as never);
}

const fieldTexts = /* @__PURE__ */ ofEachField(optional(upTo(128))) as Parser<Partial<Record<Field, string>>>;

/** "auto", or a tag of BCP 47 by its form: at what else there is, Intl throws. */
const locale: Parser<string> = (value) => (value === "auto" || new Intl.Locale(upTo(64)(value))) && (value as string);

const cardOptions = /* @__PURE__ */ object<CardOptions>({
  appearance: optional<Appearance>(data),
  fonts: optional(list<Font>(data, 8)),
  layout: optional<Layout>(data),
  cardholder: optional(boolean),
  country: optional(boolean),
  postalCode: optional(boolean),
  defaultCountry: optional(text(/^[A-Z]{2}$/)),
  preferredBrands: optional(list(brand, 16)),
  labels: optional(fieldTexts),
  placeholders: optional(fieldTexts),
  showTotal: optional(boolean),
  order: optional(upTo(MAX_ORDER)),
  timeout: optional(integer(1, 120_000)),
  locale: optional(locale),
});

const fieldState = /* @__PURE__ */ object<FieldState>({
  empty: boolean,
  complete: boolean,
  length: integer(0, 1024),
  problem: nullable(identifier<ProblemCode>()),
});

const cardState = /* @__PURE__ */ object<CardState>({
  complete: boolean,
  empty: boolean,
  brand: nullable(brand),
  brands: list(brand, 16),
  brandChoices: list(brand, 16),
  chosenBrand: nullable(brand),
  codeName: text(/^[A-Z]{1,8}[1-9]?$/),
  codeLength: integer(3, 4),
  last4: nullable(last4),
  fields: ofEachField(fieldState),
});

const tokenizeResult = /* @__PURE__ */ union<TokenizeResult>("ok", {
  true: object<Tokenized>({
    ok: literal(true),
    token: text(/^tok_[\w-]{1,128}$/),
    brand: nullable(brand),
    last4,
    expMonth: integer(1, 12),
    expYear: integer(2000, 9999),
    expires: integer(0, Number.MAX_SAFE_INTEGER),
    envelope: upTo(4096),
    dualSignature: upTo(1024),
    receipt: upTo(4096),
  }),
  false: object<{ ok: false; error: Failure }>({
    ok: literal(false),
    error: object<Failure>({
      code: identifier<ErrorCode>(),
      message: upTo(512),
      retryable: boolean,
      field: optional(field),
    } as never),
  }),
});

const connect = /* @__PURE__ */ object<Connect>({
  cardseal: literal(PROTOCOL),
  type: literal("connect"),
  version: text(/^\d{1,5}\.\d{1,5}\.\d{1,5}[\w.+-]{0,32}$/),
  roots: list(text(/^[\w-]{43}$/), 8),
  options: cardOptions,
});

// What one side only sends is of no use to it as a parser, and left out of its bundle.
const pageMessage = /* @__PURE__ */ messages<PageMessage>({
  tokenize: { id: callId, order: upTo(MAX_ORDER) },
  clear: {},
  focus: { field: optional(field) },
  update: { options: cardOptions },
});

const frameMessage = /* @__PURE__ */ messages<FrameMessage>({
  hello: {},
  ready: { state: cardState },
  // Of any version: it is how a frame of another one says so.
  failed: {
    v: integer(1, Number.MAX_SAFE_INTEGER) as Parser<typeof PROTOCOL>,
    code: identifier<ErrorCode>(),
  },
  change: { state: cardState },
  focus: { field },
  blur: { field },
  submit: {},
  progress: { step: literal<Step>("verifying", "sealing", "sending", "checking") },
  resize: { height: integer(1, 4096) },
  title: { title: text(/^\P{Nd}{1,64}$/u) },
  optionserror: { member: name },
  result: { id: callId, result: tokenizeResult },
});
