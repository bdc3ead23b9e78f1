import { CardsealError, type ErrorCode } from "../errors.js";
import { failure } from "../failure.js";
import { parseOrigin, parseTimeout } from "../options.js";
import { MAX_ORDER } from "../request.js";
import type { Brand, Failure } from "../types.js";
import { encode } from "./base64url.js";

/** What {@link createVaultClient} needs to know. */
export interface VaultClientOptions {
  /** The vault's origin: `https://vault.example`; `http://` only on localhost. */
  vault: string;
  /** `sk_…`, as `cardseal-vault merchant add` printed it. A secret of the merchant's server. */
  apiKey: string;
  /** How long a call may take, retries included, in milliseconds, 1 to 120000. Default: 30000. */
  timeout?: number;
  /** In place of the runtime's own `fetch`. */
  fetch?: typeof fetch;
}

/** A merchant's access to its vault, from the merchant's server. No call throws or rejects for a run-time condition. */
export interface VaultClient {
  /**
   * Pays an order with a token. Safe to call again with the same two: the Idempotency-Key is made of them, so that one
   * order is paid once, even if an answer was lost or the server restarted in between.
   */
  pay(request: PayRequest): Promise<PayResult>;
  /** Asks about a token. */
  token(id: string): Promise<TokenResult>;
  /** Erases a token's card. */
  deleteToken(id: string): Promise<DeleteResult>;
}

/** What to pay with what. */
export interface PayRequest {
  /** `tok_…`, from the page. */
  token: string;
  /** The signed order that the token was made for. */
  order: string;
}

/** Why a payment was declined. */
export type DeclineCode = "declined" | "insufficient_funds" | "expired_card" | "incorrect_code" | "not_a_test_card";

/** What every payment has. */
export interface Payment {
  /** The vault answered; `status` says what the acquirer decided. */
  ok: true;
  /** `pay_…`. */
  payment: string;
  /** The order's id. */
  order: string;
  /** In minor units. */
  amount: number;
  /** ISO 4217. */
  currency: string;
  /** The token, spent now. */
  token: string;
  /** `null` where the card is of no scheme that the vault knows. */
  brand: Brand | null;
  /** The card's last four digits. */
  last4: string;
  /** Unix seconds. */
  created: number;
}

/** The acquirer has authorised the amount. */
export interface ApprovedPayment extends Payment {
  status: "approved";
  /** The acquirer's code. */
  authorizationCode: string;
}

/** The acquirer has refused: nothing was reserved; the order can be paid with another card. */
export interface DeclinedPayment extends Payment {
  status: "declined";
  declineCode: DeclineCode;
}

/** What `pay` resolves to. Only `status: "approved"` means that the order is paid. */
export type PayResult = ApprovedPayment | DeclinedPayment | { ok: false; error: Failure };

/** What the vault tells of a token. */
export interface TokenInfo {
  ok: true;
  /** `tok_…`. */
  token: string;
  status: "active" | "spent" | "expired" | "deleted";
  /** `null` where the card is of no scheme that the vault knows. */
  brand: Brand | null;
  /** The card's last four digits. */
  last4: string;
  /** Month of expiry, 1 to 12. */
  expMonth: number;
  /** Year of expiry, four digits. */
  expYear: number;
  /** The id of the order it was made for. */
  order: string;
  /** In minor units. */
  amount: number;
  /** ISO 4217. */
  currency: string;
  /** Unix seconds. */
  created: number;
  /** Unix seconds. */
  expires: number;
}

/** What `token` resolves to. */
export type TokenResult = TokenInfo | { ok: false; error: Failure };

/** What `deleteToken` resolves to. */
export type DeleteResult = { ok: true } | { ok: false; error: Failure };

/** How often a request is sent at most. */
const ATTEMPTS = 3;
/** How long to wait before the second one, in milliseconds, where the vault does not say; doubled for each further one. */
const PAUSE = 250;

type Answer = { ok: true; body: unknown } | { ok: false; error: Failure; again?: number };

/**
 * Makes a client of the vault's HTTP interface. A request that the vault could not take (connection lost, 502, 503, 504)
 * is sent again, at most three times in all, as far as the time-out allows.
 *
 * @throws CardsealError `options_invalid`.
 */
export function createVaultClient(options: VaultClientOptions): VaultClient {
  const vault = parseOrigin(options.vault, "vault");
  const timeout = parseTimeout(options.timeout, 30_000);
  const { apiKey } = options;
  if (typeof apiKey !== "string" || !/^sk_[\w-]+$/.test(apiKey)) {
    throw new CardsealError("options_invalid", 'apiKey: does not look like "sk_…"');
  }
  const send = options.fetch ?? fetch;

  async function call(method: string, path: string, body?: string, idempotencyKey?: string): Promise<Answer> {
    const end = performance.now() + timeout;
    const headers = {
      accept: "application/json",
      authorization: `Bearer ${apiKey}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    };
    for (let attempt = 1; ; attempt++) {
      const signal = AbortSignal.timeout(Math.max(1, Math.ceil(end - performance.now())));
      // No redirects: the API key goes to the vault and nowhere else.
      const request = { method, headers, signal, redirect: "error", ...(body !== undefined && { body }) } as const;
      const answer = await exchange(() => send(`${vault}${path}`, request), signal);
      if (answer.ok || answer.again === undefined || attempt === ATTEMPTS) return answer;
      const pause = Math.max(answer.again, PAUSE * 2 ** (attempt - 1) * (1 + Math.random()));
      if (performance.now() + pause >= end) return answer;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  return {
    async pay({ token, order }) {
      if (!isToken(token)) return malformed("token");
      if (typeof order !== "string" || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(order)) return malformed("order");
      if (order.length > MAX_ORDER) return failure("order_too_large", "The order is longer than 16 KiB.");
      const key = encode(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${token}.${order}`)));
      const answer = await call("POST", "/v1/payments", JSON.stringify({ token, order }), key);
      return answer.ok ? (readPayment(answer.body) ?? invalid()) : refused(answer);
    },
    async token(id) {
      if (!isToken(id)) return malformed("token");
      const answer = await call("GET", `/v1/tokens/${id}`);
      return answer.ok ? (readToken(answer.body) ?? invalid()) : refused(answer);
    },
    async deleteToken(id) {
      if (!isToken(id)) return malformed("token");
      const answer = await call("DELETE", `/v1/tokens/${id}`);
      return answer.ok ? { ok: true } : refused(answer);
    },
  };
}

/** One request and its answer. `again` in a failure: it may be sent again, after so many milliseconds at least. */
async function exchange(send: () => Promise<Response>, signal: AbortSignal): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await send();
    text = await response.text();
  } catch (error) {
    if (signal.aborted) return failure("timeout", "The vault did not answer in time.", true);
    return { ...failure("network", `The vault could not be reached${reason(error)}.`, true), again: 0 };
  }
  const body = parseJson(text);
  if (response.ok) return response.status === 204 || body !== undefined ? { ok: true, body } : invalid();
  const problem = readProblem(body);
  // An acquirer that did not answer is final, unlike a gateway on the way to the vault.
  const again = [502, 503, 504].includes(response.status) && problem?.code !== "acquirer_timeout";
  const { code, title } = problem ?? {
    code: again ? "unavailable" : "response_invalid",
    title: `The vault answered with status ${response.status}.`,
  };
  const refusal = failure(code, title, again);
  return again ? { ...refusal, again: retryAfter(response) } : refusal;
}

/** Retry-After in milliseconds; only its form in seconds, which is what the vault sends. */
function retryAfter(response: Response): number {
  const seconds = response.headers.get("retry-after") ?? "";
  return /^\d{1,4}$/.test(seconds) ? Number(seconds) * 1000 : 0;
}

/** What a connection failed of (`ECONNREFUSED`), if the runtime says; nothing else of its error, which may be long. */
function reason(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  return typeof code === "string" && /^\w{1,40}$/.test(code) ? ` (${code})` : "";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readProblem(body: unknown): { code: ErrorCode; title: string } | undefined {
  const { code, title } = (body ?? {}) as Record<string, unknown>;
  if (typeof code !== "string" || !/^[a-z][a-z0-9_]{0,47}$/.test(code)) return undefined;
  return { code: code as ErrorCode, title: typeof title === "string" ? title.slice(0, 512) : code };
}

function readPayment(body: unknown): PayResult | undefined {
  const wire = (body ?? {}) as Record<string, unknown>;
  const { payment, status, order, amount, currency, token, brand, last4, created } = wire;
  const { authorization_code: authorizationCode, decline_code: declineCode } = wire;
  const texts = [payment, order, currency, token, last4];
  if (!texts.every(isFilled) || !isBrand(brand) || ![amount, created].every(Number.isSafeInteger)) return undefined;
  const members = { ok: true, payment, order, amount, currency, token, brand, last4, created } as Payment;
  if (status === "approved" && isFilled(authorizationCode)) return { ...members, status, authorizationCode };
  if (status === "declined" && isFilled(declineCode)) {
    return { ...members, status, declineCode: declineCode as DeclineCode };
  }
  return undefined;
}

function readToken(body: unknown): TokenInfo | undefined {
  const wire = (body ?? {}) as Record<string, unknown>;
  const { token, status, brand, last4, order, amount, currency, created, expires } = wire;
  const { exp_month: expMonth, exp_year: expYear } = wire;
  const known = ["active", "spent", "expired", "deleted"].includes(status as string) && isBrand(brand);
  const numbers = [expMonth, expYear, amount, created, expires];
  if (!known || ![token, last4, order, currency].every(isFilled) || !numbers.every(Number.isSafeInteger)) {
    return undefined;
  }
  const card = { brand, last4, expMonth, expYear };
  return { ok: true, token, status, ...card, order, amount, currency, created, expires } as TokenInfo;
}

function isBrand(value: unknown): boolean {
  return value === null || isFilled(value);
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isToken(value: unknown): value is string {
  return typeof value === "string" && /^tok_[\w-]{1,128}$/.test(value);
}

/** Not thrown: tokens and orders come from pages, so that a malformed one is no mistake of the merchant's program. */
function malformed(member: string): { ok: false; error: Failure } {
  return failure("request_malformed", `The ${member} is not of the form that Cardseal makes.`);
}

function invalid(): { ok: false; error: Failure } {
  return failure("response_invalid", "The answer is not one that a vault gives.");
}

function refused({ error }: { error: Failure }): { ok: false; error: Failure } {
  return { ok: false, error };
}
