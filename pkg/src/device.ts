/**
 * The device's key, which signs order and card together (docs/protocol.md, "Dual signature").
 *
 * The browser keeps it where no script can read it, and signs with it when asked. It is made for one merchant: were it the
 * same for all, merchants could compare it and follow a shopper from shop to shop.
 */
export interface Device {
  /** The public key's x coordinate (RFC 7518, section 6.2.1.2). */
  x: string;
  /** The public key's y coordinate. */
  y: string;
  /** The ES256 signature over the bytes: 64 bytes, R then S. */
  sign(input: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** How long storage may take, in milliseconds: a browser that guards it may never answer. */
const PATIENCE = 1_000;
const STORE = "keys";

/** The key kept for this merchant; a fresh one, for this visit only, where storage is refused or does not answer. */
export async function loadDevice(merchant: string): Promise<Device> {
  const made = await generate();
  return deviceOf(await keep(merchant, made).catch(() => made));
}

/** A key that is kept nowhere. */
export async function makeDevice(): Promise<Device> {
  return deviceOf(await generate());
}

async function deviceOf({ publicKey, privateKey }: CryptoKeyPair): Promise<Device> {
  const { x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return {
    x: x as string,
    y: y as string,
    sign: async (input) => new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, input)),
  };
}

function generate(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
}

/** The key that is stored; `made` is stored if there is none. In one transaction, so that two tabs get the same. */
function keep(merchant: string, made: CryptoKeyPair): Promise<CryptoKeyPair> {
  return new Promise((resolve, reject) => {
    setTimeout(reject, PATIENCE);
    // Throws where the browser has switched storage off.
    const opening = indexedDB.open("cardseal", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = reject;
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, "readwrite");
      const store = transaction.objectStore(STORE);
      const found = store.get(merchant);
      let kept = made;
      found.onsuccess = () => {
        if (found.result) kept = found.result as CryptoKeyPair;
        else store.put(made, merchant);
      };
      transaction.oncomplete = () => {
        database.close();
        resolve(kept);
      };
      transaction.onerror = reject;
      transaction.onabort = reject;
    };
  });
}
