import { init, parse } from "es-module-lexer";

/** What a script says that it imports. */
export interface Imports {
  /** Specifiers of static imports, and of dynamic ones that are plain strings. */
  specifiers: string[];
  /** Whether it also imports what only running it would tell. */
  computed: boolean;
}

/** Reads the imports of a script without running it; `undefined` where it cannot be read as a script. */
export async function readImports(source: string): Promise<Imports | undefined> {
  await init();
  try {
    const [imports] = parse(source);
    const specifiers: string[] = [];
    let computed = false;
    for (const one of imports) {
      if (one.type === "import-meta") continue;
      // With attributes it is no script: JSON or a style sheet.
      if (one.attributes !== null) continue;
      if (one.specifier === undefined || (one.type === "dynamic" && one.glob)) computed = true;
      else specifiers.push(one.specifier);
    }
    return { specifiers, computed };
  } catch {
    return undefined;
  }
}

/** The import maps of a page (HTML Standard, "Import maps"), merged: of a specifier that is there twice the first counts. */
export class ImportMap {
  readonly #imports = new Map<string, string | null>();
  readonly #scopes = new Map<string, Map<string, string | null>>();

  /** Takes in one map; what is malformed in it is left out, as in browsers. */
  add(source: string, base: URL): void {
    let map: unknown;
    try {
      map = JSON.parse(source);
    } catch {
      return;
    }
    if (!isRecord(map)) return;
    take(map.imports, base, this.#imports);
    for (const [prefix, imports] of Object.entries(isRecord(map.scopes) ? map.scopes : {})) {
      const scope = addressOf(prefix, base);
      if (!scope) continue;
      const entries = this.#scopes.get(scope) ?? new Map();
      this.#scopes.set(scope, entries);
      take(imports, base, entries);
    }
  }

  /** The address of what a script at `referrer` imports; `undefined` where the import fails. */
  resolve(specifier: string, referrer: URL): URL | undefined {
    const address = addressOf(specifier, referrer);
    const key = address ?? specifier;
    const scopes = [...this.#scopes.keys()].sort((a, b) => b.length - a.length);
    const inScope = scopes.filter(
      (scope) => scope === referrer.href || (scope.endsWith("/") && referrer.href.startsWith(scope)),
    );
    for (const entries of [...inScope.flatMap((scope) => this.#scopes.get(scope) ?? []), this.#imports]) {
      const mapped = lookUp(key, entries);
      if (mapped !== undefined) return mapped === null ? undefined : new URL(mapped);
    }
    return address ? new URL(address) : undefined;
  }
}

/** An address, absolute or relative; a bare specifier is none. */
function addressOf(specifier: string, base: URL): string | undefined {
  if (/^\.{0,2}\//.test(specifier))
    return URL.canParse(specifier, base.href) ? new URL(specifier, base).href : undefined;
  return URL.canParse(specifier) ? new URL(specifier).href : undefined;
}

function take(imports: unknown, base: URL, entries: Map<string, string | null>): void {
  for (const [name, value] of Object.entries(isRecord(imports) ? imports : {})) {
    const key = addressOf(name, base) ?? name;
    const address = typeof value === "string" ? addressOf(value, base) : undefined;
    if (!entries.has(key)) entries.set(key, address ?? null);
  }
}

/** The entry of a specifier: its own, or the longest folder's that it is in. `null` forbids it. */
function lookUp(key: string, entries: Map<string, string | null>): string | null | undefined {
  const own = entries.get(key);
  if (own !== undefined) return own;
  const folders = [...entries.keys()].filter((name) => name.endsWith("/") && key.startsWith(name));
  const [longest] = folders.sort((a, b) => b.length - a.length);
  if (longest === undefined) return undefined;
  const target = entries.get(longest);
  return target && URL.canParse(key.slice(longest.length), target)
    ? new URL(key.slice(longest.length), target).href
    : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
