import type { Brand, Failure } from "../types.js";
import { isDigest, isId, isOf, isOrigin, isTime } from "./claims.js";
import { digest } from "./digest.js";
import { verifyDualSignature } from "./dual-signature.js";
import { hashOf, isBy, type Kind, parseWithKid, refuse } from "./jws.js";
import { importPublicKey, parsePublicKeys, type VerifyingKey } from "./keys.js";

/** What a vault says of a card that it took. */
export interface Receipt {
  /** The vault, by its origin. */
  vault: string;
  /** The token that stands for the card: `tok_…`. */
  token: string;
  /** The merchant whose token it is. */
  merchant: string;
  /** When the token was made, by the vault's clock. Unix seconds. */
  issued: number;
  /** When the token expires. Unix seconds. */
  expires: number;
  /** `null` where the card is of no scheme that the vault knows. */
  brand: Brand | null;
  /** The card's last four digits. */
  last4: string;
  /** The hash of the order that the token pays: base64url(SHA-256(its JWS signing input)). */
  order: string;
  /** The hash of the envelope: base64url(SHA-256(its JWE)). */
  card: string;
  /** The shopper's device: the RFC 7638 thumbprint of the key that made the dual signature. */
  device: string;
  /** The page that embedded the card form. */
  origin: string;
  /** The HPKE suite of the envelope: `HPKE-7`. */
  suite: string;
  /** The vault's key that the card was sealed to, by its thumbprint. */
  key: string;
  /** The hash of the merchant's receipt before this one; `null` in the first. */
  previous: string | null;
  /** The hash of this receipt, which the next one has as `previous`. */
  hash: string;
}

/**
 * Who may have signed a receipt, and what it has to be about. What is given is compared, even where it is `undefined` in a
 * program without types: a check that was asked for is never left out.
 */
export interface ReceiptOptions {
  /** The vault's receipt keys: `directory.receiptKeys` of `fetchDirectory`. */
  keys: VerifyingKey | readonly VerifyingKey[];
  /** The vault's origin. */
  vault?: string;
  /** The merchant's id. */
  merchant?: string;
  /** The token that came with it. */
  token?: string;
  /** The signed order. */
  order?: string;
  /** The envelope. */
  envelope?: string;
  /** The dual signature that came with it: verified, and held to be of the same order, envelope and device. */
  dualSignature?: string;
}

/** What {@link verifyReceipt} resolves to. */
export type ReceiptResult = { ok: true; receipt: Receipt } | { ok: false; error: Failure };

interface Claims {
  iss: string;
  sub: string;
  aud: string;
  iat: number;
  exp: number;
  brand?: Brand;
  last4: string;
  order: string;
  card: string;
  device: string;
  origin: string;
  suite: string;
  key: string;
  prev?: string;
}

const kind: Kind<Claims> = {
  name: "receipt",
  typ: "cardseal-receipt+jwt",
  maxLength: 4096,
  isClaims: (claims): claims is Record<string, unknown> & Claims =>
    isOf(
      claims,
      {
        iss: isOrigin,
        sub: isId,
        aud: isId,
        iat: isTime,
        exp: isTime,
        last4: matches(/^\d{4}$/),
        order: isDigest,
        card: isDigest,
        device: isDigest,
        origin: isOrigin,
        // The vault may know suites and brands that are newer than this package.
        suite: matches(/^HPKE-[\w-]{1,32}$/),
        key: isDigest,
      },
      { brand: matches(/^[a-z_]{1,32}$/), prev: isDigest },
    ) && (claims.exp as number) > (claims.iat as number),
  malformed: "receipt_malformed",
  tooLarge: "receipt_malformed",
  algorithmUnsupported: "receipt_malformed",
};

/**
 * Verifies a receipt: that the vault has signed it, and that it is about what is given. Refusals are `receipt_malformed`
 * and `receipt_invalid`, and for a dual signature that is wrong in itself `dual_signature_malformed` and
 * `dual_signature_invalid`. A receipt stays true after its token has expired, so its times are not judged.
 *
 * @throws CardsealError (the promise rejects) `key_malformed`: `keys` are not P-256 JWKs.
 */
export async function verifyReceipt(receipt: string, options: ReceiptOptions): Promise<ReceiptResult> {
  const keys = await parsePublicKeys(options.keys, "keys");
  const parsed = parseWithKid(kind, receipt);
  if (!parsed.ok) return parsed;
  const { signed } = parsed;
  const key = keys.get(signed.signer);
  if (!key) return invalid("signed by a key that is not given");
  if (!(await isBy(signed, await importPublicKey(key, "keys")))) return invalid("not signed as it stands");

  const { claims } = signed;
  const given = (option: keyof ReceiptOptions) => Object.hasOwn(options, option);
  if (given("vault") && claims.iss !== options.vault) return invalid("of another vault");
  if (given("merchant") && claims.aud !== options.merchant) return invalid("for another merchant");
  if (given("token") && claims.sub !== options.token) return invalid("for another token");
  if (given("order") && claims.order !== (await hashOf(options.order))) return invalid("for another order");
  if (given("envelope") && claims.card !== (await digest(options.envelope ?? "")))
    return invalid("for another envelope");
  if (given("dualSignature")) {
    const dual = await verifyDualSignature(options.dualSignature as string);
    if (!dual.ok) return dual;
    const { order, card, device } = dual.dualSignature;
    if (order !== claims.order) return invalid("for another order than the dual signature");
    if (card !== claims.card) return invalid("for another card than the dual signature");
    if (device !== claims.device) return invalid("for another device than the dual signature's");
  }
  return { ok: true, receipt: read(claims, await digest(signed.input)) };
}

function read(claims: Claims, hash: string): Receipt {
  const { iss, sub, aud, iat, exp, brand = null, prev = null, last4, order, card, device, origin, suite, key } = claims;
  const sealing = { order, card, device, origin, suite, key };
  return {
    vault: iss,
    token: sub,
    merchant: aud,
    issued: iat,
    expires: exp,
    brand,
    last4,
    ...sealing,
    previous: prev,
    hash,
  };
}

function matches(pattern: RegExp): (value: unknown) => boolean {
  return (value) => typeof value === "string" && pattern.test(value);
}

function invalid(why: string): { ok: false; error: Failure } {
  return refuse("receipt", "receipt_invalid", why);
}
