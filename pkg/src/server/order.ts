import { CardsealError } from "../errors.js";
import { parseMerchant, parseOrigin } from "../options.js";
import { MAX_ORDER } from "../request.js";
import type { Failure } from "../types.js";
import { isId, isOf, isOrigin, isTime, isWhole } from "./claims.js";
import { unixNow } from "./clock.js";
import { isCurrency } from "./currency.js";
import { isBy, type Kind, parseWithKid, refuse, sign } from "./jws.js";
import {
  es256,
  importPrivateKey,
  importPublicKey,
  type OrderPrivateKey,
  type OrderPublicKey,
  parsePrivateKey,
  parsePublicKey,
  parsePublicKeys,
  thumbprint,
} from "./keys.js";

/** One line of an order. */
export interface OrderItem {
  /** What it is, 1 to 256 bytes of UTF-8. */
  name: string;
  /** How many, 1 or more. */
  quantity: number;
  /** The price of one in minor units of the order's currency; negative for a discount. */
  amount: number;
}

/** What a shopper is to pay. */
export interface OrderDetails {
  /** The merchant's id of the order, 1 to 64 of `A-Z a-z 0-9 _ . -`. An order is paid at most once. */
  id: string;
  /** The total in minor units, more than 0: 4200 with `EUR` is 42.00 euro, with `JPY` 4200 yen. */
  amount: number;
  /** ISO 4217, three capitals: `"EUR"`. */
  currency: string;
  /** The origins of the pages on which it may be paid, 1 to 16: `["https://shop.example"]`. */
  origins: readonly string[];
  /** For how long it may be paid, in seconds, at most 86400 (24 hours). Default: 3600. */
  expiresIn?: number;
  /** Not payable before this time, in Unix seconds. */
  notBefore?: number;
  /** For people, at most 256 bytes of UTF-8. */
  description?: string;
  /** At most 100. Where there are any, quantities times amounts must add up to `amount`. */
  items?: readonly OrderItem[];
}

/** Signs the orders of one merchant. */
export interface OrderSigner {
  /**
   * Signs an order now. Resolves to a JWS (compact, ES256) to hand to the page.
   *
   * @throws CardsealError (the promise rejects) `order_malformed` naming the member; `order_too_large`; `options_invalid`
   * for an origin; `key_malformed`.
   */
  sign(order: OrderDetails): Promise<string>;
}

/** An order whose signature was verified. */
export interface VerifiedOrder {
  /** The merchant's id. */
  merchant: string;
  /** The order's id. */
  id: string;
  /** The total, in minor units. */
  amount: number;
  /** ISO 4217. */
  currency: string;
  /** The origins of the pages on which it may be paid. */
  origins: string[];
  /** Unix seconds. */
  issued: number;
  /** From then on it cannot be paid. Unix seconds. */
  expires: number;
  /** Unix seconds. */
  notBefore?: number;
  /** For people. */
  description?: string;
  /** They add up to `amount`. */
  items?: OrderItem[];
}

/** What {@link verifyOrder} resolves to. */
export type VerifyResult = { ok: true; order: VerifiedOrder } | { ok: false; error: Failure };

/** What else {@link verifyOrder} checks. */
export interface VerifyOptions {
  /** The merchant that the order must be of. Default: any that the key signed for. */
  merchant?: string;
  /** The time to judge by, in Unix seconds. Default: now. */
  now?: number;
}

/** The payload of an order, as docs/protocol.md defines it. */
interface Claims {
  iss: string;
  jti: string;
  iat: number;
  nbf?: number;
  exp: number;
  amount: number;
  currency: string;
  origins: string[];
  description?: string;
  items?: OrderItem[];
}

const DAY = 86_400;
/** How far apart the clocks of merchant and vault may be, in seconds. */
const LEEWAY = 60;

const kind: Kind<Claims> = {
  name: "order",
  typ: "cardseal-order+jwt",
  maxLength: MAX_ORDER,
  isClaims: (claims): claims is Record<string, unknown> & Claims => findWrong(claims) === undefined,
  malformed: "order_malformed",
  tooLarge: "order_too_large",
  algorithmUnsupported: "order_algorithm_unsupported",
};

/**
 * Makes a signer of orders. `privateKey` is the JWK that `generateOrderKey` made; it stays on the merchant's server.
 *
 * @throws CardsealError `options_invalid`: `merchant`; `key_malformed`: not a private P-256 JWK.
 */
export function createOrderSigner(options: { merchant: string; privateKey: OrderPrivateKey }): OrderSigner {
  const iss = parseMerchant(options.merchant);
  const jwk = parsePrivateKey(options.privateKey);
  let signing: ReturnType<typeof prepareSigning> | undefined;

  return {
    async sign({ id, amount, currency, origins, expiresIn = 3600, notBefore, description, items }) {
      const iat = unixNow();
      const claims = {
        iss,
        jti: id,
        iat,
        ...(notBefore !== undefined && { nbf: notBefore }),
        exp: iat + expiresIn,
        amount,
        currency,
        origins: Array.isArray(origins) ? origins.map((origin) => parseOrigin(origin, "origins")) : origins,
        ...(description !== undefined && { description }),
        ...(items !== undefined && { items: copyItems(items) }),
      };
      const wrong = findWrong(claims);
      if (wrong) throw new CardsealError("order_malformed", `order: ${wrong}`);
      signing ??= prepareSigning(jwk).catch((error) => {
        signing = undefined;
        throw error;
      });
      const { key, kid } = await signing;
      const jws = await sign(kind.typ, kid, claims, key);
      if (jws.length > MAX_ORDER) throw new CardsealError("order_too_large", "order: longer than 16 KiB when signed");
      return jws;
    },
  };
}

/**
 * Verifies an order that came back from a page: its form, its signature, then merchant and time. `publicKey` may be
 * several, while keys are changed.
 *
 * @throws CardsealError (the promise rejects) `key_malformed`: `publicKey` is not a P-256 JWK.
 */
export async function verifyOrder(
  jws: string,
  publicKey: OrderPublicKey | readonly OrderPublicKey[],
  { merchant, now = unixNow() }: VerifyOptions = {},
): Promise<VerifyResult> {
  const keys = await parsePublicKeys(publicKey, "publicKey");
  const parsed = parseWithKid(kind, jws);
  if (!parsed.ok) return parsed;
  const { signed } = parsed;
  const { claims } = signed;

  const key = keys.get(signed.signer);
  if (!key) return refuse("order", "order_key_unknown", "signed by a key that is not given");
  if (!(await isBy(signed, await importPublicKey(key)))) {
    return refuse("order", "order_signature_invalid", "not signed as it stands: its signature is wrong");
  }
  if (merchant !== undefined && claims.iss !== merchant) {
    return refuse("order", "order_wrong_merchant", "of another merchant");
  }
  if (now >= claims.exp) return refuse("order", "order_expired", "expired");
  if (Math.max(claims.iat, claims.nbf ?? 0) > now + LEEWAY) {
    return refuse("order", "order_not_yet_valid", "not valid yet");
  }

  const { iss, jti, iat, exp, nbf, ...rest } = claims;
  const order = { merchant: iss, id: jti, issued: iat, expires: exp, ...(nbf !== undefined && { notBefore: nbf }) };
  return { ok: true, order: { ...order, ...rest } };
}

async function prepareSigning(jwk: OrderPrivateKey): Promise<{ key: CryptoKey; kid: string }> {
  const [key, publicKey] = await Promise.all([importPrivateKey(jwk), importPublicKey(parsePublicKey(jwk))]);
  // Not every runtime notices halves that do not belong together, and the vault would refuse every order.
  const probe = new Uint8Array(1);
  if (!(await crypto.subtle.verify(es256, publicKey, await crypto.subtle.sign(es256, key, probe), probe))) {
    throw new CardsealError("key_malformed", "privateKey: d does not belong to x and y");
  }
  return { key, kid: await thumbprint(jwk) };
}

/** Only the members that an item has: the vault refuses others. */
function copyItems(items: readonly OrderItem[]): unknown {
  return Array.isArray(items)
    ? items.map((item) => ({ name: item?.name, quantity: item?.quantity, amount: item?.amount }))
    : items;
}

/** What is wrong with the claims of an order, in words for the merchant; `undefined` if nothing is. */
function findWrong(claims: Record<string, unknown>): string | undefined {
  const { iss, jti, iat, nbf, exp, amount, currency, origins, description, items, ...others } = claims;
  if (Object.keys(others).length > 0) return "has a member that is not known";
  if (!isId(iss)) return "merchant is not 1 to 64 of A-Z a-z 0-9 _ . -";
  if (!isId(jti)) return "id is not 1 to 64 of A-Z a-z 0-9 _ . -";
  if (!isTime(iat)) return "issued is not a time in whole seconds";
  if (!isWhole(exp, iat + 1) || exp > iat + DAY) return "expiresIn is not 1 to 86400 whole seconds";
  if (nbf !== undefined && !(isTime(nbf) && nbf < exp))
    return "notBefore is not a time in whole seconds before it expires";
  if (!isWhole(amount, 1)) return "amount is not a whole number of minor units from 1 to 2^53-1";
  if (!isCurrency(currency))
    return "currency is not the ISO 4217 code, in capitals, of a currency that cards are charged in";
  if (!isList(origins, isOrigin, 1, 16)) return "origins are not 1 to 16 origins";
  if (description !== undefined && !isText(description)) return "description is not a text of at most 256 bytes";
  if (items === undefined) return undefined;
  if (!isList(items, isItem, 0, 100)) return "items are not at most 100 of name, quantity and amount";
  return items.length === 0 || sum(items) === amount ? undefined : "items do not add up to amount";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && !/\p{Surrogate}/u.test(value) && new TextEncoder().encode(value).length <= 256;
}

function isItem(value: unknown): value is OrderItem {
  return isOf(value, {
    name: (name) => name !== "" && isText(name),
    quantity: (quantity) => isWhole(quantity, 1),
    amount: Number.isSafeInteger,
  });
}

function isList<T>(value: unknown, holds: (item: unknown) => item is T, least: number, most: number): value is T[] {
  return Array.isArray(value) && value.length >= least && value.length <= most && value.every(holds);
}

/** In minor units; `undefined` beyond what a number holds exactly. */
function sum(items: OrderItem[]): number | undefined {
  const total = items.reduce((total, { quantity, amount }) => total + BigInt(quantity) * BigInt(amount), 0n);
  return Number.isSafeInteger(Number(total)) ? Number(total) : undefined;
}
