/** What claims consist of: the types of `protocol/` as they stand in JSON. */
import { decode } from "./base64url.js";
import { isObject } from "./json.js";

/** The members of an object, each with what its value must be. */
export type Shape = Record<string, (value: unknown) => boolean>;

/** Whether a value is an object with all required members, perhaps some of the optional ones, and no other. */
export function isOf(value: unknown, required: Shape, optional: Shape = {}): value is Record<string, unknown> {
  if (!isObject(value) || !Object.keys(required).every((name) => Object.hasOwn(value, name))) return false;
  const known = new Map(Object.entries({ ...required, ...optional }));
  return Object.entries(value).every(([name, member]) => known.get(name)?.(member));
}

/** 1 to 64 of `A-Z a-z 0-9 _ . -`: the id of a merchant, an order or a token. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && /^[\w.-]{1,64}$/.test(value);
}

/** base64url of 32 bytes: a SHA-256 hash, a thumbprint, a coordinate. */
export function isDigest(value: unknown): value is string {
  return typeof value === "string" && value.length === 43 && decode(value) !== undefined;
}

/** A whole number that is kept exactly. */
export function isWhole(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** Unix seconds. */
export function isTime(value: unknown): value is number {
  return isWhole(value, 0);
}

/** Scheme, host (an IPv6 address in brackets, or labels) and port of an origin, all in lower case. */
const origins = /^(https?):\/\/(\[[\da-f:]{2,39}\]|[a-z\d_-]{1,63}(?:\.[a-z\d_-]{1,63})*)(?::([1-9]\d{0,4}))?$/;

/**
 * A web origin exactly as browsers report it (RFC 6454, section 6.2), by the rules of `protocol/src/origin.rs`: without a
 * default port, and without TLS only on the same machine.
 */
export function isOrigin(value: unknown): value is string {
  const [, scheme, host = "", port] = (typeof value === "string" && origins.exec(value)) || [];
  if (!scheme || host.length > 253 || (host.startsWith("[") && !host.includes(":"))) return false;
  const secure = scheme === "https";
  if (!secure && !["localhost", "127.0.0.1", "[::1]"].includes(host)) return false;
  return port === undefined || (Number(port) <= 65_535 && port !== (secure ? "443" : "80"));
}
