/** Signed objects for tests: those that the protocol crate made, and ones made here by npm's jose. */
import { readFileSync } from "node:fs";
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import type { VerifyingKey } from "../src/server/index.js";
import { ROOT } from "./run.js";

type Claims = Record<string, unknown>;

/** One card's objects, and the claims in them. */
export interface Case {
  /** A time at which all of them are valid. Unix seconds. */
  now: number;
  delegation: string;
  delegation_claims: Claims & { iss: string; iat: number; exp: number; cnf: { jwk: VerifyingKey } };
  directory: string;
  directory_claims: Claims & { iat: number; exp: number; seq: number; keys: VerifyingKey[]; revoked: string[] };
  order: string;
  envelope: string;
  dual_signature: string;
  dual_signature_claims: { iat: number; order: string; card: string };
  receipt: string;
  receipt_claims: Record<"iss" | "sub" | "aud" | "last4" | "order" | "card" | "device" | "origin", string> & {
    suite: string;
    key: string;
    iat: number;
    exp: number;
    brand?: string;
    prev?: string;
  };
}

/** What `interop make-signed` printed; `tests/interop/run.sh` holds it to what it prints today. */
export const vectors: { vault: string; root: string; order_key: VerifyingKey; cases: [Case, Case, Case] } = JSON.parse(
  readFileSync(`${ROOT}tests/vectors/cardseal-signed-objects.json`, "utf8"),
);

/** A key pair of this run. */
export interface Pair {
  kid: string;
  /** With the members that the thumbprint is made of, and no others. */
  jwk: VerifyingKey;
  privateKey: CryptoKey;
}

export async function makePair(): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = (await exportJWK(publicKey)) as VerifyingKey;
  return { kid: await calculateJwkThumbprint(jwk), jwk, privateKey };
}

/** A compact JWS of claims, or of a text in their place. */
export async function sign(header: object, claims: object | string, { privateKey }: Pair): Promise<string> {
  const payload = new TextEncoder().encode(typeof claims === "string" ? claims : JSON.stringify(claims));
  return new CompactSign(payload).setProtectedHeader({ alg: "ES256", ...header }).sign(privateKey);
}

/** A JWS with another header, which its signature does not fit any more. */
export function withHeader(jws: string, header: object): string {
  return jws.replace(/^[^.]+/, Buffer.from(JSON.stringify(header)).toString("base64url"));
}

/** The text cut at each place, and with each of its bits flipped that leaves it ASCII. */
export function* alterations(text: string): Generator<string> {
  for (let end = 0; end < text.length; end++) yield text.slice(0, end);
  for (let at = 0; at < text.length; at++) {
    for (let bit = 0; bit < 7; bit++) {
      yield `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ (1 << bit))}${text.slice(at + 1)}`;
    }
  }
}
