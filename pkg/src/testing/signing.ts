/** Keys of this run that sign and open as a vault's do. */
// Not by WebCrypto, which in Vitest's jsdom refuses the ArrayBuffers that are jsdom's.
import {
  AEAD_AES_256_GCM,
  KDF_HKDF_SHA256,
  KDF_SHAKE256,
  KEM_DHKEM_P256_HKDF_SHA256,
  KEM_MLKEM768_P256,
} from "@panva/hpke-noble";
import { CipherSuite } from "hpke";
import { encode, encodeJson } from "../server/base64url.js";
import { digest } from "../server/digest.js";
import { sign } from "../server/jws.js";
import { es256, type OrderPrivateKey, thumbprint, type VerifyingKey } from "../server/keys.js";

/** A suite of envelopes by its JOSE name (docs/protocol.md, "Envelope"). */
export type Suite = "HPKE-7" | "HPKE-8";

const pairs = {
  "HPKE-7": () => makePair(new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)),
  "HPKE-8": () => makePair(new CipherSuite(KEM_MLKEM768_P256, KDF_SHAKE256, AEAD_AES_256_GCM)),
};

/** Every suite, the strongest last. */
export const suites = Object.keys(pairs) as Suite[];

async function makePair(suite: CipherSuite): Promise<Pick<SealingKey, "open"> & { bytes: Uint8Array }> {
  const pair = await suite.GenerateKeyPair();
  const open: SealingKey["open"] = (encapsulated, ciphertext, aad) =>
    suite.Open(pair, encapsulated, ciphertext, { aad });
  return { bytes: await suite.SerializePublicKey(pair.publicKey), open };
}

/** A key that cards are sealed to. */
export interface SealingKey {
  alg: Suite;
  kid: string;
  /** As a directory lists it. */
  jwk: Record<string, string>;
  /** The plaintext; rejects where it cannot be opened. */
  open(encapsulated: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array): Promise<Uint8Array>;
}

/** Makes a key to seal cards to. */
export async function makeSealingKey(alg: Suite): Promise<SealingKey> {
  const { bytes, open } = await pairs[alg]();
  // An uncompressed point: 4, then both coordinates.
  const [x, y] = [encode(bytes.slice(1, 33)), encode(bytes.slice(33))];
  const pub = encode(bytes);
  const bare: Record<string, string> = alg === "HPKE-7" ? { crv: "P-256", kty: "EC", x, y } : { alg, kty: "AKP", pub };
  const kid = await digest(JSON.stringify(bare));
  const jwk = { ...bare, alg, kid, use: "enc" };
  return { alg, kid, jwk, open };
}

/** A key that signs. */
export interface SigningKey {
  kid: string;
  /** With the members that the thumbprint is made of, and no others. */
  jwk: VerifyingKey;
  /** A compact JWS whose header names the key by its thumbprint. */
  sign(typ: string, claims: object): Promise<string>;
  /** A compact JWS whose header holds the key itself. */
  signWithJwk(typ: string, claims: object): Promise<string>;
}

/** A signing key of a JWK; a fresh one without. */
export async function makeSigningKey(given?: OrderPrivateKey): Promise<SigningKey & { privateJwk: OrderPrivateKey }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = given
    ? await crypto.subtle.importKey("jwk", { ...given, key_ops: ["sign"], ext: true }, algorithm, true, ["sign"])
    : (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])).privateKey;
  const { x, y, d } = await crypto.subtle.exportKey("jwk", key);
  const jwk = { crv: "P-256", kty: "EC", x: x as string, y: y as string } as const;
  const kid = await thumbprint(jwk);
  return {
    kid,
    jwk,
    privateJwk: { ...jwk, kid, alg: "ES256", use: "sig", d: d as string },
    sign: (typ, claims) => sign(typ, kid, claims, key),
    async signWithJwk(typ, claims) {
      const input = `${encodeJson({ alg: "ES256", typ, jwk })}.${encodeJson(claims)}`;
      return `${input}.${encode(await crypto.subtle.sign(es256, key, new TextEncoder().encode(input)))}`;
    },
  };
}
