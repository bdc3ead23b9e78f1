import type { Failure } from "../types.js";
import { isDigest, isOf, isTime } from "./claims.js";
import { digest } from "./digest.js";
import { hashOf, isBy, type Kind, parseWithJwk, refuse } from "./jws.js";
import { readPublicKey } from "./keys.js";

/** What a shopper's device says by its signature: this card was sealed for this order. */
export interface DualSignature {
  /** When it was signed, by the vault's clock as the browser knew it. Unix seconds. */
  issued: number;
  /** The hash of the order: base64url(SHA-256(its JWS signing input)). */
  order: string;
  /** The hash of the envelope that the card was sealed in: base64url(SHA-256(its JWE)). */
  card: string;
  /** The device: the RFC 7638 thumbprint of the key that signed. The receipt names it too. */
  device: string;
}

/** What a dual signature has to join. What is given is compared, even where it is `undefined` in a program without types. */
export interface DualSignatureOptions {
  /** The signed order. */
  order?: string;
  /** The hash of the envelope, as a receipt has it: `receipt.card`. */
  card?: string;
  /** The envelope itself. */
  envelope?: string;
}

/** What {@link verifyDualSignature} resolves to. */
export type DualSignatureResult = { ok: true; dualSignature: DualSignature } | { ok: false; error: Failure };

interface Claims {
  iat: number;
  order: string;
  card: string;
}

const kind: Kind<Claims> = {
  name: "dual signature",
  typ: "cardseal-dual-signature+jwt",
  maxLength: 1024,
  isClaims: (claims): claims is Record<string, unknown> & Claims =>
    isOf(claims, { iat: isTime, order: isDigest, card: isDigest }),
  malformed: "dual_signature_malformed",
  tooLarge: "dual_signature_malformed",
  algorithmUnsupported: "dual_signature_malformed",
};

/**
 * Verifies a dual signature by the key that it carries, and that it joins what is given: `dual_signature_malformed`, or
 * `dual_signature_invalid`. Whose key it is says the receipt, which names the device: see `verifyReceipt`.
 */
export async function verifyDualSignature(
  dualSignature: string,
  options: DualSignatureOptions = {},
): Promise<DualSignatureResult> {
  const parsed = parseWithJwk(kind, dualSignature);
  if (!parsed.ok) return parsed;
  const { signed } = parsed;
  const device = await readPublicKey(signed.signer);
  if (!device || !(await isBy(signed, device.key))) return invalid("not signed by the key that it carries");

  const { iat, order, card } = signed.claims;
  if (Object.hasOwn(options, "order") && order !== (await hashOf(options.order))) return invalid("for another order");
  if (Object.hasOwn(options, "card") && card !== options.card) return invalid("for another card");
  if (Object.hasOwn(options, "envelope") && card !== (await digest(options.envelope ?? ""))) {
    return invalid("for another envelope");
  }
  return { ok: true, dualSignature: { issued: iat, order, card, device: device.kid } };
}

function invalid(why: string): { ok: false; error: Failure } {
  return refuse("dual signature", "dual_signature_invalid", why);
}
