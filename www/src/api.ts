/** The shop's own HTTP interface: what the page asks its server and what it is told. */
import type { Tokenized } from "cardseal";

/** One line of the basket; `price` is of one, in minor units. */
export interface BasketItem {
  id: string;
  name: string;
  detail: string;
  price: number;
  quantity: number;
}

/** Everything the shopper is about to pay for. Amounts are in minor units of `currency` (ISO 4217). */
export interface Basket {
  items: BasketItem[];
  postage: number;
  total: number;
  currency: string;
}

/** `GET /api/basket`: the basket, and what the page needs to load the card form. */
export interface BasketAnswer {
  basket: Basket;
  /** The vault's origin. */
  vault: string;
  /** The shop's public id at the vault. */
  merchant: string;
  /** The thumbprints of the vault's root keys. */
  roots: string[];
}

/** `POST /api/order`: the basket as an order, signed by the shop (a JWS). */
export interface OrderAnswer {
  order: string;
}

/** What the shopper is told about a finished payment. */
export interface Receipt {
  /** The shop's number for the order. */
  order: string;
  amount: number;
  currency: string;
  /** `null` where the vault knows no brand of such numbers. */
  brand: string | null;
  last4: string;
  token: string;
  /** The acquirer's code for the approved payment. */
  authorizationCode: string;
  /** Unix seconds. */
  paidAt: number;
}

/** `POST /api/pay` with `{ order, token, receipt, dualSignature }`. */
export type PayAnswer = (
  | { status: "paid"; receipt: Receipt }
  | { status: "declined"; reason: string }
  /** `again`: it is not known whether it was paid; the same order and token may be sent again and are paid once. */
  | { status: "failed"; code: string; again: boolean }
) & {
  /** For the panel "What each party saw"; a real shop would not send its page these. */
  seen?: { received: unknown; answered: unknown };
};

/** Why the shop's server could not be heard, as opposed to what it said. */
export class ShopUnreachable extends Error {}

export const basket = (): Promise<BasketAnswer> => ask("GET", "/api/basket");

export const signOrder = (): Promise<OrderAnswer> => ask("POST", "/api/order", {});

export const pay = (order: string, { token, receipt, dualSignature }: Tokenized): Promise<PayAnswer> =>
  ask("POST", "/api/pay", { order, token, receipt, dualSignature });

async function ask<Answer>(method: "GET" | "POST", path: string, body?: object): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      // A payment may take as long as the acquirer does; a shopper will not wait for ever.
      signal: AbortSignal.timeout(30_000),
    });
    return (await response.json()) as Answer;
  } catch (cause) {
    throw new ShopUnreachable("the shop's server did not answer", { cause });
  }
}
