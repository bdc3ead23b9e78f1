/**
 * What is wrong with a field the shopper fills. `*_required` and `*_incomplete` are reported only once the shopper has
 * left the field or tried to submit; the others as soon as they are certain.
 */
export const problemCodes = [
  "number_required",
  "number_incomplete",
  "number_too_long",
  "number_invalid",
  "expiry_required",
  "expiry_incomplete",
  "expiry_invalid",
  "expiry_past",
  "expiry_too_far",
  "code_required",
  "code_incomplete",
  "code_invalid",
  "name_required",
  "name_too_long",
  "name_invalid",
  "country_required",
  "postal_code_required",
  "postal_code_incomplete",
  "postal_code_invalid",
] as const;

/**
 * Every stable code of the project, in the order of `protocol/src/code.rs`. Both lists of this file are made of
 * docs/errors.json by scripts/errors.mjs; docs/errors.md says what each code means and what to do about it.
 */
export const errorCodes = [
  ...problemCodes,
  // The envelope.
  "envelope_malformed",
  "envelope_too_large",
  "suite_unsupported",
  "key_unknown",
  "key_revoked",
  "envelope_invalid",
  "clock_skew",
  "jti_reused",
  "origin_not_allowed",
  "order_mismatch",
  // The order.
  "order_malformed",
  "order_too_large",
  "order_algorithm_unsupported",
  "order_key_unknown",
  "order_signature_invalid",
  "order_expired",
  "order_not_yet_valid",
  "order_wrong_merchant",
  "order_paid",
  // Keys.
  "key_malformed",
  "directory_malformed",
  "directory_algorithm_unsupported",
  "directory_untrusted",
  "directory_expired",
  "directory_rolled_back",
  // The receipt and the dual signature.
  "receipt_malformed",
  "receipt_invalid",
  "dual_signature_malformed",
  "dual_signature_invalid",
  // The vault.
  "request_malformed",
  "body_too_large",
  "content_type_unsupported",
  "merchant_unknown",
  "api_key_invalid",
  "token_unknown",
  "token_spent",
  "token_expired",
  "acquirer_timeout",
  "idempotency_key_reused",
  "not_found",
  "method_not_allowed",
  "unavailable",
  "internal",
  // The browser and the client.
  "card_incomplete",
  "total_changed",
  "tokenize_in_progress",
  "network",
  "timeout",
  "response_invalid",
  "random_unavailable",
  "not_ready",
  "destroyed",
  // Loading.
  "blocked",
  "csp",
  "offline",
  "load_timeout",
  "version_unsupported",
  "origin_refused",
  "options_invalid",
] as const;

/** What is wrong with a field that the shopper fills: the first of the codes, up to `postal_code_invalid`. */
export type ProblemCode = (typeof problemCodes)[number];

/** A stable code: its meaning never changes, and new ones may be added in a minor version. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * A mistake in the calling program (a malformed option, a missing mount target, a key that is not a key), thrown or
 * rejected with. Conditions of run time are never thrown: they come back as `{ ok: false, error }`.
 */
export class CardsealError extends Error {
  /** The stable code; `message` is for people and may change. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = "CardsealError";
    this.code = code;
  }
}
