import { createHash } from "node:crypto";
import { mayLead, shown } from "./address.js";
import { type Answer, fetchAnswer, type Patience } from "./answer.js";
import { ImportMap, readImports } from "./imports.js";
import type { Language, Mention } from "./markup.js";
import { decoded, type Page } from "./page.js";
import { Refusal } from "./refusal.js";

/** How a script comes into a page. */
export const kinds = ["external", "preload", "import", "inline", "importmap", "handler", "javascript-url"] as const;
export type Kind = (typeof kinds)[number];

/** What a reader of an inventory has to know of a script besides its hash. */
export const notes = [
  /** It imports what only running it would tell. */
  "imports_computed",
  /** Its imports cannot be read: it may be no valid script. */
  "imports_unreadable",
  /** It imports by a name that leads nowhere. */
  "imports_unresolved",
  /** Its body is not what its `integrity` attribute demands: browsers do not run it. */
  "integrity_mismatch",
  /** It answers with an error: browsers do not run it. */
  "not_served",
  /** Its address is one from which browsers load no script here: plain HTTP, with a password, or not of a server. */
  "not_loadable",
] as const;
export type Note = (typeof notes)[number];

/** A script of a page, as it was received. */
export interface Script {
  kind: Kind;
  /** Its address; of a script in the page there is none. */
  url?: string;
  /** Element and attribute, of handlers and `javascript:` addresses. */
  place?: string;
  /** `sha384-…` of its body or text in UTF-8; not there where it could not be had. */
  hash?: string;
  /** The `integrity` attribute. */
  integrity?: string;
  notes?: Note[];
}

/** How many scripts a page may have. */
const MOST = 500;
/** How many are fetched at a time. */
const AT_ONCE = 6;

interface Wanted {
  kind: "external" | "preload" | "import";
  url: URL;
  language: Language;
  integrity?: string;
}

/** Finds and hashes every script of a page: what its markup names, and all that is imported from there. */
export async function collectScripts(page: Page, patience: Patience): Promise<Script[]> {
  const { base, mentions } = page.markup;
  const collection = new Collection(page.url, patience);
  for (const mention of mentions) if (mention.kind === "importmap") collection.map.add(mention.source, base);
  for (const mention of mentions) await collection.take(mention, base);
  await collection.follow();
  return collection.sorted();
}

class Collection {
  readonly map = new ImportMap();
  readonly #page: URL;
  readonly #patience: Patience;
  readonly #found = new Map<string, Script>();
  readonly #seen = new Map<string, Wanted>();
  #wanted: Wanted[] = [];

  constructor(page: URL, patience: Patience) {
    this.#page = page;
    this.#patience = patience;
  }

  /** Takes in a script of the markup. */
  async take(mention: Mention, base: URL): Promise<void> {
    if ("address" in mention) {
      const { kind, address, language, integrity } = mention;
      if (!URL.canParse(address, base.href)) return;
      this.#want({ kind, url: new URL(address, base), language, ...(integrity && { integrity }) });
      return;
    }
    const { kind, source } = mention;
    const script: Script = { kind, ...("place" in mention && { place: mention.place }), hash: sri(source) };
    if (kind === "inline") await this.#import(script, source, base);
    this.#add(script);
  }

  /** Fetches what is wanted, and what that imports, until there is nothing more. */
  async follow(): Promise<void> {
    while (this.#wanted.length > 0) {
      const next = this.#wanted.splice(0, AT_ONCE);
      await Promise.all(next.map((wanted) => this.#fetch(wanted)));
    }
  }

  /** By kind and address or hash, so that the same page always gives the same list. */
  sorted(): Script[] {
    return [...this.#found.values()].sort((a, b) => {
      const kind = kinds.indexOf(a.kind) - kinds.indexOf(b.kind);
      return kind || compare(keyOf(a), keyOf(b));
    });
  }

  /** An address that is named several times is one script, of the first of the kinds. */
  #want(wanted: Wanted): void {
    wanted.url.hash = "";
    const seen = this.#seen.get(wanted.url.href);
    if (seen) {
      if (kinds.indexOf(wanted.kind) < kinds.indexOf(seen.kind)) Object.assign(seen, wanted);
      return;
    }
    if (this.#seen.size >= MOST) throw new Refusal("page_too_large", `${shown(this.#page)}: more than ${MOST} scripts`);
    this.#seen.set(wanted.url.href, wanted);
    this.#wanted.push(wanted);
  }

  async #fetch(wanted: Wanted): Promise<void> {
    const { kind, url, integrity } = wanted;
    const script: Script = { kind, url: withoutPassword(url), ...(integrity && { integrity }) };
    const body = await this.#body(url, script);
    if (body) {
      script.hash = sri(body.bytes);
      if (integrity && !satisfies(body.bytes, integrity)) note(script, "integrity_mismatch");
      await this.#import(script, decoded(body.bytes), body.url);
    }
    this.#add(script);
  }

  async #body(url: URL, script: Script): Promise<{ bytes: Uint8Array; url: URL } | undefined> {
    if (url.protocol === "data:") {
      const bytes = await fetch(url.href)
        .then((response) => response.arrayBuffer())
        .catch(() => undefined);
      if (bytes) return { bytes: new Uint8Array(bytes), url: this.#page };
      note(script, "not_loadable");
      return undefined;
    }
    if (!mayLead(this.#page, url)) {
      note(script, "not_loadable");
      return undefined;
    }
    const answer: Answer = await fetchAnswer(url, this.#patience, { code: "script_unreachable" });
    if (answer.status < 200 || answer.status >= 300) {
      note(script, "not_served");
      return undefined;
    }
    return { bytes: answer.body, url: answer.url };
  }

  async #import(script: Script, source: string, base: URL): Promise<void> {
    const imports = await readImports(source);
    if (!imports) return note(script, "imports_unreadable");
    if (imports.computed) note(script, "imports_computed");
    for (const specifier of imports.specifiers) {
      const url = this.map.resolve(specifier, base);
      if (url) this.#want({ kind: "import", url, language: "module" });
      else note(script, "imports_unresolved");
    }
  }

  #add(script: Script): void {
    script.notes?.sort();
    this.#found.set(keyOf(script), script);
  }
}

/** What makes two entries the same script: its address, or its text and where it stands. */
export function keyOf({ kind, url, place, hash }: Script): string {
  return url ?? [kind, place, hash].filter(Boolean).join(" ");
}

/** As in an `integrity` attribute, or a policy's hash source. */
export function sri(content: string | Uint8Array, algorithm = "sha384"): string {
  return `${algorithm}-${createHash(algorithm).update(content).digest("base64")}`;
}

/** Whether a body is one that an `integrity` attribute allows: by the strongest of its algorithms (SRI, section 3.3.4). */
function satisfies(body: Uint8Array, integrity: string): boolean {
  const given = integrity.split(/\s+/).map((text) => text.replace(/\?.*/, ""));
  for (const algorithm of ["sha512", "sha384", "sha256"]) {
    const hashes = given.filter((text) => text.startsWith(`${algorithm}-`));
    if (hashes.length > 0) return hashes.includes(sri(body, algorithm));
  }
  // None that is known: browsers check nothing.
  return true;
}

function note(script: Script, what: Note): void {
  const known = script.notes ?? [];
  if (!known.includes(what)) script.notes = [...known, what];
}

function withoutPassword(url: URL): string {
  if (url.protocol === "data:") return `data:${sri(url.href)}`;
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain.href;
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
