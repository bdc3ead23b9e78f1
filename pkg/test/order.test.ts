import { readFileSync } from "node:fs";
import { CompactSign, calculateJwkThumbprint, compactVerify, importJWK, jwtVerify, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { isCurrency } from "../src/server/currency.js";
import {
  CardsealError,
  createOrderSigner,
  generateOrderKey,
  type OrderDetails,
  type OrderKey,
  verifyOrder,
} from "../src/server/index.js";

let key: OrderKey;
beforeAll(async () => {
  key = await generateOrderKey();
});

const details: OrderDetails = {
  id: "order-1",
  amount: 4200,
  currency: "EUR",
  origins: ["https://shop.example"],
  description: "Ein Täßchen ☕",
  items: [
    { name: "Cup", quantity: 2, amount: 2500 },
    { name: "Voucher", quantity: 1, amount: -800 },
  ],
};
const sign = (changes: object = {}) =>
  createOrderSigner({ merchant: "mer_demo", privateKey: key.privateKey }).sign({ ...details, ...changes });

/** An order signed by npm's jose instead of by us. */
async function signByJose(
  claims: object = {},
  header: object = {},
  privateKey: object = key.privateKey,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const whole = {
    iss: "mer_demo",
    jti: "order-1",
    iat: now,
    exp: now + 900,
    amount: 4200,
    currency: "EUR",
    origins: ["https://shop.example"],
    ...claims,
  };
  return signText(JSON.stringify(whole), header, privateKey);
}

async function signText(claims: string, header: object = {}, privateKey: object = key.privateKey): Promise<string> {
  return new CompactSign(new TextEncoder().encode(claims))
    .setProtectedHeader({ alg: "ES256", typ: "cardseal-order+jwt", kid: key.publicKey.kid as string, ...header })
    .sign(await importJWK(privateKey as never, "ES256"));
}

async function refusal(jws: unknown, options?: object, publicKey = key.publicKey): Promise<string | undefined> {
  const result = await verifyOrder(jws as string, publicKey, options);
  return result.ok ? undefined : result.error.code;
}

describe("generateOrderKey", () => {
  it("makes a P-256 JWK whose kid is jose's thumbprint of it", async () => {
    const { publicKey, privateKey } = key;
    expect(publicKey).toEqual({
      kty: "EC",
      crv: "P-256",
      x: expect.any(String),
      y: expect.any(String),
      kid: expect.any(String),
      alg: "ES256",
      use: "sig",
    });
    expect(publicKey.kid).toBe(await calculateJwkThumbprint(publicKey, "sha256"));
    expect(privateKey).toEqual({ ...publicKey, d: expect.any(String) });
    expect((await generateOrderKey()).privateKey.d).not.toBe(privateKey.d);
  });
});

describe("an order that we sign", () => {
  it("is verified by jose, with exactly the header and claims of docs/protocol.md", async () => {
    const before = Math.floor(Date.now() / 1000);
    const { payload, protectedHeader } = await jwtVerify(
      await sign({ expiresIn: 900 }),
      await importJWK(key.publicKey, "ES256"),
      {
        issuer: "mer_demo",
        typ: "cardseal-order+jwt",
        algorithms: ["ES256"],
      },
    );
    expect(JSON.stringify(protectedHeader)).toBe(
      `{"alg":"ES256","typ":"cardseal-order+jwt","kid":"${key.publicKey.kid}"}`,
    );
    const { iat, exp, ...claims } = payload as { iat: number; exp: number };
    const { id, ...rest } = details;
    expect(claims).toEqual({ iss: "mer_demo", jti: id, ...rest });
    expect(iat).toBeGreaterThanOrEqual(before);
    expect(exp - iat).toBe(900);
  });

  it("has no members that were not given, and a life of an hour", async () => {
    const jws = await sign({ description: undefined, items: undefined });
    const { payload } = await compactVerify(jws, await importJWK(key.publicKey, "ES256"));
    const claims = JSON.parse(new TextDecoder().decode(payload));
    expect(Object.keys(claims)).toEqual(["iss", "jti", "iat", "exp", "amount", "currency", "origins"]);
    expect(claims.exp - claims.iat).toBe(3600);
  });

  it("is verified by us, and read whole", async () => {
    const notBefore = Math.floor(Date.now() / 1000) - 5;
    const result = await verifyOrder(await sign({ notBefore }), key.publicKey, { merchant: "mer_demo" });
    expect(result).toEqual({
      ok: true,
      order: { merchant: "mer_demo", ...details, notBefore, issued: expect.any(Number), expires: expect.any(Number) },
    });
  });

  it("takes origins as a person may write them and signs them as browsers do", async () => {
    const result = await verifyOrder(
      await sign({ origins: ["https://Shop.example:443/", "http://localhost:8788"] }),
      key.publicKey,
    );
    expect(result).toMatchObject({ ok: true, order: { origins: ["https://shop.example", "http://localhost:8788"] } });
  });

  it.each([
    ["id", { id: "" }],
    ["id", { id: "a b" }],
    ["id", { id: "x".repeat(65) }],
    ["id", { id: 7 }],
    ["amount", { amount: 0, items: undefined }],
    ["amount", { amount: -1, items: undefined }],
    ["amount", { amount: 42.5, items: undefined }],
    ["amount", { amount: 2 ** 53, items: undefined }],
    ["amount", { amount: "4200", items: undefined }],
    ["amount", { amount: Number.NaN, items: undefined }],
    ["currency", { currency: "eur" }],
    ["currency", { currency: "EURO" }],
    ["currency", { currency: "QQQ" }],
    ["currency", { currency: "XAU" }],
    ["currency", { currency: "" }],
    ["origins", { origins: [] }],
    ["origins", { origins: Array(17).fill("https://shop.example") }],
    ["origins", { origins: "https://shop.example" }],
    ["expiresIn", { expiresIn: 0 }],
    ["expiresIn", { expiresIn: 86_401 }],
    ["expiresIn", { expiresIn: 1.5 }],
    ["notBefore", { notBefore: Date.now() }],
    ["description", { description: "é".repeat(129) }],
    ["description", { description: "\ud800" }],
    ["items", { items: [{ name: "", quantity: 1, amount: 4200 }] }],
    ["items", { items: [{ name: "Cup", quantity: 0, amount: 4200 }] }],
    ["items", { items: [{ name: "Cup", quantity: 1.5, amount: 2800 }] }],
    ["items", { items: [{ name: "Cup", quantity: 1, amount: "4200" }] }],
    ["items", { items: [null] }],
    ["items", { items: {} }],
    ["items", { items: Array(101).fill({ name: "Cup", quantity: 1, amount: 42 }) }],
    ["add up", { items: [{ name: "Cup", quantity: 1, amount: 4199 }] }],
    // As numbers these two sums are rounded, and the first would be taken for right.
    ["add up", { amount: 2 ** 53 - 1, items: [{ name: "Cup", quantity: 2, amount: 2 ** 52 }] }],
    ["add up", { amount: 2 ** 53 - 1, items: [{ name: "Cup", quantity: 2 ** 52, amount: 2 ** 52 }] }],
  ])("is refused for its %s: %o", async (member, changes) => {
    const error = await sign(changes).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CardsealError);
    expect(error).toMatchObject({ code: "order_malformed", message: expect.stringContaining(member) });
  });

  it.each([
    "shop.example",
    "http://shop.example",
    "https://shop.example/pay",
    "null",
    "*",
    "https://a@shop.example",
    "javascript:1",
  ])("is refused for the origin %s", async (origin) => {
    await expect(sign({ origins: [origin] })).rejects.toMatchObject({ code: "options_invalid" });
  });

  it("is refused beyond 16 KiB", async () => {
    const items = Array(100).fill({ name: "x".repeat(256), quantity: 1, amount: 42 });
    await expect(sign({ items })).rejects.toMatchObject({ code: "order_too_large" });
  });
});

describe("currencies", () => {
  const source = readFileSync(new URL("../../protocol/src/order/currency.rs", import.meta.url), "utf8");
  const lists = [...source.matchAll(/^const [A-Z_]+: &str = "([A-Z\\\s]+)";$/gm)].map(([, list]) => list as string);

  it("are those that the vault takes", async () => {
    expect(lists).toHaveLength(3);
    const codes = lists.join(" ").match(/[A-Z]{3}/g) ?? [];
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !isCurrency(code))).toEqual([]);
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const all = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
    expect(all.filter((code) => isCurrency(code)).sort()).toEqual([...codes].sort());
  });
});

describe("createOrderSigner", () => {
  it.each([
    ["merchant", () => ({ merchant: "a b", privateKey: key.privateKey }), "options_invalid"],
    ["a public key", () => ({ merchant: "m", privateKey: key.publicKey }), "key_malformed"],
    ["no key", () => ({ merchant: "m" }), "key_malformed"],
    ["a short d", () => ({ merchant: "m", privateKey: { ...key.privateKey, d: "AAAA" } }), "key_malformed"],
    ["another curve", () => ({ merchant: "m", privateKey: { ...key.privateKey, crv: "P-384" } }), "key_malformed"],
    ["another alg", () => ({ merchant: "m", privateKey: { ...key.privateKey, alg: "ES384" } }), "key_malformed"],
    ["another use", () => ({ merchant: "m", privateKey: { ...key.privateKey, use: "enc" } }), "key_malformed"],
  ])("throws for %s", (_, options, code) => {
    expect(() => createOrderSigner(options() as never)).toThrow(
      expect.objectContaining({ name: "CardsealError", code }),
    );
  });

  it("refuses halves that do not belong together, each time, and never says the key", async () => {
    const other = await generateOrderKey();
    const signer = createOrderSigner({ merchant: "m", privateKey: { ...key.privateKey, d: other.privateKey.d } });
    for (let time = 0; time < 2; time++) {
      const error = (await signer.sign(details).catch((error: unknown) => error)) as CardsealError;
      expect(error.code).toBe("key_malformed");
      expect(`${error.stack}${JSON.stringify(error)}${error.cause}`).not.toContain(other.privateKey.d);
    }
  });
});

describe("verifyOrder", () => {
  it("takes an order signed by jose", async () => {
    const result = await verifyOrder(await signByJose({ items: details.items }), key.publicKey);
    expect(result).toMatchObject({ ok: true, order: { merchant: "mer_demo", id: "order-1", items: details.items } });
  });

  it("takes any of several keys", async () => {
    const other = await generateOrderKey();
    expect((await verifyOrder(await sign(), [other.publicKey, key.publicKey])).ok).toBe(true);
    expect(await refusal(await sign(), {}, other.publicKey)).toBe("order_key_unknown");
  });

  it("refuses a signature by another key under our kid", async () => {
    const other = await generateOrderKey();
    expect(await refusal(await signByJose({}, {}, other.privateKey))).toBe("order_signature_invalid");
  });

  it("refuses every single-bit flip and every truncation", async () => {
    const jws = await sign({ items: undefined, description: undefined });
    const bytes = new TextEncoder().encode(jws);
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] as number) ^ (1 << (at % 7));
      expect(await refusal(new TextDecoder().decode(flipped)), `bit of byte ${at}`).toBeTypeOf("string");
      expect(await refusal(jws.slice(0, at)), `cut at ${at}`).toBeTypeOf("string");
    }
    expect(await refusal(jws)).toBeUndefined();
  });

  it.each([
    [{ alg: "none" }, "order_algorithm_unsupported"],
    [{ alg: "HS256" }, "order_algorithm_unsupported"],
    [{ alg: "ES384" }, "order_algorithm_unsupported"],
    [{ alg: undefined }, "order_malformed"],
    [{ alg: "none", jwk: {} }, "order_algorithm_unsupported"],
    [{ typ: "JWT" }, "order_malformed"],
    [{ kid: 1 }, "order_malformed"],
    [{ jwk: {} }, "order_malformed"],
    [{ crit: ["exp"] }, "order_malformed"],
    [{ kid: "another" }, "order_malformed"],
    [{ kid: "A".repeat(43) }, "order_key_unknown"],
  ])("refuses the header %o", async (changes, code) => {
    const header = { alg: "ES256", typ: "cardseal-order+jwt", kid: key.publicKey.kid, ...changes };
    const [, payload, signature] = (await sign()).split(".");
    expect(
      await refusal([Buffer.from(JSON.stringify(header)).toString("base64url"), payload, signature].join(".")),
    ).toBe(code);
  });

  it.each([
    [{ amount: 0 }],
    [{ amount: 1.5 }],
    [{ amount: "4200" }],
    [{ currency: "eur" }],
    [{ origins: [] }],
    [{ origins: "https://shop.example" }],
    [{ origins: ["https://shop.example/"] }],
    [{ origins: ["https://Shop.example"] }],
    [{ origins: ["https://shop.example:443"] }],
    [{ origins: ["https://shop!.example"] }],
    [{ origins: ["http://shop.example"] }],
    [{ iat: "1" }],
    [{ exp: undefined }],
    [{ jti: undefined }],
    [{ iss: "a b" }],
    [{ sub: "extra" }],
    [{ items: [{ name: "Cup", quantity: 1, amount: 4200, extra: 1 }] }],
    [{ items: [{ name: "Cup", quantity: 1, amount: 1 }] }],
  ])("refuses the claims %o though they are signed", async (claims) => {
    expect(await refusal(await signByJose(claims))).toBe("order_malformed");
  });

  it("refuses a member that comes twice though it is signed: others would read the other of the two", async () => {
    const once = JSON.stringify({
      iss: "m",
      jti: "1",
      iat: 1,
      exp: 9,
      currency: "EUR",
      origins: ["https://a.example"],
    });
    const claims = (amounts: string) => once.replace("{", `{${amounts},`);
    const now = { now: 5 };
    expect(await refusal(await signText(claims('"amount":1')), now)).toBeUndefined();
    expect(await refusal(await signText(claims('"amount":1,"amount":1')), now)).toBe("order_malformed");
    expect(await refusal(await signText(claims('"amount":1,"\\u0061mount":2')), now)).toBe("order_malformed");
  });

  it("judges the time, with 60 seconds of leeway before it is valid and none after", async () => {
    const jws = await signByJose({ iat: 1_000_000, exp: 1_000_900 });
    expect(await refusal(jws, { now: 999_939 })).toBe("order_not_yet_valid");
    expect(await refusal(jws, { now: 999_940 })).toBeUndefined();
    expect(await refusal(jws, { now: 1_000_899 })).toBeUndefined();
    expect(await refusal(jws, { now: 1_000_900 })).toBe("order_expired");
    const later = await signByJose({ iat: 1_000_000, nbf: 1_000_500, exp: 1_000_900 });
    expect(await refusal(later, { now: 1_000_439 })).toBe("order_not_yet_valid");
    expect(await refusal(later, { now: 1_000_440 })).toBeUndefined();
    expect(await refusal(await signByJose({ iat: 1, exp: 86_402 }), { now: 2 })).toBe("order_malformed");
  });

  it("holds to a merchant if told one", async () => {
    expect(await refusal(await sign(), { merchant: "mer_other" })).toBe("order_wrong_merchant");
  });

  it.each([
    undefined,
    null,
    1,
    {},
    "",
    ".",
    "..",
    "a.b",
    "a.b.c",
    "a.b.c.d",
    "e30.e30.",
    "e30=.e30.e30",
    "e31.e30.e30",
    "W10.W10.W10",
  ])("refuses %o", async (jws) =>
    expect(["order_malformed", "order_algorithm_unsupported"]).toContain(await refusal(jws)),
  );

  it("refuses what is too large before it looks inside", async () => {
    expect(await refusal("a".repeat(16_385))).toBe("order_too_large");
  });

  it("rejects for a key that is not one", async () => {
    await expect(verifyOrder(await sign(), { kty: "EC" } as never)).rejects.toMatchObject({ code: "key_malformed" });
    await expect(verifyOrder(await sign(), undefined as never)).rejects.toMatchObject({ code: "key_malformed" });
  });

  it("refuses an ordinary JWT by the same key", async () => {
    const jwt = await new SignJWT({})
      .setProtectedHeader({ alg: "ES256" })
      .sign(await importJWK(key.privateKey, "ES256"));
    expect(await refusal(jwt)).toBe("order_malformed");
  });
});
