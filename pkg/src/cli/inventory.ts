import { CSP, CSP_REPORT_ONLY } from "./headers.js";
import type { Page } from "./page.js";
import { withoutNonces } from "./policy.js";
import { Refusal } from "./refusal.js";
import { compare, keyOf, kinds, notes, type Script } from "./scripts.js";

/** The reason of a script for which nobody has given one. */
export const UNJUSTIFIED = "unjustified";

/** A script with what PCI DSS 4.0.1, requirement 6.4.3, asks for beside its integrity. */
export interface Entry extends Script {
  /** Why the page needs it, in the words of whoever wrote it; `unjustified` where nobody has. */
  reason: string;
  /** Who authorised this very content, and when (`YYYY-MM-DD`); `null` where nobody has. */
  authorization: { by: string; on: string } | null;
}

/** A payment page's headers and scripts. The same page gives the same inventory, to the byte. */
export interface Inventory {
  version: 1;
  page: string;
  /** The headers that matter to security; those that are not sent are `null`. Nonces are masked: `'nonce-*'`. */
  headers: Record<string, string | null>;
  /** The policies of its `meta` elements. */
  policies: string[];
  scripts: Entry[];
}

/** The headers that requirement 11.6.1 calls security-impacting. */
export const watchedHeaders = [
  CSP,
  CSP_REPORT_ONLY,
  "cross-origin-embedder-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
  "permissions-policy",
  "referrer-policy",
  "strict-transport-security",
  "x-content-type-options",
  "x-frame-options",
];

/** What is known of a page beforehand is kept: reasons for the same script, authorisations for the same content. */
export function makeInventory(url: URL, page: Page, scripts: Script[], known?: Inventory): Inventory {
  const before = new Map(known?.scripts.map((entry) => [keyOf(entry), entry]));
  return {
    version: 1,
    page: url.href,
    headers: Object.fromEntries(
      watchedHeaders.map((name) => [name, withoutNoncesOrNull(page.headers.get(name))] as const),
    ),
    policies: page.markup.policies.map(withoutNonces).sort(compare),
    scripts: scripts.map((script) => {
      const entry = before.get(keyOf(script));
      const same = entry !== undefined && entry.hash === script.hash;
      return { ...script, reason: entry?.reason ?? UNJUSTIFIED, authorization: same ? entry.authorization : null };
    }),
  };
}

function withoutNoncesOrNull(value: string | null): string | null {
  return value === null ? null : withoutNonces(value);
}

/** What an auditor would ask about, one line each. */
export function openQuestions({ scripts }: Inventory): string[] {
  return scripts.flatMap((entry) => {
    const name = describe(entry);
    const lines = [];
    if (entry.reason.trim() === "" || entry.reason === UNJUSTIFIED) lines.push(`unjustified: ${name}`);
    if (!entry.authorization) lines.push(`unauthorized: ${name}`);
    return lines;
  });
}

function describe({ kind, url, place, hash }: Script): string {
  return [kind, place, url ?? hash].filter(Boolean).join(" ");
}

export function formatInventory(inventory: Inventory): string {
  return `${JSON.stringify(inventory, null, 2)}\n`;
}

/** Reads an inventory; throws `inventory_malformed`, which names the member that is wrong. */
export function parseInventory(text: string): Inventory {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("is no JSON");
  }
  const { version, page, headers, policies, scripts, ...rest } = record(value, "the inventory");
  none(rest, "the inventory");
  if (version !== 1) throw malformed("version: not 1");
  if (typeof page !== "string" || !URL.canParse(page)) throw malformed("page: no address");
  for (const [name, sent] of Object.entries(record(headers, "headers"))) {
    if (!watchedHeaders.includes(name) || !(sent === null || typeof sent === "string"))
      throw malformed(`headers.${name}`);
  }
  if (!Array.isArray(policies) || !policies.every((policy) => typeof policy === "string")) throw malformed("policies");
  if (!Array.isArray(scripts)) throw malformed("scripts");
  return {
    version,
    page,
    headers: headers as Inventory["headers"],
    policies,
    scripts: scripts.map((script, index) => parseEntry(script, `scripts[${index}]`)),
  };
}

function parseEntry(value: unknown, at: string): Entry {
  const { kind, url, place, hash, integrity, notes: noted, reason, authorization, ...rest } = record(value, at);
  none(rest, at);
  const optional = (member: unknown) => member === undefined || typeof member === "string";
  if (!(kinds as readonly unknown[]).includes(kind)) throw malformed(`${at}.kind`);
  if (!optional(url)) throw malformed(`${at}.url`);
  if (!optional(place)) throw malformed(`${at}.place`);
  if (!optional(hash) || (hash !== undefined && !/^sha384-[A-Za-z0-9+/]{64}$/.test(String(hash)))) {
    throw malformed(`${at}.hash`);
  }
  if (!optional(integrity)) throw malformed(`${at}.integrity`);
  const known = (all: unknown) => Array.isArray(all) && all.every((one) => (notes as readonly unknown[]).includes(one));
  if (noted !== undefined && !known(noted)) throw malformed(`${at}.notes`);
  if (typeof reason !== "string") throw malformed(`${at}.reason`);
  if (authorization !== null) {
    const { by, on, ...more } = record(authorization, `${at}.authorization`);
    none(more, `${at}.authorization`);
    if (typeof by !== "string" || by.trim() === "") throw malformed(`${at}.authorization.by`);
    if (typeof on !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(on) || Number.isNaN(Date.parse(on))) {
      throw malformed(`${at}.authorization.on: not a date such as 2026-01-31`);
    }
  }
  return value as Entry;
}

function record(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(`${at}: no object`);
  return value as Record<string, unknown>;
}

function none(rest: Record<string, unknown>, at: string): void {
  const [name] = Object.keys(rest);
  if (name !== undefined) throw malformed(`${at}: unknown member ${name}`);
}

function malformed(what: string): Refusal {
  return new Refusal("inventory_malformed", `the inventory is malformed: ${what}`);
}
