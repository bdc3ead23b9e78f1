/**
 * The JWS compact serialization (RFC 7515, sections 3.1 and 7.1) by ES256, as every signed object here has it: a protected
 * header of exactly `alg`, `typ` and who has signed, and claims (RFC 7519). As in `protocol/src/jws.rs`.
 */
import type { ErrorCode } from "../errors.js";
import { failure } from "../failure.js";
import type { Failure } from "../types.js";
import { decode, encode, encodeJson } from "./base64url.js";
import { isDigest } from "./claims.js";
import { digest } from "./digest.js";
import { parseObject } from "./json.js";
import { type EmbeddedKey, es256, isEmbeddedKey } from "./keys.js";

/** One kind of signed object: what its header and claims are, and what its refusals are called. */
export interface Kind<Claims> {
  /** In messages for people: "order". */
  name: string;
  /** The header's `typ` (RFC 7515, section 4.1.9). */
  typ: string;
  /** The longest, in characters of the whole serialization. */
  maxLength: number;
  /** Whether the claims are of the form; says nothing about who wrote them, nor about the time. */
  isClaims(claims: Record<string, unknown>): claims is Record<string, unknown> & Claims;
  malformed: ErrorCode;
  tooLarge: ErrorCode;
  /** `alg` is not `ES256`; `none` is not, either. */
  algorithmUnsupported: ErrorCode;
}

/** A JWS of the right form whose signature has not been verified. */
export interface Signed<Signer, Claims> {
  /** What is signed, as it stands: `BASE64URL(header) . BASE64URL(payload)`. */
  input: string;
  signature: Uint8Array<ArrayBuffer>;
  /** Whom its header names: by a key's thumbprint, or by the key itself. */
  signer: Signer;
  claims: Claims;
}

/** What cannot be accepted. */
export interface Refusal {
  ok: false;
  error: Failure;
}

type Parsed<Signer, Claims> = { ok: true; signed: Signed<Signer, Claims> } | Refusal;

/** Takes a JWS apart whose header names the key by `kid` (RFC 7515, section 4.1.4). No cryptography runs. */
export function parseWithKid<Claims>(kind: Kind<Claims>, jws: unknown): Parsed<string, Claims> {
  return parse(kind, jws, "kid", isDigest);
}

/** Takes a JWS apart whose header holds the key as `jwk` (RFC 7515, section 4.1.3). No cryptography runs. */
export function parseWithJwk<Claims>(kind: Kind<Claims>, jws: unknown): Parsed<EmbeddedKey, Claims> {
  return parse(kind, jws, "jwk", isEmbeddedKey);
}

/** Signs claims with the key of this thumbprint. */
export async function sign(typ: string, kid: string, claims: object, key: CryptoKey): Promise<string> {
  const input = `${encodeJson({ alg: "ES256", typ, kid })}.${encodeJson(claims)}`;
  return `${input}.${encode(await crypto.subtle.sign(es256, key, new TextEncoder().encode(input)))}`;
}

/** Whether the key has signed this. */
export async function isBy({ input, signature }: Signed<unknown, unknown>, key: CryptoKey): Promise<boolean> {
  return crypto.subtle.verify(es256, key, signature, new TextEncoder().encode(input));
}

/**
 * What names a JWS: the hash of what is signed. The signature is left out, since it can be altered and still verify.
 * `undefined` for what is no JWS.
 */
export async function hashOf(jws: unknown): Promise<string | undefined> {
  return typeof jws === "string" && jws.includes(".") ? digest(jws.slice(0, jws.lastIndexOf("."))) : undefined;
}

/** Refuses an object of this kind. */
export function refuse(name: string, code: ErrorCode, why: string): Refusal {
  return failure(code, `The ${name} is ${why}.`);
}

function parse<Signer, Claims>(
  kind: Kind<Claims>,
  jws: unknown,
  member: string,
  isSigner: (value: unknown) => value is Signer,
): Parsed<Signer, Claims> {
  if (typeof jws !== "string") return refuse(kind.name, kind.malformed, "not a text");
  if (jws.length > kind.maxLength) {
    return refuse(kind.name, kind.tooLarge, `longer than ${kind.maxLength / 1024} KiB`);
  }
  const parts = jws.split(".");
  const [header, claims] = parts.slice(0, 2).map(decodeObject);
  const signature = decode(parts[2] ?? "");
  if (parts.length !== 3 || !header || !signature) return refuse(kind.name, kind.malformed, "not a compact JWS");
  const { alg, typ, [member]: signer, ...others } = header;
  // Said even where the rest of the header is another's too: it is what the signer has to mend first.
  if (typeof alg === "string" && alg !== "ES256") {
    return refuse(kind.name, kind.algorithmUnsupported, "signed by another algorithm than ES256");
  }
  if (alg !== "ES256" || typ !== kind.typ || !isSigner(signer) || Object.keys(others).length > 0) {
    return refuse(kind.name, kind.malformed, `not a JWS with the header of ${kind.typ}`);
  }
  if (!claims || !kind.isClaims(claims)) {
    return refuse(kind.name, kind.malformed, `not a JWS with the claims of ${kind.typ}`);
  }
  return { ok: true, signed: { input: jws.slice(0, jws.lastIndexOf(".")), signature, signer, claims } };
}

/** The object whose JSON in UTF-8 is encoded; `undefined` if there is none. */
function decodeObject(part: string): Record<string, unknown> | undefined {
  const bytes = decode(part);
  if (!bytes) return undefined;
  try {
    return parseObject(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
