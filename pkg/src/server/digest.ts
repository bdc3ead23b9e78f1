import { encode } from "./base64url.js";

/** base64url of SHA-256 over a text in UTF-8: what names a key, an order, an envelope, a receipt, a directory. */
export async function digest(text: string): Promise<string> {
  return encode(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
