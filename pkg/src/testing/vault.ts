import type { ErrorCode } from "../errors.js";
import { parseMerchant, parseOrigin } from "../options.js";
import { decode, encode } from "../server/base64url.js";
import { isDigest, isOf, isOrigin, isTime } from "../server/claims.js";
import { unixNow } from "../server/clock.js";
import { verifyDualSignature } from "../server/dual-signature.js";
import { isObject, parseObject } from "../server/json.js";
import { hashOf } from "../server/jws.js";
import type { OrderPrivateKey } from "../server/keys.js";
import { type OrderDetails, verifyOrder } from "../server/order.js";
import type { DeclineCode } from "../server/vault.js";
import type { Brand } from "../types.js";
import type { TestPayment } from "./cards.js";
import { answerOf, brandOf, type OpenedCard } from "./sandbox.js";
import { makeSealingKey, makeSigningKey, type SealingKey, type SigningKey, type Suite } from "./signing.js";

/** What {@link createTestVault} may be told. */
export interface TestVaultOptions {
  /** The vault's origin. Default: `https://vault-1.test`, and another for each vault of this process. */
  url?: string;
  /** The merchant's id. Default: `mer_test`. */
  merchant?: string;
  /** The merchant's name, which the fields show with a total. Default: `Test shop`. */
  merchantName?: string;
  /** The origins of the merchant's pages, the first being that of the tests. Default: this page's, or `https://shop.example`. */
  origins?: readonly string[];
  /** The merchant's order key, if the merchant's own code is to sign the orders. Default: a fresh one. */
  orderKey?: OrderPrivateKey;
  /** The merchant's API key. Default: `sk_test`. */
  apiKey?: string;
  /** What cards are sealed with: `HPKE-8`, as a real vault has it, or `HPKE-7`, which is faster. Default: `HPKE-7`. */
  suite?: Suite;
}

/** An order for {@link TestVault.signOrder}: what is left out has a default. */
export type TestOrder = Partial<OrderDetails> & {
  /** When it was signed, in Unix seconds: two hours ago, and it has expired. Default: now. */
  issued?: number;
};

/** A token that the vault gave. */
export interface TestToken {
  /** `tok_…`. */
  readonly token: string;
  /** The order's id. */
  readonly order: string;
  /** In minor units. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** `null` where the card is of no scheme that the vault knows. */
  readonly brand: Brand | null;
  /** The card's last four digits. */
  readonly last4: string;
  /** Month of expiry, 1 to 12. */
  readonly expMonth: number;
  /** Year of expiry, four digits. */
  readonly expYear: number;
  /** The cardholder's name, where the fields asked for it. */
  readonly name: string | null;
  /** What the card was sealed with. */
  readonly suite: Suite;
  /** The vault's signed receipt. */
  readonly receipt: string;
  /** The device's signature over order and envelope. */
  readonly dualSignature: string;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly expires: number;
  /** `active` until it has paid, was deleted, or is too old. */
  readonly status: "active" | "spent" | "expired" | "deleted";
}

/** A payment that the sandbox answered. */
export interface TestPaid {
  /** `pay_…`. */
  readonly payment: string;
  /** What the acquirer decided. */
  readonly status: "approved" | "declined";
  /** Why it was declined; `null` where it was not. */
  readonly declineCode: DeclineCode | null;
  /** The acquirer's code; `null` where it was declined. */
  readonly authorizationCode: string | null;
  /** The order's id. */
  readonly order: string;
  /** In minor units. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** The token that it was paid with. */
  readonly token: string;
  /** `null` where the card is of no scheme that the vault knows. */
  readonly brand: Brand | null;
  /** The card's last four digits. */
  readonly last4: string;
  /** Unix seconds. */
  readonly created: number;
}

/** A request to the vault. */
export interface TestRequest {
  /** `GET`, `POST` or `DELETE`. */
  readonly method: string;
  /** Path and query: `/v1/tokens`. */
  readonly path: string;
}

/**
 * How a request fails.
 *
 * - `network`: it does not get through;
 * - `answer_lost`: the vault does what is asked, and its answer gets lost;
 * - `hang`: nothing comes, until whoever asks gives up.
 */
export type TestFailure = "network" | "answer_lost" | "hang";

/**
 * An answer in place of the vault's own: a problem document of this status, `code` by default `unavailable`, with whatever
 * other members it is to have; or a function that gives the answer, and may alter the vault's own.
 */
export type TestAnswer =
  | { status: number; code?: ErrorCode; [member: string]: unknown }
  | ((answer: () => Promise<Response>) => Response | Promise<Response>);

/** Which requests a failure or an answer is for. */
export interface Provocation {
  /** The path. Default: that of the next `POST`, a tokenization or a payment. */
  path?: "/v1/tokens" | "/v1/payments" | "/.well-known/cardseal/keys" | `/v1/merchants/${string}`;
  /**
   * For how many requests. Default: for all attempts of one call, so that it fails. With 1, a call that makes a second
   * attempt succeeds.
   */
  times?: number;
}

/** A vault in memory. It opens what cards are sealed in, signs what a vault signs, and refuses what a vault refuses. */
export interface TestVault {
  /** Its origin. */
  readonly url: string;
  /** The merchant's id. */
  readonly merchant: string;
  /** The thumbprint of its root key, to pin. */
  readonly roots: readonly string[];
  /** What `loadCardseal` and `loadDirect` are to be told. */
  readonly options: { vault: string; merchant: string; roots: string[] };
  /** The merchant's API key, for `createVaultClient`. */
  readonly apiKey: string;
  /** The merchant's private order key, for `createOrderSigner`. */
  readonly orderKey: OrderPrivateKey;
  /** The origins of the merchant's pages. */
  readonly origins: readonly string[];
  /** In place of the runtime's own: `createVaultClient({ …, fetch: vault.fetch })`. */
  readonly fetch: typeof fetch;
  /** The tokens that it gave, oldest first. Never a card number. */
  readonly tokens: readonly TestToken[];
  /** The payments that its sandbox answered, oldest first. */
  readonly payments: readonly TestPaid[];
  /** What it was asked, oldest first. */
  readonly requests: readonly TestRequest[];
  /** The card of the last token, as far as a merchant may know it. */
  readonly lastCard: Pick<TestToken, "brand" | "last4" | "expMonth" | "expYear" | "name"> | undefined;
  /** Signs an order as the merchant's server does: of 42.00 euro, for the merchant's pages, unless it says otherwise. */
  signOrder(order?: TestOrder): Promise<string>;
  /** Lets the next tokenization or payment fail. Several fail one after the other. */
  failNext(failure: TestFailure, provocation?: Provocation): void;
  /** Answers the next tokenization or payment otherwise. */
  answerNext(answer: TestAnswer, provocation?: Provocation): void;
  /** Lets the next card element that is mounted fail to load with this code (see `serveFrames`). */
  failNextLoad(code: ErrorCode): void;
  /** Revokes the key that cards are sealed to, and publishes another. */
  revokeKey(): Promise<void>;
  /** @internal The cause with which the next card element fails to load, if it is to. */
  takeLoadFailure(): ErrorCode | undefined;
  /** @internal The merchant's name and pages are known by the vault alone. */
  knows(merchant: string, origin: string): boolean;
}

/** How far apart times may be, in seconds. */
const FRESHNESS = 300;
const TOKEN_LIFE = 900;
const DIRECTORY_LIFE = 80_000;
const MAX_BODY = 32 * 1024;
const MAX_ENVELOPE = 4096;
/** How often browser and server send a request at most. */
const ATTEMPTS = 3;
/** The statuses after which they send it again. */
const TAKEN_AGAIN = [429, 502, 503, 504];

/** The status of each refusal that is not 400 (docs/errors.md). */
const statuses: Partial<Record<ErrorCode, number>> = {
  envelope_too_large: 413,
  order_too_large: 413,
  body_too_large: 413,
  content_type_unsupported: 415,
  api_key_invalid: 401,
  origin_not_allowed: 403,
  merchant_unknown: 404,
  token_unknown: 404,
  not_found: 404,
  method_not_allowed: 405,
  jti_reused: 409,
  order_mismatch: 409,
  order_paid: 409,
  idempotency_key_reused: 409,
  token_spent: 410,
  token_expired: 410,
  acquirer_timeout: 504,
};

/** Thrown by what answers a request, and answered as a problem document. */
class Refusal extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly more: Record<string, unknown> = {},
  ) {
    super(code);
  }
}

let vaults = 0;

/**
 * Opens a vault in memory, with keys of its own: for tests, in Node or a browser. It keeps everything for as long as it is
 * held, and needs no closing.
 *
 * @throws CardsealError (the promise rejects) `options_invalid`.
 */
export async function createTestVault(options: TestVaultOptions = {}): Promise<TestVault> {
  vaults += 1;
  const page = globalThis.location?.origin;
  const settings = {
    url: parseOrigin(options.url ?? `https://vault-${vaults}.test`, "url"),
    merchant: parseMerchant(options.merchant ?? "mer_test"),
    name: options.merchantName ?? "Test shop",
    origins: options.origins ?? [isOrigin(page) ? page : "https://shop.example"],
    apiKey: options.apiKey ?? "sk_test",
    suite: options.suite ?? "HPKE-7",
  };
  const [root, online, receipts, orders, sealing] = await Promise.all([
    makeSigningKey(),
    makeSigningKey(),
    makeSigningKey(),
    makeSigningKey(options.orderKey),
    makeSealingKey(settings.suite),
  ]);
  const vault = new MemoryVault(settings, { root, online, receipts, orders, sealing });
  await vault.publish();
  return vault;
}

interface Settings {
  url: string;
  merchant: string;
  name: string;
  origins: readonly string[];
  apiKey: string;
  suite: Suite;
}

interface Keys {
  root: SigningKey;
  online: SigningKey;
  receipts: SigningKey;
  orders: SigningKey & { privateJwk: OrderPrivateKey };
  sealing: SealingKey;
}

/** A token, and what the vault knows of it beside what a merchant is told. */
type Kept = Omit<TestToken, "status"> & {
  orderHash: string;
  /** What its payment comes to: decided where the card is opened, so that no number is kept. */
  answer: TestPayment;
  isSpent: boolean;
  isDeleted: boolean;
};

interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: string;
  signal: AbortSignal | undefined;
}

interface Provoked extends Provocation {
  how: TestFailure | TestAnswer;
  /** The request that it began with; those that repeat it fail with it. */
  first?: string;
}

class MemoryVault implements TestVault {
  readonly requests: TestRequest[] = [];
  readonly payments: TestPaid[] = [];
  readonly #settings: Settings;
  readonly #keys: Keys;
  readonly #tokens: Kept[] = [];
  readonly #revoked: string[] = [];
  readonly #provoked: Provoked[] = [];
  readonly #loadFailures: ErrorCode[] = [];
  /** What an envelope's `jti` was answered, and to which request. */
  readonly #answered = new Map<string, { request: string; body: object }>();
  /** What an idempotency key was answered, and to which request. */
  readonly #paid = new Map<string, { request: string; body: object }>();
  #published: { delegation: string; directory: string } | undefined;
  /** The hash of the directory before the next. */
  #previous: string | undefined;
  /** The receipt before the next. */
  #chain: Promise<string | undefined> = Promise.resolve(undefined);
  #orders = 0;

  constructor(settings: Settings, keys: Keys) {
    this.#settings = settings;
    this.#keys = keys;
  }

  get url(): string {
    return this.#settings.url;
  }

  get merchant(): string {
    return this.#settings.merchant;
  }

  get roots(): readonly string[] {
    return [this.#keys.root.kid];
  }

  get options() {
    return { vault: this.url, merchant: this.merchant, roots: [...this.roots] };
  }

  get apiKey(): string {
    return this.#settings.apiKey;
  }

  get orderKey(): OrderPrivateKey {
    return this.#keys.orders.privateJwk;
  }

  get origins(): readonly string[] {
    return this.#settings.origins;
  }

  get tokens(): readonly TestToken[] {
    return this.#tokens.map(({ orderHash, answer, isSpent, isDeleted, ...token }) => ({
      ...token,
      status: isDeleted ? "deleted" : isSpent ? "spent" : unixNow() >= token.expires ? "expired" : "active",
    }));
  }

  get lastCard() {
    const last = this.#tokens.at(-1);
    if (!last) return undefined;
    const { brand, last4, expMonth, expYear, name } = last;
    return { brand, last4, expMonth, expYear, name };
  }

  async signOrder(order: TestOrder = {}): Promise<string> {
    this.#orders += 1;
    const { id = `order-${this.#orders}`, amount = 4200, currency = "EUR", origins = this.origins } = order;
    const { issued = unixNow(), expiresIn = 3600, notBefore: nbf, description, items } = order;
    const iat = Math.floor(issued);
    const claims = { iss: this.merchant, jti: id, iat, nbf, exp: iat + expiresIn, amount, currency, origins };
    // What is undefined is left out of JSON.
    return this.#keys.orders.sign("cardseal-order+jwt", { ...claims, description, items });
  }

  failNext(failure: TestFailure, provocation: Provocation = {}): void {
    this.#provoked.push({ ...provocation, how: failure });
  }

  answerNext(answer: TestAnswer, provocation: Provocation = {}): void {
    this.#provoked.push({ ...provocation, how: answer });
  }

  failNextLoad(code: ErrorCode): void {
    this.#loadFailures.push(code);
  }

  takeLoadFailure(): ErrorCode | undefined {
    return this.#loadFailures.shift();
  }

  knows(merchant: string, origin: string): boolean {
    return merchant === this.merchant && this.origins.includes(origin);
  }

  async revokeKey(): Promise<void> {
    this.#revoked.push(this.#keys.sealing.kid);
    this.#keys.sealing = await makeSealingKey(this.#settings.suite);
    await this.publish();
  }

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const given = typeof input === "string" || input instanceof URL ? undefined : input;
    const { pathname: path, search, searchParams: query } = new URL(given?.url ?? String(input));
    const method = (init.method ?? given?.method ?? "GET").toUpperCase();
    const headers = new Headers(init.headers ?? given?.headers);
    const body = typeof init.body === "string" ? init.body : ((await given?.text()) ?? "");
    this.requests.push({ method, path: path + search });
    const asked = { method, path, query, headers, body, signal: init.signal ?? undefined };
    const provoked = this.#takeProvoked(asked);
    const answer = () => this.#answer(asked);
    return provoked === undefined ? answer() : provoke(provoked, answer, asked.signal);
  };

  /** What is to happen to this request in place of what would. */
  #takeProvoked({ method, path, body }: Asked): TestFailure | TestAnswer | undefined {
    const request = `${path} ${body}`;
    const isFor = (provoked: Provoked) => (provoked.path ? provoked.path === path : method === "POST");
    // A call that has begun to fail fails to its end; what asks for something else is another call.
    const ended = this.#provoked.findIndex((one) => isFor(one) && one.first !== undefined && one.first !== request);
    if (ended >= 0) this.#provoked.splice(ended, 1);
    const at = this.#provoked.findIndex(isFor);
    const provoked = this.#provoked[at];
    if (!provoked) return undefined;
    provoked.first = request;
    provoked.times = (provoked.times ?? (isTriedAgain(provoked.how) ? ATTEMPTS : 1)) - 1;
    if (provoked.times < 1) this.#provoked.splice(at, 1);
    return provoked.how;
  }

  async #answer(asked: Asked): Promise<Response> {
    try {
      return await this.#route(asked);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return problem(statuses[error.code] ?? 400, error.code, error.more);
    }
  }

  async #route(asked: Asked): Promise<Response> {
    const { method, path } = asked;
    const allow = (...methods: string[]) => {
      if (!methods.includes(method)) throw new Refusal("method_not_allowed");
    };
    if (path === "/.well-known/cardseal/keys") {
      allow("GET");
      return json(200, this.#published ?? {});
    }
    if (path === "/v1/tokens") {
      allow("POST");
      return this.#tokenize(asked);
    }
    if (path === "/v1/payments") {
      allow("POST");
      this.#authenticate(asked);
      return this.#pay(asked);
    }
    if (path === "/v1/receipts") {
      allow("GET");
      this.#authenticate(asked);
      return this.#receipts(asked);
    }
    const [, merchant] = /^\/v1\/merchants\/([^/]+)\/keys$/.exec(path) ?? [];
    if (merchant) {
      allow("GET");
      if (merchant !== this.merchant) throw new Refusal("merchant_unknown");
      const { kid, jwk } = this.#keys.orders;
      return json(200, { keys: [{ ...jwk, kid, alg: "ES256", use: "sig" }], name: this.#settings.name });
    }
    const [, id] = /^\/v1\/tokens\/([^/]+)$/.exec(path) ?? [];
    if (id) {
      allow("GET", "DELETE");
      this.#authenticate(asked);
      return this.#token(method, id);
    }
    throw new Refusal("not_found");
  }

  #authenticate({ headers }: Asked): void {
    if (headers.get("authorization") !== `Bearer ${this.apiKey}`) throw new Refusal("api_key_invalid");
  }

  /** In the order of `vault/src/http/tokens.rs`, so that of several faults the same is named. */
  async #tokenize(asked: Asked): Promise<Response> {
    const request = readBody(asked, ["envelope", "order", "dual_signature"]);
    const { envelope, order, dual_signature: dualSignature } = request as Record<string, string>;
    const { header, encapsulated, ciphertext, aad } = parseEnvelope(envelope as string);
    const verified = await verifyOrder(order as string, this.#keys.orders.jwk);
    if (!verified.ok) throw new Refusal(verified.error.code);
    const signed = verified.order;
    if (signed.merchant !== this.merchant) throw new Refusal("merchant_unknown");

    const orderHash = (await hashOf(order)) as string;
    if (header.order !== orderHash) throw new Refusal("order_mismatch");
    const { origin } = header;
    if (!signed.origins.includes(origin) || !this.origins.includes(origin)) throw new Refusal("origin_not_allowed");
    if (this.#revoked.includes(header.kid)) throw new Refusal("key_revoked");
    if (header.kid !== this.#keys.sealing.kid) throw new Refusal("key_unknown");
    checkFresh(header.iat);
    const dual = await verifyDualSignature(dualSignature as string, {
      order: order as string,
      envelope: envelope as string,
    });
    if (!dual.ok) throw new Refusal(dual.error.code);
    checkFresh(dual.dualSignature.issued);
    const card = await this.#open(header.alg, encapsulated, ciphertext, aad);

    const known = this.#answered.get(header.jti);
    if (known && known.request !== asked.body) throw new Refusal("jti_reused");
    if (known) return json(201, known.body);
    const token = `tok_${randomId()}`;
    const created = unixNow();
    const expires = created + TOKEN_LIFE;
    const brand = brandOf(card);
    const last4 = card.number.slice(-4);
    const receipt = await this.#sign({
      iss: this.url,
      sub: token,
      aud: this.merchant,
      iat: created,
      exp: expires,
      ...(brand && { brand }),
      last4,
      order: orderHash,
      card: dual.dualSignature.card,
      device: dual.dualSignature.device,
      origin,
      suite: header.alg,
      key: header.kid,
    });
    const { id, amount, currency } = signed;
    const { exp_month: expMonth, exp_year: expYear, name = null } = card;
    this.#tokens.push({
      ...{ token, order: id, amount, currency, brand, last4, expMonth, expYear, name, suite: header.alg, receipt },
      ...{ dualSignature: dualSignature as string, created, expires, orderHash, answer: answerOf(card) },
      ...{ isSpent: false, isDeleted: false },
    });
    const body = { token, brand, last4, exp_month: expMonth, exp_year: expYear, order: id, expires, receipt };
    this.#answered.set(header.jti, { request: asked.body, body });
    return json(201, body);
  }

  async #open(alg: Suite, encapsulated: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array): Promise<OpenedCard> {
    const key = this.#keys.sealing;
    const plaintext =
      alg === key.alg ? await key.open(encapsulated, ciphertext, aad).catch(() => undefined) : undefined;
    const card = parseObject(new TextDecoder().decode(plaintext).trimEnd());
    const isText = (value: unknown) => typeof value === "string";
    const required = { number: isText, exp_month: isTime, exp_year: isTime, code: isText };
    const optional = { name: isText, brand: isText, country: isText, postal_code: isText };
    if (!isOf(card, required, optional)) throw new Refusal("envelope_invalid");
    return card as unknown as OpenedCard;
  }

  /** The next receipt of the chain: one after the other, so that each names the one before. */
  #sign(claims: object): Promise<string> {
    const signed = this.#chain.then(async (previous) => {
      const prev = previous && (await hashOf(previous));
      return this.#keys.receipts.sign("cardseal-receipt+jwt", { ...claims, ...(prev && { prev }) });
    });
    this.#chain = signed;
    return signed;
  }

  async #pay(asked: Asked): Promise<Response> {
    const { token: id, order } = readBody(asked, ["token", "order"]) as Record<string, string>;
    const orderHash = await hashOf(order);
    const key = asked.headers.get("idempotency-key");
    const known = key === null ? undefined : this.#paid.get(key);
    if (known && known.request !== asked.body) throw new Refusal("idempotency_key_reused");
    if (known) return json(201, known.body);
    const token = this.#tokens.find(({ token, isDeleted }) => token === id && !isDeleted);
    if (!token) throw new Refusal("token_unknown");
    if (token.isSpent) throw new Refusal("token_spent");
    if (unixNow() >= token.expires) throw new Refusal("token_expired");
    if (orderHash !== token.orderHash) throw new Refusal("order_mismatch");
    const { order: orderId, amount, currency, brand, last4, answer } = token;
    if (this.payments.some((paid) => paid.order === orderId && paid.status === "approved")) {
      throw new Refusal("order_paid");
    }
    token.isSpent = true;
    if (answer.status === "failed") throw new Refusal(answer.code);
    const paid: TestPaid = {
      payment: `pay_${randomId()}`,
      status: answer.status,
      declineCode: answer.status === "declined" ? answer.declineCode : null,
      authorizationCode: answer.status === "approved" ? String(100_000 + this.payments.length) : null,
      ...{ order: orderId, amount, currency, token: token.token, brand, last4, created: unixNow() },
    };
    this.payments.push(paid);
    const { declineCode: decline_code, authorizationCode: authorization_code, ...same } = paid;
    const body = { ...same, decline_code, authorization_code };
    if (key !== null) this.#paid.set(key, { request: asked.body, body });
    return json(201, body);
  }

  #token(method: string, id: string): Response {
    const kept = this.#tokens.find(({ token }) => token === id);
    const shown = this.tokens.find(({ token }) => token === id);
    if (!kept || !shown) throw new Refusal("token_unknown");
    if (method === "DELETE") {
      kept.isDeleted = true;
      return new Response(null, { status: 204 });
    }
    const { expMonth: exp_month, expYear: exp_year, dualSignature: dual_signature, name, suite, ...same } = shown;
    return json(200, { ...same, exp_month, exp_year, dual_signature });
  }

  #receipts({ query }: Asked): Response {
    const after = Number(query.get("after") ?? 0);
    if (!Number.isSafeInteger(after) || after < 0) throw new Refusal("request_malformed");
    const all = this.#tokens.map(({ receipt, dualSignature: dual_signature }, index) => {
      return { seq: index + 1, receipt, dual_signature };
    });
    return json(200, { receipts: all.slice(after, after + 100) });
  }

  /** Publishes a directory of the keys as they are. */
  async publish(): Promise<void> {
    const { root, online, receipts, sealing } = this.#keys;
    const times = { iat: unixNow(), exp: unixNow() + DIRECTORY_LIFE };
    const delegation = { iss: root.kid, sub: this.url, ...times, cnf: { jwk: online.jwk } };
    const prev = this.#previous;
    const directory = await online.sign("cardseal-keys+jwt", {
      iss: this.url,
      ...times,
      seq: this.#revoked.length + 1,
      ...(prev && { prev }),
      keys: [sealing.jwk, { ...receipts.jwk, kid: receipts.kid, alg: "ES256", use: "sig" }],
      // As many as a directory may name.
      revoked: this.#revoked.slice(-512),
    });
    this.#published = {
      // By the root key once: a later delegation would be another word of its owner's.
      delegation: this.#published?.delegation ?? (await root.signWithJwk("cardseal-delegation+jwt", delegation)),
      directory,
    };
    this.#previous = await hashOf(directory);
  }
}

interface Header {
  alg: Suite;
  kid: string;
  iat: number;
  jti: string;
  origin: string;
  order: string;
}

/** A JWE of the form that docs/protocol.md defines. */
function parseEnvelope(jwe: string) {
  if (jwe.length > MAX_ENVELOPE) throw new Refusal("envelope_too_large");
  const parts = jwe.split(".");
  const [header, encapsulated, , ciphertext] = parts.map(decode);
  if (parts.length !== 5 || parts[2] || parts[4] || !header || !encapsulated?.length || !ciphertext?.length) {
    throw new Refusal("envelope_malformed");
  }
  const claims = parseObject(new TextDecoder().decode(header));
  const required = {
    alg: (alg: unknown) => typeof alg === "string",
    kid: isDigest,
    typ: (typ: unknown) => typ === "cardseal-card+jwe",
    iat: isTime,
    jti: (jti: unknown) => typeof jti === "string" && decode(jti)?.length === 16,
    origin: isOrigin,
    order: isDigest,
  };
  if (!isOf(claims, required)) throw new Refusal("envelope_malformed");
  if (claims.alg !== "HPKE-7" && claims.alg !== "HPKE-8") throw new Refusal("suite_unsupported");
  // A copy of the present realm's: in Vitest's jsdom the encoder makes arrays of another.
  const aad = new Uint8Array(new TextEncoder().encode(parts[0]));
  return { header: claims as unknown as Header, encapsulated, ciphertext, aad };
}

function readBody({ headers, body }: Asked, members: string[]): Record<string, unknown> {
  if (!/^application\/json(;|$)/.test(headers.get("content-type") ?? "")) throw new Refusal("content_type_unsupported");
  if (body.length > MAX_BODY) throw new Refusal("body_too_large");
  const value = parseObject(body);
  const isText = (member: unknown) => typeof member === "string";
  if (!isOf(value, Object.fromEntries(members.map((name) => [name, isText])))) throw new Refusal("request_malformed");
  return value;
}

function checkFresh(issued: number): void {
  const now = unixNow();
  if (Math.abs(issued - now) > FRESHNESS) throw new Refusal("clock_skew", { now });
}

/** Whether who gets this asks again. */
function isTriedAgain(how: TestFailure | TestAnswer): boolean {
  if (isObject(how)) return TAKEN_AGAIN.includes(how.status as number) && how.code !== "acquirer_timeout";
  return typeof how === "string";
}

async function provoke(
  how: TestFailure | TestAnswer,
  answer: () => Promise<Response>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  if (typeof how === "function") return how(answer);
  if (isObject(how)) {
    const { status, code = "unavailable", ...more } = how;
    return problem(status, code, more);
  }
  if (how === "hang") await new Promise((resolve) => signal?.addEventListener("abort", resolve));
  if (how === "answer_lost") await answer();
  if (signal?.aborted) throw signal.reason;
  // As browsers and Node word it.
  throw new TypeError("Failed to fetch");
}

function problem(status: number, code: ErrorCode, more: Record<string, unknown>): Response {
  const body = { type: `https://cardseal.dev/errors#${code}`, title: `The test vault answers ${code}.`, status, code };
  return json(status, { ...body, ...more }, "application/problem+json");
}

function json(status: number, body: object, type = "application/json"): Response {
  // At once: a test need not wait for a vault to recover.
  const again = TAKEN_AGAIN.includes(status) ? { "retry-after": "0" } : {};
  return new Response(JSON.stringify(body), { status, headers: { "content-type": type, ...again } });
}

function randomId(): string {
  return encode(crypto.getRandomValues(new Uint8Array(16)));
}
