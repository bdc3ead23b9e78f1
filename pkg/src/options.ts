import { CardsealError } from "./errors.js";

/** Where a vault is and whose account is meant. */
export interface VaultOptions {
  /** The vault's origin: `https://vault.example`; `http://` only on localhost. */
  vault: string;
  /** The public merchant id: 1 to 64 of `A-Z a-z 0-9 _ . -`. */
  merchant: string;
  /**
   * The vault's root keys by their thumbprints (RFC 7638), 1 to 8: `cardseal-vault root init` prints one. Keys that none of
   * them stands behind are refused, whoever sends them.
   */
  roots: readonly string[];
}

/** Checks all members; throws `options_invalid`. */
export function parseVaultOptions(options: VaultOptions): VaultOptions & { roots: string[] } {
  const vault = parseOrigin(options?.vault, "vault");
  return { vault, merchant: parseMerchant(options.merchant), roots: parseRoots(options.roots) };
}

/** Thumbprints of root keys, copied; throws `options_invalid`. */
export function parseRoots(value: unknown): string[] {
  const isThumbprint = (root: unknown) => typeof root === "string" && /^[\w-]{43}$/.test(root);
  if (!Array.isArray(value) || value.length < 1 || value.length > 8 || !value.every(isThumbprint)) {
    throw new CardsealError("options_invalid", "roots: not 1 to 8 thumbprints of root keys");
  }
  return [...value];
}

/**
 * The ASCII serialization (RFC 6454, section 6.2) of an `https` origin, or an `http` one on the local machine. A single
 * trailing slash, capitals and a default port are forgiven. Throws `options_invalid` naming the option.
 */
export function parseOrigin(value: unknown, option: string): string {
  let url: URL | undefined;
  try {
    url = new URL(value as string);
  } catch {
    // Refused below, with the rest.
  }
  const local = url && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (!url || url.href !== `${url.origin}/` || !(url.protocol === "https:" || (url.protocol === "http:" && local))) {
    throw new CardsealError("options_invalid", `${option}: not an https origin such as "https://vault.example"`);
  }
  return url.origin;
}

/** A merchant id; throws `options_invalid`. */
export function parseMerchant(value: unknown): string {
  if (typeof value !== "string" || !/^[\w.-]{1,64}$/.test(value)) {
    throw new CardsealError("options_invalid", "merchant: not a merchant id");
  }
  return value;
}

/** A time in milliseconds, 1 to 120000, or the default; throws `options_invalid`. */
export function parseTimeout(value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== "number" || !(value >= 1 && value <= 120_000)) {
    throw new CardsealError("options_invalid", "timeout: not a number of milliseconds from 1 to 120000");
  }
  return value;
}
