import { CardsealError } from "../errors.js";
import { failure } from "../failure.js";
import { parseOrigin, parseTimeout } from "../options.js";
import { MAX_ORDER } from "../request.js";
import type { Brand, Failure } from "../types.js";
import { digest } from "./digest.js";
import { type Answer, invalid, request } from "./http.js";

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
  /**
   * The merchant's receipts after a number, in the order of their chain, at most 100; an empty list is the end. Kept by the
   * merchant, they show what the vault took, and that it has not rewritten it since.
   */
  receipts(after?: number): Promise<ReceiptsResult>;
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
  /** The order is paid. */
  status: "approved";
  /** The acquirer's code. */
  authorizationCode: string;
}

/** The acquirer has refused: nothing was reserved; the order can be paid with another card. */
export interface DeclinedPayment extends Payment {
  /** The order is not paid. */
  status: "declined";
  /** Why, as far as the bank says. */
  declineCode: DeclineCode;
}

/** What `pay` resolves to. Only `status: "approved"` means that the order is paid. */
export type PayResult = ApprovedPayment | DeclinedPayment | { ok: false; error: Failure };

/** What the vault tells of a token. */
export interface TokenInfo {
  /** Tells it from a failure. */
  ok: true;
  /** `tok_…`. */
  token: string;
  /** Only an `active` token can pay. The card of any other is erased. */
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
  /** The vault's signed receipt; `null` for a token from before there were receipts. */
  receipt: string | null;
  /** The device's signature over order and envelope; `null` as above. */
  dualSignature: string | null;
}

/** What `token` resolves to. */
export type TokenResult = TokenInfo | { ok: false; error: Failure };

/** A receipt in the merchant's chain. */
export interface KeptReceipt {
  /** Its number, from 1. */
  seq: number;
  /** The vault's signed receipt. */
  receipt: string;
  /** The device's signature over order and envelope. */
  dualSignature: string;
}

/** What `receipts` resolves to. */
export type ReceiptsResult = { ok: true; receipts: KeptReceipt[] } | { ok: false; error: Failure };

/** What `deleteToken` resolves to. */
export type DeleteResult = { ok: true } | { ok: false; error: Failure };

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

  function call(method: string, path: string, body?: string, idempotencyKey?: string): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    };
    return request(send, `${vault}${path}`, { method, headers, ...(body !== undefined && { body }) }, timeout);
  }

  return {
    async pay({ token, order }) {
      if (!isToken(token)) return malformed("token");
      if (typeof order !== "string" || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(order)) return malformed("order");
      if (order.length > MAX_ORDER) return failure("order_too_large", "The order is longer than 16 KiB.");
      const key = await digest(`${token}.${order}`);
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
    async receipts(after = 0) {
      if (!Number.isSafeInteger(after) || after < 0) return malformed("number of a receipt");
      const answer = await call("GET", `/v1/receipts?after=${after}`);
      return answer.ok ? (readReceipts(answer.body) ?? invalid()) : refused(answer);
    },
  };
}

function readReceipts(body: unknown): ReceiptsResult | undefined {
  const { receipts } = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(receipts)) return undefined;
  const kept: KeptReceipt[] = [];
  for (const wire of receipts) {
    const { seq, receipt, dual_signature: dualSignature } = (wire ?? {}) as Record<string, unknown>;
    if (!Number.isSafeInteger(seq) || !isFilled(receipt) || !isFilled(dualSignature)) return undefined;
    kept.push({ seq: seq as number, receipt, dualSignature });
  }
  return { ok: true, receipts: kept };
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
  const { receipt = null, dual_signature: dualSignature = null } = wire;
  const known = ["active", "spent", "expired", "deleted"].includes(status as string) && isBrand(brand);
  const numbers = [expMonth, expYear, amount, created, expires];
  if (![receipt, dualSignature].every((jws) => jws === null || isFilled(jws))) return undefined;
  if (!known || ![token, last4, order, currency].every(isFilled) || !numbers.every(Number.isSafeInteger)) {
    return undefined;
  }
  const card = { brand, last4, expMonth, expYear };
  const signed = { receipt, dualSignature };
  return { ok: true, token, status, ...card, order, amount, currency, created, expires, ...signed } as TokenInfo;
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

function refused({ error }: { error: Failure }): { ok: false; error: Failure } {
  return { ok: false, error };
}
