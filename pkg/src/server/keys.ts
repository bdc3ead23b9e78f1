import { CardsealError } from "../errors.js";
import { decode, encode } from "./base64url.js";

/** The public half of a merchant's order key: a P-256 JWK (RFC 7517, RFC 7518 section 6.2). The vault is given this one. */
export interface OrderPublicKey {
  kty: "EC";
  crv: "P-256";
  /** base64url of the 32 bytes of the coordinate, big-endian. */
  x: string;
  /** base64url of the 32 bytes of the coordinate, big-endian. */
  y: string;
  /** The RFC 7638 thumbprint. */
  kid?: string;
  alg?: "ES256";
  use?: "sig";
}

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
export async function thumbprint({ x, y }: OrderPublicKey): Promise<string> {
  const members = JSON.stringify({ crv: "P-256", kty: "EC", x, y });
  return encode(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(members)));
}

/** Checks that a JWK is of the shape of a private order key. Throws `key_malformed`; the message never holds the key. */
export function parsePrivateKey(jwk: OrderPrivateKey): OrderPrivateKey {
  const bare = parsePublicKey(jwk, "privateKey");
  if (!isCoordinate(jwk.d)) throw malformed("privateKey", "without a private scalar d of 32 bytes");
  return { ...bare, d: jwk.d };
}

/** Checks that a JWK is of the shape of an order key and keeps its public half. Throws `key_malformed`. */
export function parsePublicKey(jwk: OrderPublicKey, option = "publicKey"): OrderPublicKey {
  if (jwk?.kty !== "EC" || jwk.crv !== "P-256") throw malformed(option, "not a JWK of kty EC and crv P-256");
  if (!isCoordinate(jwk.x) || !isCoordinate(jwk.y)) throw malformed(option, "without coordinates x and y of 32 bytes");
  if (jwk.alg !== undefined && jwk.alg !== "ES256") throw malformed(option, "for another alg than ES256");
  if (jwk.use !== undefined && jwk.use !== "sig") throw malformed(option, "for another use than sig");
  return { kty: "EC", crv: "P-256", x: jwk.x, y: jwk.y };
}

/** A key to sign with; throws `key_malformed` if it is not on the curve, or its halves do not belong together. */
export async function importPrivateKey(jwk: OrderPrivateKey): Promise<CryptoKey> {
  return importKey({ ...jwk }, "sign", "privateKey");
}

/** A key to verify with; throws `key_malformed` if it is not on the curve. */
export async function importPublicKey(jwk: OrderPublicKey): Promise<CryptoKey> {
  return importKey({ ...jwk }, "verify", "publicKey");
}

async function importKey(jwk: JsonWebKey, usage: KeyUsage, option: string): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("jwk", jwk, algorithm, false, [usage]);
  } catch {
    // The cause is left out on purpose: a runtime may quote the key in it.
    throw malformed(option, "not a point of P-256");
  }
}

function isCoordinate(value: unknown): value is string {
  return typeof value === "string" && decode(value)?.length === 32;
}

function malformed(option: string, how: string): CardsealError {
  return new CardsealError("key_malformed", `${option}: ${how}`);
}
