import { CardsealError } from "../errors.js";
import { parseOrigin, parseTimeout } from "../options.js";
import type { Failure } from "../types.js";
import { isDigest, isOf, isOrigin, isTime, isWhole } from "./claims.js";
import { unixNow } from "./clock.js";
import { digest } from "./digest.js";
import { request } from "./http.js";
import { isObject } from "./json.js";
import { isBy, type Kind, parseWithJwk, parseWithKid, type Refusal, refuse, type Signed } from "./jws.js";
import { type EmbeddedKey, isEmbeddedKey, readPublicKey, type VerifyingKey } from "./keys.js";

/** A vault's keys as it publishes them: what `GET /.well-known/cardseal/keys` answers. */
export interface PublishedDirectory {
  /** A JWS: the root key's word for the directory key. */
  delegation: string;
  /** A JWS: the directory key's word for the vault's keys. */
  directory: string;
}

/** A key directory whose whole chain was verified. */
export interface Directory {
  /** The vault, by its origin. */
  vault: string;
  /** Its number, from 1. */
  sequence: number;
  /** When it was signed. Unix seconds. */
  issued: number;
  /** From then on it has to be fetched anew: it, or the delegation behind it, has expired. Unix seconds. */
  expires: number;
  /** The keys that verify receipts, for `verifyReceipt`; those that were retired included, those that were revoked not. */
  receiptKeys: VerifyingKey[];
  /** The thumbprints of the keys that must not be used any more. */
  revoked: string[];
  /** To keep, and to give as `seen` the next time: an older directory is then refused. */
  seen: string;
}

/** Whom to trust for which vault's keys. */
export interface TrustOptions {
  /** The vault's origin: `https://vault.example`; `http://` only on localhost. */
  vault: string;
  /** The thumbprints of the vault's root keys, 1 to 8: `cardseal-vault root init` prints it. Never fetched. */
  roots: readonly string[];
  /** `directory.seen` of the last time, if there was one: an older directory is then refused. */
  seen?: string | null | undefined;
}

/** What {@link verifyDirectory} needs to know. */
export interface DirectoryOptions extends TrustOptions {
  /** The time to judge by, in Unix seconds. Default: now. */
  now?: number;
}

/** What {@link fetchDirectory} needs to know. */
export interface FetchDirectoryOptions extends TrustOptions {
  /** How long it may take, retries included, in milliseconds, 1 to 120000. Default: 30000. */
  timeout?: number;
  /** In place of the runtime's own `fetch`. */
  fetch?: typeof fetch;
}

/** What {@link fetchDirectory} and {@link verifyDirectory} resolve to. */
export type DirectoryResult = { ok: true; directory: Directory } | { ok: false; error: Failure };

interface DelegationClaims {
  iss: string;
  sub: string;
  iat: number;
  exp: number;
  cnf: { jwk: EmbeddedKey };
}

interface DirectoryClaims {
  iss: string;
  iat: number;
  exp: number;
  seq: number;
  prev?: string;
  keys: Record<string, unknown>[];
  revoked: string[];
}

const DAY = 86_400;
const MAX_DELEGATION_LIFE = 90 * DAY;
const MAX_DIRECTORY_LIFE = DAY;
/** How far ahead of this clock the signer's may be, in seconds. */
const LEEWAY = 60;

const codes = {
  malformed: "directory_malformed",
  tooLarge: "directory_malformed",
  algorithmUnsupported: "directory_algorithm_unsupported",
} as const;

const delegationKind: Kind<DelegationClaims> = {
  name: "delegation",
  typ: "cardseal-delegation+jwt",
  maxLength: 2048,
  isClaims: (claims): claims is Record<string, unknown> & DelegationClaims =>
    isOf(claims, {
      iss: isDigest,
      sub: isOrigin,
      iat: isTime,
      exp: isTime,
      cnf: (cnf) => isOf(cnf, { jwk: isEmbeddedKey }),
    }),
  ...codes,
};

const directoryKind: Kind<DirectoryClaims> = {
  name: "key directory",
  typ: "cardseal-keys+jwt",
  maxLength: 65_536,
  isClaims: (claims): claims is Record<string, unknown> & DirectoryClaims =>
    isOf(
      claims,
      {
        iss: isOrigin,
        iat: isTime,
        exp: isTime,
        seq: (seq) => isWhole(seq, 1),
        keys: (keys) => Array.isArray(keys) && keys.length <= 64 && keys.every(isPublishedKey),
        revoked: (revoked) => Array.isArray(revoked) && revoked.length <= 512 && revoked.every(isDigest),
      },
      { prev: isDigest },
    ) &&
    // The first has none before it, each other one has.
    (claims.seq === 1) === (claims.prev === undefined) &&
    livesAtMost(claims as unknown as DirectoryClaims, MAX_DIRECTORY_LIFE),
  ...codes,
};

/**
 * Fetches a vault's key directory and verifies it as {@link verifyDirectory} does. Also fails with `network`, `timeout`,
 * `unavailable` and `response_invalid`.
 *
 * @throws CardsealError (the promise rejects) `options_invalid`.
 */
export async function fetchDirectory(options: FetchDirectoryOptions): Promise<DirectoryResult> {
  const trust = parseTrust(options);
  const timeout = parseTimeout(options.timeout, 30_000);
  const url = `${trust.vault}/.well-known/cardseal/keys`;
  const answer = await request(options.fetch ?? fetch, url, { method: "GET" }, timeout);
  return answer.ok ? verify(answer.body, trust, unixNow()) : { ok: false, error: answer.error };
}

/**
 * Verifies the whole chain: one of the pinned root keys speaks for this vault through this delegation and this directory,
 * now, and nobody has gone back to an older one than was seen. Fails with the codes `directory_*`. Asks nobody.
 *
 * @throws CardsealError (the promise rejects) `options_invalid`.
 */
export async function verifyDirectory(
  published: PublishedDirectory,
  options: DirectoryOptions,
): Promise<DirectoryResult> {
  return verify(published, parseTrust(options), options.now ?? unixNow());
}

interface Trust {
  vault: string;
  roots: readonly string[];
  seen: Seen | undefined;
}

async function verify(published: unknown, { vault, roots, seen }: Trust, now: number): Promise<DirectoryResult> {
  const { delegation, directory } = isObject(published) ? published : {};
  const delegated = parseWithJwk(delegationKind, delegation);
  if (!delegated.ok) return delegated;
  const listed = parseWithKid(directoryKind, directory);
  if (!listed.ok) return listed;

  const by = await verifyDelegation(delegated.signed, vault, roots, now);
  if (!by.ok) return by;
  const { claims, signer } = listed.signed;
  if (signer !== by.kid || claims.iss !== vault || !(await isBy(listed.signed, by.key))) {
    return untrusted("key directory", "not signed, for this vault, by the key that was delegated to");
  }
  if (!isCurrent(claims, now)) return expired("key directory");

  const next = {
    delegated: delegated.signed.claims.iat,
    sequence: claims.seq,
    hash: await digest(listed.signed.input),
  };
  if (seen && !isLater(next, seen)) {
    return refuse("key directory", "directory_rolled_back", "older than one that was seen, or another of its number");
  }
  const { iat, exp, seq, keys, revoked } = claims;
  const expires = Math.min(exp, delegated.signed.claims.exp);
  const receiptKeys = await readReceiptKeys(keys, revoked);
  return {
    ok: true,
    directory: { vault, sequence: seq, issued: iat, expires, receiptKeys, revoked, seen: formatSeen(next) },
  };
}

/** The key that a pinned root key has delegated to. */
async function verifyDelegation(
  signed: Signed<EmbeddedKey, DelegationClaims>,
  vault: string,
  roots: readonly string[],
  now: number,
): Promise<{ ok: true; key: CryptoKey; kid: string } | Refusal> {
  const { claims, signer } = signed;
  const root = await readPublicKey(signer);
  if (!root || !roots.includes(root.kid) || claims.iss !== root.kid) {
    return untrusted("delegation", "not by a root key that is pinned");
  }
  if (!(await isBy(signed, root.key))) return untrusted("delegation", "not signed by the root key that it names");
  if (claims.sub !== vault) return untrusted("delegation", "for another vault");
  const online = await readPublicKey(claims.cnf.jwk);
  if (!online) return refuse("delegation", codes.malformed, "for a key that is none");
  if (!livesAtMost(claims, MAX_DELEGATION_LIFE)) {
    return refuse("delegation", codes.malformed, "not for a time of at most 90 days");
  }
  if (!isCurrent(claims, now)) return expired("delegation");
  return { ok: true, key: online.key, kid: online.kid };
}

/** Keys of other kinds are passed over (RFC 7517, section 5), so that a vault can publish newer ones beside them. */
async function readReceiptKeys(keys: Record<string, unknown>[], revoked: string[]): Promise<VerifyingKey[]> {
  // Without alg a key could be for anything.
  const read = await Promise.all(keys.filter(({ alg }) => alg === "ES256").map(readPublicKey));
  return read.flatMap((key) => (key && !revoked.includes(key.kid) ? [key.jwk] : []));
}

/** A JWK of any kind: its own members are strings, a private one is refused, and what others it has are of no matter. */
function isPublishedKey(value: unknown): boolean {
  if (!isObject(value) || typeof value.kty !== "string") return false;
  return Object.entries(value).every(([name, member]) => {
    if (name === "d" || name === "priv") return false;
    if (["kty", "crv", "x", "y", "kid", "alg", "use"].includes(name)) return typeof member === "string";
    if (name === "nbf" || name === "exp") return isTime(member);
    return typeof member === "string" || Number.isSafeInteger(member);
  });
}

/** Whether something ends after it begins, and within so many seconds. */
function livesAtMost({ iat, exp }: { iat: number; exp: number }, seconds: number): boolean {
  return exp > iat && exp <= iat + seconds;
}

function isCurrent({ iat, exp }: { iat: number; exp: number }, now: number): boolean {
  return iat <= now + LEEWAY && now < exp;
}

/** The newest directory that was seen, in the form in which the browser keeps it too (`protocol/src/directory/seen.rs`). */
interface Seen {
  /** When the delegation was signed. */
  delegated: number;
  sequence: number;
  hash: string;
}

/**
 * Whether `next` is `seen` again or a later one. The root key has the last word: under a later delegation the numbers may
 * begin anew, so that a vault which had to be restored from a backup is not locked out.
 */
function isLater(next: Seen, seen: Seen): boolean {
  if (next.delegated !== seen.delegated) return next.delegated > seen.delegated;
  return next.sequence > seen.sequence || (next.sequence === seen.sequence && next.hash === seen.hash);
}

function formatSeen({ delegated, sequence, hash }: Seen): string {
  return `${delegated}.${sequence}.${hash}`;
}

function parseTrust({ vault, roots, seen }: TrustOptions): Trust {
  if (!Array.isArray(roots) || roots.length < 1 || roots.length > 8 || !roots.every(isDigest)) {
    throw new CardsealError("options_invalid", "roots: not 1 to 8 thumbprints, each of 43 characters");
  }
  return { vault: parseOrigin(vault, "vault"), roots, seen: parseSeen(seen) };
}

/** Throws where it is not what was given to keep: to go on without would be to take any older directory. */
function parseSeen(seen: unknown): Seen | undefined {
  if (seen === undefined || seen === null) return undefined;
  const [, delegated, sequence, hash] = /^(\d{1,16})\.(\d{1,16})\.(.*)$/.exec(String(seen)) ?? [];
  if (!isDigest(hash)) throw new CardsealError("options_invalid", "seen: not what a directory had as seen");
  return { delegated: Number(delegated), sequence: Number(sequence), hash };
}

function untrusted(name: string, why: string): Refusal {
  return refuse(name, "directory_untrusted", why);
}

function expired(name: string): Refusal {
  return refuse(name, "directory_expired", "not valid at this time");
}
