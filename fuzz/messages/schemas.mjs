// What the messages of pkg/src/messages.ts may be, once more and in JSON Schema, so that the parsers there are held to a
// reader that nobody here wrote.

const text = (pattern) => ({ type: "string", pattern });
const upTo = (maxUnits) => ({ type: "string", maxUnits });
const integer = (minimum, maximum) => ({ type: "integer", minimum, maximum });
const nullable = (schema) => ({ anyOf: [{ type: "null" }, schema] });

/** An object of these members and no others. */
const object = (required, optional = {}) => ({
  type: "object",
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
});

/** In bytes of its JWS. */
const MAX_ORDER = 16_384;

const boolean = { type: "boolean" };
const fields = ["number", "expiry", "code", "name", "country", "postalCode"];
const field = { enum: fields };
const identifier = text("^[a-z_]{1,48}$");
const brands = { type: "array", items: identifier, maxItems: 16 };
const last4 = text("^[0-9]{4}$");
const callId = integer(1, 2 ** 53 - 1);
const ofEachField = (schema) => Object.fromEntries(fields.map((name) => [name, schema]));

/** Texts, in lists and objects. */
export const data = {
  $id: "data",
  anyOf: [
    upTo(2048),
    { type: "array", items: { $ref: "data" }, maxItems: 16 },
    { type: "object", propertyNames: { pattern: "^[A-Za-z:.]{1,99}$" }, additionalProperties: { $ref: "data" } },
  ],
};

const cardOptions = object(
  {},
  {
    appearance: { $ref: "data" },
    fonts: { type: "array", items: { $ref: "data" }, maxItems: 8 },
    layout: { $ref: "data" },
    cardholder: boolean,
    country: boolean,
    postalCode: boolean,
    defaultCountry: text("^[A-Z]{2}$"),
    preferredBrands: brands,
    labels: object({}, ofEachField(upTo(128))),
    placeholders: object({}, ofEachField(upTo(128))),
    showTotal: boolean,
    order: upTo(MAX_ORDER),
    timeout: integer(1, 120_000),
    locale: { ...upTo(64), languageTag: true },
  },
);

const fieldState = object({
  empty: boolean,
  complete: boolean,
  length: integer(0, 1024),
  problem: nullable(identifier),
});

const cardState = object({
  complete: boolean,
  empty: boolean,
  brand: nullable(identifier),
  brands,
  brandChoices: brands,
  chosenBrand: nullable(identifier),
  codeName: text("^[A-Z]{1,8}[1-9]?$"),
  codeLength: integer(3, 4),
  last4: nullable(last4),
  fields: object(ofEachField(fieldState)),
});

const tokenized = object({
  ok: { const: true },
  token: text("^tok_[A-Za-z0-9_-]{1,128}$"),
  brand: nullable(identifier),
  last4,
  expMonth: integer(1, 12),
  expYear: integer(2000, 9999),
  expires: integer(0, 2 ** 53 - 1),
  envelope: upTo(4096),
  dualSignature: upTo(1024),
  receipt: upTo(4096),
});

const failed = object({
  ok: { const: false },
  error: object({ code: identifier, message: upTo(512), retryable: boolean }, { field }),
});

const message = (type, required = {}, optional = {}) =>
  object({ v: { const: 1 }, type: { const: type }, ...required }, optional);

/** The schema of what each parser takes, by the parser's name. */
export const schemas = {
  parseConnect: object({
    cardseal: { const: 1 },
    type: { const: "connect" },
    version: text("^[0-9]{1,5}\\.[0-9]{1,5}\\.[0-9]{1,5}[A-Za-z0-9_.+-]{0,32}$"),
    roots: { type: "array", items: text("^[A-Za-z0-9_-]{43}$"), maxItems: 8 },
    options: cardOptions,
  }),
  parsePageMessage: {
    anyOf: [
      message("tokenize", { id: callId, order: upTo(MAX_ORDER) }),
      message("clear"),
      message("focus", {}, { field }),
      message("update", { options: cardOptions }),
    ],
  },
  parseFrameMessage: {
    anyOf: [
      message("hello"),
      message("ready", { state: cardState }),
      // Of any version: it is how a frame of another one says so.
      object({ v: integer(1, 2 ** 53 - 1), type: { const: "failed" }, code: identifier }),
      message("change", { state: cardState }),
      message("focus", { field }),
      message("blur", { field }),
      message("submit"),
      message("resize", { height: integer(1, 4096) }),
      message("title", { title: text("^\\P{Nd}{1,64}$") }),
      message("optionserror", { member: text("^[A-Za-z:.]{1,99}$") }),
      message("result", { id: callId, result: { anyOf: [tokenized, failed] } }),
    ],
  },
  parseCardOptions: cardOptions,
};
