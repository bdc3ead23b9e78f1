/** The inputs of a card: `type="text"` in a document. The optional ones only where they are asked for. */
export interface CardInputs {
  number: HTMLInputElement;
  expiry: HTMLInputElement;
  code: HTMLInputElement;
  name?: HTMLInputElement;
  /** Its value is a code of ISO 3166-1, two capitals, or empty. */
  country?: HTMLSelectElement | HTMLInputElement;
  /** Disabled as long as the country has no postal codes. */
  postalCode?: HTMLInputElement;
}

/** Where the card is sealed for. */
export interface FormOptions {
  /** The vault's origin. */
  vault: string;
  /** The public merchant id. */
  merchant: string;
  /** The origin of the page around the inputs, as the browser reports it, never as the page says. */
  origin: string;
  /** The thumbprints (RFC 7638) of the root keys that may speak for the vault, 1 to 8. */
  roots: string[];
  /** The device's key. */
  device: Promise<Device>;
  /** The brands to preselect on a co-badged card, the most preferred first; the shopper may choose another. */
  preferredBrands?: Brand[];
  /** The country that is chosen from the start; by its rules a postal code is judged where no input asks for a country. */
  defaultCountry?: string;
  /** Seal only for a total that was shown: see `show`. Default: false. */
  showTotal?: boolean;
  /** How long a call may take over the network, in milliseconds. Default: 15000. */
  timeout?: number;
}

/** A P-256 key that the browser holds. */
export interface Device {
  /** base64url of the public key's x coordinate. */
  x: string;
  /** base64url of the public key's y coordinate. */
  y: string;
  /** The ES256 signature over the bytes: 64 bytes, R then S. */
  sign(input: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

export type Field = "number" | "expiry" | "code" | "name" | "country" | "postalCode";

export type Brand =
  | "visa"
  | "mastercard"
  | "amex"
  | "discover"
  | "diners"
  | "jcb"
  | "unionpay"
  | "maestro"
  | "mir"
  | "elo"
  | "hipercard"
  | "rupay"
  | "troy"
  | "verve"
  | "dankort"
  | "cartes_bancaires"
  | "bancontact";

/** What may be wrong with a field. */
export type ProblemCode =
  | "number_required"
  | "number_incomplete"
  | "number_too_long"
  | "number_invalid"
  | "expiry_required"
  | "expiry_incomplete"
  | "expiry_invalid"
  | "expiry_past"
  | "expiry_too_far"
  | "code_required"
  | "code_incomplete"
  | "code_invalid"
  | "name_required"
  | "name_too_long"
  | "name_invalid"
  | "country_required"
  | "postal_code_required"
  | "postal_code_incomplete"
  | "postal_code_invalid";

/** Every stable code. */
export type ErrorCode =
  | ProblemCode
  | "envelope_malformed"
  | "envelope_too_large"
  | "suite_unsupported"
  | "key_unknown"
  | "key_revoked"
  | "envelope_invalid"
  | "clock_skew"
  | "jti_reused"
  | "origin_not_allowed"
  | "order_mismatch"
  | "order_malformed"
  | "order_too_large"
  | "order_algorithm_unsupported"
  | "order_key_unknown"
  | "order_signature_invalid"
  | "order_expired"
  | "order_not_yet_valid"
  | "order_wrong_merchant"
  | "order_paid"
  | "key_malformed"
  | "directory_malformed"
  | "directory_algorithm_unsupported"
  | "directory_untrusted"
  | "directory_expired"
  | "directory_rolled_back"
  | "receipt_malformed"
  | "receipt_invalid"
  | "dual_signature_malformed"
  | "dual_signature_invalid"
  | "request_malformed"
  | "body_too_large"
  | "content_type_unsupported"
  | "merchant_unknown"
  | "api_key_invalid"
  | "token_unknown"
  | "token_spent"
  | "token_expired"
  | "acquirer_timeout"
  | "idempotency_key_reused"
  | "not_found"
  | "method_not_allowed"
  | "unavailable"
  | "internal"
  | "card_incomplete"
  | "total_changed"
  | "tokenize_in_progress"
  | "network"
  | "timeout"
  | "response_invalid"
  | "random_unavailable"
  | "not_ready"
  | "destroyed"
  | "blocked"
  | "csp"
  | "offline"
  | "load_timeout"
  | "version_unsupported"
  | "origin_refused"
  | "options_invalid";

export interface FieldState {
  empty: boolean;
  complete: boolean;
  /** Digits typed; characters of name, country and postal code. */
  length: number;
  /** What to tell the shopper. */
  problem: ProblemCode | null;
}

export interface CardState {
  complete: boolean;
  empty: boolean;
  brand: Brand | null;
  /** Every brand the digits allow, most specific first. */
  brands: Brand[];
  /** The brands of a co-badged card between which the shopper may choose; empty where there is no choice. */
  brandChoices: Brand[];
  /** The one of them that is sealed with the card: what the shopper chose, else what the merchant prefers, else none. */
  chosenBrand: Brand | null;
  codeName: string;
  codeLength: number;
  /** Once the number is valid. */
  last4: string | null;
  fields: Record<Field, FieldState>;
}

/** The steps of a `tokenize`, in their order; `sealing` and `sending` come twice where the card is sealed once more. */
export type Step = "verifying" | "sealing" | "sending" | "checking";

export type CardEvent =
  | { type: "change"; state: CardState }
  | { type: "focus" | "blur"; field: Field }
  | { type: "submit" }
  /** How far a `tokenize` is. */
  | { type: "progress"; step: Step }
  /** What the shopper is to be shown. `amount` is in minor units, of which `minorUnits` are decimal places. */
  | { type: "total"; payee: string; amount: number; minorUnits: number; currency: string };

/** Why a call failed. */
export interface Failure {
  code: ErrorCode;
  message: string;
  /** The same call may succeed if it is simply made again. */
  retryable: boolean;
  field?: Field;
}

export type TokenizeResult =
  | {
      ok: true;
      token: string;
      brand: Brand | null;
      last4: string;
      expMonth: number;
      expYear: number;
      /** Unix seconds. */
      expires: number;
      envelope: string;
      dualSignature: string;
      receipt: string;
    }
  | { ok: false; error: Failure };
