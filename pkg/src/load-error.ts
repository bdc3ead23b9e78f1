import type { ErrorCode } from "./errors.js";
import type { LoadCause, LoadError } from "./types.js";

/** Why nothing came, where all that is seen is that nothing came. */
const unexplained = ["blocked", "load_timeout", "network"];

/** What is told of fields that did not load: the code as it was seen, or what the page itself knows to explain it. */
export function loadError(seen: ErrorCode): LoadError {
  const code = unexplained.includes(seen) && !navigator.onLine ? "offline" : seen;
  return { cause: causeOf(code), code, message: messageOf(code) };
}

/** The cause that a code falls under. The catalogue of errors says the same for each (a test compares them). */
export function causeOf(code: ErrorCode): LoadCause {
  switch (code) {
    case "csp":
    case "offline":
      return code;
    case "load_timeout":
    case "timeout":
      return "timeout";
    case "version_unsupported":
    case "suite_unsupported":
      return "version";
    case "origin_refused":
    case "origin_not_allowed":
      return "origin";
    default:
      return "blocked";
  }
}

function messageOf(code: ErrorCode): string {
  switch (code) {
    case "blocked":
      return "The card fields did not load: vault down, merchant unknown, or page not among the merchant's origins.";
    case "csp":
      return "The page's Content-Security-Policy must allow the vault in frame-src.";
    case "offline":
      return "The browser is offline.";
    case "load_timeout":
      return "The card fields did not load in time.";
    case "origin_refused":
      return 'The page has no origin of its own: a sandbox needs "allow-same-origin".';
    default:
      return `The card fields reported ${code}.`;
  }
}
