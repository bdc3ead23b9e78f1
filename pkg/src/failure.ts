import type { ErrorCode } from "./errors.js";
import type { Failure } from "./types.js";

/** The failed half of every result of the package. */
export function failure(code: ErrorCode, message: string, retryable = false): { ok: false; error: Failure } {
  return { ok: false, error: { code, message, retryable } };
}
