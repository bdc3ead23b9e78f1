import { failure } from "./failure.js";
import type { Failure } from "./types.js";

/** A signed order at its longest, in characters: the vault's own limit. */
export const MAX_ORDER = 16_384;

/** What to tokenize a card for. */
export interface TokenizeRequest {
  /** The JWS that the merchant's server signed (`createOrderSigner` of `cardseal/server`), at most 16 KiB. */
  order: string;
}

/** The order, if it may be one; whether it is one is judged where the card is. */
export function readOrder(request: TokenizeRequest): { ok: true; order: string } | { ok: false; error: Failure } {
  const order: unknown = request?.order;
  if (typeof order !== "string" || !order) return failure("order_malformed", "order: not a signed order.");
  if (order.length > MAX_ORDER) return failure("order_too_large", "order: longer than 16 KiB.");
  return { ok: true, order };
}
