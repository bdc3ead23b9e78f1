/** The directives of one Content-Security-Policy by their names, each with its sources. */
export type Policy = Map<string, string[]>;

/**
 * The policies of a header's value: several headers, or one with commas, are several policies, and each has to allow a
 * thing (CSP Level 3, section 2.2.2). Of a directive that is there twice the first counts.
 */
export function parsePolicies(header: string): Policy[] {
  return header
    .split(",")
    .map(parsePolicy)
    .filter((policy) => policy.size > 0);
}

function parsePolicy(text: string): Policy {
  const policy: Policy = new Map();
  for (const directive of text.split(";")) {
    const [name, ...sources] = directive.trim().split(/\s+/);
    const key = name?.toLowerCase();
    if (key && !policy.has(key)) policy.set(key, sources);
  }
  return policy;
}

/** Writes a policy as a header's value. */
export function formatPolicy(policy: Policy): string {
  return Array.from(policy, ([name, sources]) => [name, ...sources].join(" ")).join("; ");
}

/** Which directive a missing one falls back to (CSP Level 3, section 6.8.3). */
const fallbacks: Record<string, string[]> = {
  "frame-src": ["child-src", "default-src"],
  "script-src": ["default-src"],
  "style-src": ["default-src"],
  "object-src": ["default-src"],
};

/** The directive that governs: its name and sources; `undefined` where the policy says nothing. */
export function governing(policy: Policy, name: string): { name: string; sources: string[] } | undefined {
  for (const candidate of [name, ...(fallbacks[name] ?? [])]) {
    const sources = policy.get(candidate);
    if (sources) return { name: candidate, sources };
  }
  return undefined;
}

/** Whether a list of sources allows an address of this origin (CSP Level 3, section 6.7.2.8), from a page of that one. */
export function allows(sources: string[], target: URL, page: URL): boolean {
  return sources.some((source) => matches(source, target, page));
}

function matches(source: string, target: URL, page: URL): boolean {
  const upgraded = target.protocol === "https:" && page.protocol === "http:";
  if (source === "*") return /^https?:$/.test(target.protocol) || target.protocol === page.protocol;
  if (source.toLowerCase() === "'self'") return target.origin === page.origin;
  const scheme = /^([a-z][a-z0-9+.-]*):$/i.exec(source)?.[1]?.toLowerCase();
  if (scheme) return `${scheme}:` === target.protocol || (scheme === "http" && target.protocol === "https:");
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[\w.-]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?(\/.*)?$/i.exec(
    source,
  );
  if (!parts) return false;
  const [, named, host = "", port, path = "/"] = parts;
  const protocol = named ? `${named.toLowerCase()}:` : page.protocol;
  const sameScheme = protocol === target.protocol || (protocol === "http:" && target.protocol === "https:");
  if (!sameScheme && !(upgraded && !named)) return false;
  const wanted = host.toLowerCase();
  const sameHost =
    wanted === "*" ||
    (wanted.startsWith("*.") ? target.hostname.endsWith(wanted.slice(1)) : target.hostname === wanted);
  if (!sameHost) return false;
  const given = target.port || (target.protocol === "https:" ? "443" : "80");
  const asked = port ?? (target.protocol === "https:" ? "443" : "80");
  if (asked !== "*" && asked !== given && !(asked === "80" && given === "443")) return false;
  // A path that ends with a slash is a folder; any other is one file.
  return path === "/" || (path.endsWith("/") ? target.pathname.startsWith(path) : target.pathname === path);
}

/** A value in which what a server makes anew for each answer is masked, so that two answers can be compared. */
export function withoutNonces(policy: string): string {
  return policy.replaceAll(/'nonce-[^']*'/gi, "'nonce-*'");
}
