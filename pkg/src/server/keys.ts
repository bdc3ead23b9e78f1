import { CardsealError } from "../errors.js";
import { isDigest, isOf } from "./claims.js";
import { digest } from "./digest.js";

/** A public key that verifies what is signed by ES256: a P-256 JWK (RFC 7517, RFC 7518 section 6.2). */
export interface VerifyingKey {
  /** An elliptic curve key. */
  kty: "EC";
  /** The curve. */
  crv: "P-256";
  /** base64url of the 32 bytes of the coordinate, big-endian. */
  x: string;
  /** base64url of the 32 bytes of the coordinate, big-endian. */
  y: string;
  /** The RFC 7638 thumbprint. */
  kid?: string;
  /** The algorithm it is for. */
  alg?: "ES256";
  /** It signs; it does not encrypt. */
  use?: "sig";
}

/** The public half of a merchant's order key. The vault is given this one. */
export type OrderPublicKey = VerifyingKey;

/** The private half: a secret of the merchant's server. */
export interface OrderPrivateKey extends OrderPublicKey {
  /** base64url of the 32 bytes of the private scalar, big-endian. */
  d: string;
}

/** A merchant's order key. */
export interface OrderKey {
  /** For the vault: `cardseal-vault merchant add --order-key`. */
  publicKey: OrderPublicKey;
  /** For `createOrderSigner`, and for nobody else. */
  privateKey: OrderPrivateKey;
}

/** How such a key signs (RFC 7518, section 3.4), in WebCrypto's words. */
export const es256 = { name: "ECDSA", hash: "SHA-256" };

const algorithm = { name: "ECDSA", namedCurve: "P-256" };

/** Makes a key to sign orders with. Register `publicKey` at the vault; keep `privateKey` on the merchant's server. */
export async function generateOrderKey(): Promise<OrderKey> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { x, y, d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const bare = { kty: "EC", crv: "P-256", x: x as string, y: y as string } as const;
  const publicKey = { ...bare, kid: await thumbprint(bare), alg: "ES256", use: "sig" } as const;
  return { publicKey, privateKey: { ...publicKey, d: d as string } };
}

/** The RFC 7638 thumbprint: base64url of SHA-256 over the key's required members. */
export async function thumbprint({ x, y }: VerifyingKey): Promise<string> {
  return digest(JSON.stringify({ crv: "P-256", kty: "EC", x, y }));
}

/** A key as a signed object carries it: the members that its thumbprint is made of, and no others. */
export type EmbeddedKey = { kty: string; crv?: string; x?: string; y?: string };

/** Whether a value is a JWK of those members; what they say is judged by {@link readPublicKey}. */
export function isEmbeddedKey(value: unknown): value is EmbeddedKey {
  const isString = (member: unknown) => typeof member === "string";
  return isOf(value, { kty: isString }, { crv: isString, x: isString, y: isString });
}

/** A key that came in a signed object, ready to verify with. */
export interface ReadKey {
  key: CryptoKey;
  /** Its thumbprint. */
  kid: string;
  /** The JWK, with `kid`, `alg` and `use`. */
  jwk: VerifyingKey;
}

/**
 * Reads a JWK that came from elsewhere; `undefined` unless it is a key for ES256 whose `kid`, if any, is its thumbprint and
 * whose point is on the curve.
 */
export async function readPublicKey(value: unknown): Promise<ReadKey | undefined> {
  try {
    const bare = parsePublicKey(value as VerifyingKey);
    const kid = await thumbprint(bare);
    const named = (value as VerifyingKey).kid;
    if (named !== undefined && named !== kid) return undefined;
    return { key: await importPublicKey(bare), kid, jwk: { ...bare, kid, alg: "ES256", use: "sig" } };
  } catch {
    return undefined;
  }
}

/** Keys that a caller gave, by their thumbprints. Throws `key_malformed` naming the option. */
export async function parsePublicKeys(
  keys: VerifyingKey | readonly VerifyingKey[],
  option: string,
): Promise<Map<string, VerifyingKey>> {
  const bare = ([keys].flat() as VerifyingKey[]).map((key) => parsePublicKey(key, option));
  return new Map(await Promise.all(bare.map(async (key) => [await thumbprint(key), key] as const)));
}

/** Checks that a JWK is of the shape of a private order key. Throws `key_malformed`; the message never holds the key. */
export function parsePrivateKey(jwk: OrderPrivateKey): OrderPrivateKey {
  const bare = parsePublicKey(jwk, "privateKey");
  if (!isDigest(jwk.d)) throw malformed("privateKey", "without a private scalar d of 32 bytes");
  return { ...bare, d: jwk.d };
}

/** Checks that a JWK is of the shape of such a key and keeps its public half. Throws `key_malformed`. */
export function parsePublicKey(jwk: VerifyingKey, option = "publicKey"): VerifyingKey {
  if (jwk?.kty !== "EC" || jwk.crv !== "P-256") throw malformed(option, "not a JWK of kty EC and crv P-256");
  if (!isDigest(jwk.x) || !isDigest(jwk.y)) throw malformed(option, "without coordinates x and y of 32 bytes");
  if (jwk.alg !== undefined && jwk.alg !== "ES256") throw malformed(option, "for another alg than ES256");
  if (jwk.use !== undefined && jwk.use !== "sig") throw malformed(option, "for another use than sig");
  return { kty: "EC", crv: "P-256", x: jwk.x, y: jwk.y };
}

/** A key to sign with; throws `key_malformed` if it is not on the curve, or its halves do not belong together. */
export async function importPrivateKey(jwk: OrderPrivateKey): Promise<CryptoKey> {
  return importKey({ ...jwk }, "sign", "privateKey");
}

/** A key to verify with; throws `key_malformed` if it is not on the curve. */
export async function importPublicKey(jwk: VerifyingKey, option = "publicKey"): Promise<CryptoKey> {
  return importKey({ ...jwk }, "verify", option);
}

async function importKey(jwk: JsonWebKey, usage: KeyUsage, option: string): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("jwk", jwk, algorithm, false, [usage]);
  } catch {
    // The cause is left out on purpose: a runtime may quote the key in it.
    throw malformed(option, "not a point of P-256");
  }
}

function malformed(option: string, how: string): CardsealError {
  return new CardsealError("key_malformed", `${option}: ${how}`);
}
