// A vault in the place of `fetch`, for a page or Node, where the browser's part is looked at alone. It signs all that a vault
// signs (docs/protocol.md), by WebCrypto, and refuses what it can tell to be wrong; only opening envelopes is beyond it.

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DIRECTORY_LIFE = 80_000;
const TOKEN_LIFE = 900;

const origin = "https://vault.example";
const merchant = "mer_demo";
const order = "order-1";

export class Vault {
  /** How often it was asked, for its directory and for a token. */
  asked = { directory: 0, token: 0 };
  /** What is answered in place of the next directories and tokens, one after the other; then it is those again. */
  answers = { directory: [], token: [] };
  #keys;
  #sealingKeys;
  #revoked = [];
  #directory;
  /** The directory before the present one. */
  #previous;

  /** `sealingKeys` are what cards are sealed to, JWKs with all that a directory lists, one at a time. */
  static async open(sealingKeys) {
    const vault = new Vault();
    const [root, online, receipts, orders] = await Promise.all(Array.from({ length: 4 }, makePair));
    vault.#keys = { root, online, receipts, orders };
    vault.#sealingKeys = [...sealingKeys];
    await vault.#publish();
    return vault;
  }

  /** What a form is told of it. */
  options() {
    return { vault: origin, merchant, roots: [this.#keys.root.kid] };
  }

  /** In place of the browser's. */
  fetch = async (url, init = {}) => {
    const { pathname } = new URL(url);
    if (pathname === "/v1/tokens") {
      this.asked.token += 1;
      const request = JSON.parse(init.body);
      const answer = this.answers.token.shift() ?? ((request) => this.accept(request));
      return answer(request);
    }
    if (pathname === "/.well-known/cardseal/keys") {
      this.asked.directory += 1;
      return Response.json(this.answers.directory.shift() ?? this.#directory);
    }
    return Response.json({ name: "Demo shop", keys: [this.#keys.orders.jwk] });
  };

  /** A token for an envelope; or a refusal, where the envelope's key was revoked or the dual signature is not right. */
  async accept(request) {
    const [header] = parts(request.envelope);
    if (header.kid !== this.#sealingKeys[0].kid) return refuse(400, "key_revoked");
    const card = await hash(request.envelope);
    const [{ jwk }, dual] = parts(request.dual_signature);
    const isSigned = await verify(request.dual_signature, jwk);
    if (!isSigned || dual.card !== card || dual.order !== (await hash(signingInput(request.order)))) {
      return refuse(400, "dual_signature_invalid");
    }
    const claims = {
      iss: origin,
      sub: "tok_1",
      aud: merchant,
      iat: now(),
      exp: now() + TOKEN_LIFE,
      // It cannot read the card, and nobody compares these to it.
      brand: "visa",
      last4: "0000",
      order: header.order,
      card,
      device: await thumbprint(jwk),
      origin: header.origin,
      suite: header.alg,
      key: header.kid,
    };
    const { kid, sign } = this.#keys.receipts;
    const receipt = await sign({ typ: "cardseal-receipt+jwt", kid }, claims);
    const { sub: token, exp: expires, brand, last4 } = claims;
    const body = { token, brand, last4, exp_month: 12, exp_year: 2030, order, expires, receipt };
    return Response.json(body, { status: 201 });
  }

  /** Goes on to the next key to seal to, and says so in its directory. */
  async revoke() {
    this.#revoked.push(this.#sealingKeys.shift().kid);
    await this.#publish();
  }

  /** An order as the merchant's server signs it. */
  signOrder(page, amount = 4200) {
    const { kid, sign } = this.#keys.orders;
    const claims = {
      iss: merchant,
      jti: order,
      iat: now(),
      exp: now() + 3600,
      amount,
      currency: "EUR",
      origins: [page],
    };
    return sign({ typ: "cardseal-order+jwt", kid }, claims);
  }

  async #publish() {
    const { root, online, receipts } = this.#keys;
    const times = { iat: now(), exp: now() + DIRECTORY_LIFE };
    const delegation = { iss: root.kid, sub: origin, ...times, cnf: { jwk: online.jwk } };
    const directory = {
      iss: origin,
      ...times,
      seq: this.#revoked.length + 1,
      ...(this.#previous && { prev: this.#previous }),
      keys: [this.#sealingKeys[0], { ...receipts.jwk, kid: receipts.kid, alg: "ES256", use: "sig" }],
      revoked: this.#revoked,
    };
    this.#directory = {
      // By the root key once: a later delegation would be another word of its owner's.
      delegation:
        this.#directory?.delegation ?? (await root.sign({ typ: "cardseal-delegation+jwt", jwk: root.jwk }, delegation)),
      directory: await online.sign({ typ: "cardseal-keys+jwt", kid: online.kid }, directory),
    };
    this.#previous = await hash(signingInput(this.#directory.directory));
  }
}

/** A refusal as a vault words it. */
export function refuse(status, code, more) {
  return Response.json({ code, ...more }, { status });
}

/** A device's key as the package's device.ts makes one, but for its keeping. */
export async function makeDevice() {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(ES256, false, ["sign", "verify"]);
  const { x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { x, y, sign: async (input) => new Uint8Array(await crypto.subtle.sign(ES256, privateKey, input)) };
}

/** A key that signs JWS compact serializations (RFC 7515). */
async function makePair() {
  const device = await makeDevice();
  const jwk = { crv: "P-256", kty: "EC", x: device.x, y: device.y };
  const sign = async (header, claims) => {
    const input = [{ alg: "ES256", ...header }, claims].map((part) => encode(bytes(JSON.stringify(part)))).join(".");
    return `${input}.${encode(await device.sign(bytes(input)))}`;
  };
  return { kid: await thumbprint(jwk), jwk, sign };
}

async function verify(jws, jwk) {
  const key = await crypto.subtle.importKey("jwk", jwk, ES256, false, ["verify"]);
  return crypto.subtle.verify(ES256, key, decode(jws.split(".")[2]), bytes(signingInput(jws)));
}

/** RFC 7638. */
function thumbprint({ crv, kty, x, y }) {
  return hash(JSON.stringify({ crv, kty, x, y }));
}

async function hash(text) {
  return encode(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(text))));
}

function signingInput(jws) {
  return jws.slice(0, jws.lastIndexOf("."));
}

/** The header, and of a JWS the claims. */
function parts(compact) {
  const [header, claims] = compact.split(".");
  const read = (part) => JSON.parse(new TextDecoder().decode(decode(part)));
  return [read(header), claims && compact.split(".").length === 3 ? read(claims) : undefined];
}

function now() {
  return Math.floor(Date.now() / 1000);
}

function bytes(text) {
  return new TextEncoder().encode(text);
}

function encode(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function decode(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}
