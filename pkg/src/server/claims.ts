/** What claims consist of: the types of `protocol/` as they stand in JSON. */
import { parseOrigin } from "../options.js";
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

/** A web origin exactly as browsers report it (RFC 6454, section 6.2); see `protocol/src/origin.rs`. */
export function isOrigin(value: unknown): value is string {
  // URL alone would take some marks in hosts that no host has.
  if (typeof value !== "string" || !/^https?:\/\/[\w.:[\]-]+$/.test(value)) return false;
  try {
    return parseOrigin(value, "origin") === value;
  } catch {
    return false;
  }
}
