import { formatPolicy, type Policy } from "./policy.js";

/** Headers by their names, in lower case. */
export type HeaderValues = Record<string, string>;

/** What a page with the card fields sends. */
export interface HostHeaders {
  /** The one directive that the card fields need. */
  needed: string;
  /** All that is recommended, with it. */
  page: HeaderValues;
  /** What the vault sends with the frame, for which nothing has to be done. */
  frame: HeaderValues;
}

export const CSP = "content-security-policy";
export const CSP_REPORT_ONLY = "content-security-policy-report-only";

const deniedFeatures =
  "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()";

/** The headers for a page that mounts the card fields of a vault. */
export function hostHeaders(vault: string, { reportOnly = false } = {}): HostHeaders {
  return {
    needed: `frame-src ${vault}`,
    page: {
      [reportOnly ? CSP_REPORT_ONLY : CSP]: formatPolicy(recommended(vault)),
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": deniedFeatures,
      // Other sites learn nothing; forms of the site's own still say where they come from.
      "referrer-policy": "same-origin",
      "strict-transport-security": "max-age=31536000",
      "x-content-type-options": "nosniff",
    },
    frame: {
      [CSP]:
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors <the merchant's registered origins>",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "cross-origin",
      "permissions-policy": deniedFeatures,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  };
}

function recommended(vault: string): Policy {
  return new Map([
    ["default-src", ["'none'"]],
    ["script-src", ["'self'"]],
    ["style-src", ["'self'"]],
    ["img-src", ["'self'"]],
    ["font-src", ["'self'"]],
    ["connect-src", ["'self'"]],
    ["frame-src", [vault]],
    ["base-uri", ["'none'"]],
    ["form-action", ["'self'"]],
    ["frame-ancestors", ["'none'"]],
    ["require-trusted-types-for", ["'script'"]],
    ["trusted-types", ["'none'"]],
  ]);
}

/** A header's name as it is usually written. */
export function title(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase());
}
