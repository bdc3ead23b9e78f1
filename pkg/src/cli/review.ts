import { CSP, CSP_REPORT_ONLY, title } from "./headers.js";
import type { Markup } from "./markup.js";
import { allows, governing, type Policy, parsePolicies } from "./policy.js";

/** Something about a page's headers that should be otherwise. */
export interface Finding {
  /** `blocked`: the card fields do not load. `missing`: a protection is not there. `wide`: one is there and lets too much through. */
  kind: "blocked" | "missing" | "wide";
  /** The header, and its directive where it is a policy's. */
  header: string;
  message: string;
}

/** Judges what a page sends, as a host of the card fields of this vault. */
export function review(url: URL, headers: Headers, markup: Markup, vault: string): Finding[] {
  // A policy in the page cannot say who may embed it, but holds for all the rest.
  const sent = parsePolicies(headers.get(CSP) ?? "");
  const policies = [...sent, ...markup.policies.flatMap(parsePolicies)];
  const findings: Finding[] = policies.length ? judgePolicies(policies, sent, url, vault) : [noPolicy(headers)];
  return [...findings, ...judgeOthers(url, headers)];
}

function noPolicy(headers: Headers): Finding {
  const reports = headers.has(CSP_REPORT_ONLY);
  const message = reports ? "there is one that only reports, and stops nothing" : "there is none";
  return { kind: "missing", header: title(CSP), message };
}

function judgePolicies(policies: Policy[], sent: Policy[], page: URL, vault: string): Finding[] {
  const findings: Finding[] = [];
  const say = (kind: Finding["kind"], directive: string, message: string) =>
    findings.push({ kind, header: `${title(CSP)}: ${directive}`, message });

  for (const policy of policies) {
    const frames = governing(policy, "frame-src");
    if (frames && !allows(frames.sources, new URL(`${vault}/frame/`), page)) {
      say("blocked", frames.name, `does not allow ${vault}; the card fields need: frame-src ${vault}`);
    }
    const sandbox = policy.get("sandbox");
    for (const needed of ["allow-scripts", "allow-same-origin"]) {
      if (sandbox && !sandbox.includes(needed)) say("blocked", "sandbox", `must have ${needed}`);
    }
  }

  // A thing is forbidden where one of the policies forbids it: the strictest counts.
  for (const name of ["frame-src", "script-src", "style-src", "object-src"]) {
    const lists = policies.flatMap((policy) => governing(policy, name) ?? []);
    if (lists.length === 0) {
      say("missing", name, "nothing is said of it, so everything is allowed");
      continue;
    }
    const [least] = lists
      .map((list) => ({ ...list, wide: tooWide(name, list.sources) }))
      .sort((a, b) => a.wide.length - b.wide.length);
    if (least && least.wide.length > 0) say("wide", least.name, `for ${name}, allows ${least.wide.join(" ")}`);
  }
  for (const name of ["base-uri", "form-action"]) {
    if (!policies.some((policy) => policy.has(name))) say("missing", name, "it has no default");
  }
  if (!sent.some((policy) => policy.has("frame-ancestors"))) {
    say("missing", "frame-ancestors", "any page may embed this one and lay something over it");
  }
  if (!policies.some((policy) => policy.get("require-trusted-types-for")?.includes("'script'"))) {
    say("missing", "require-trusted-types-for", "strings become script; the card fields work with 'script'");
  }
  return findings;
}

/** The sources of a list that let in more than can be known beforehand. */
function tooWide(name: string, sources: string[]): string[] {
  const scripts = name === "script-src";
  const isStrict = sources.some((source) => /^'(nonce-|sha(256|384|512)-|strict-dynamic)/i.test(source));
  const strictDynamic = scripts && sources.some((source) => source.toLowerCase() === "'strict-dynamic'");
  return sources.filter((source) => {
    const lower = source.toLowerCase();
    // Browsers ignore it beside a nonce or a hash.
    if (lower === "'unsafe-inline'") return name.endsWith("script-src") || name === "style-src" ? !isStrict : false;
    if (/^'(unsafe-eval|unsafe-hashes|wasm-unsafe-eval)'$/.test(lower)) return scripts;
    if (strictDynamic) return false;
    if (lower === "*" || /^[a-z][a-z0-9+.-]*:$/.test(lower)) return name === "style-src" ? lower !== "data:" : true;
    return /^(?:[a-z][a-z0-9+.-]*:\/\/)?\*/.test(lower);
  });
}

function judgeOthers(url: URL, headers: Headers): Finding[] {
  const findings: Finding[] = [];
  const say = (kind: Finding["kind"], header: string, message: string) => findings.push({ kind, header, message });
  // The last policy that a browser knows is the one that counts.
  const referrer = headers.get("referrer-policy")?.split(",").at(-1)?.trim().toLowerCase();
  if (!referrer) say("missing", "Referrer-Policy", "recommended: same-origin");
  else if (/^(unsafe-url|no-referrer-when-downgrade|origin|origin-when-cross-origin)$/.test(referrer)) {
    say("wide", "Referrer-Policy", `${referrer} tells other sites where the shopper is`);
  }
  if (!headers.get("permissions-policy")) {
    say("missing", "Permissions-Policy", "scripts of the page may ask for camera, location and payment");
  }
  if (headers.get("x-content-type-options")?.trim().toLowerCase() !== "nosniff") {
    say("missing", "X-Content-Type-Options", "must be nosniff, so that nothing but scripts is run as one");
  }
  const transport = headers.get("strict-transport-security");
  if (url.protocol === "https:" && !/(^|;)\s*max-age\s*=\s*"?[1-9]/i.test(transport ?? "")) {
    say("missing", "Strict-Transport-Security", "recommended: max-age=31536000");
  }
  return findings;
}
