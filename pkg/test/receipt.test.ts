import { calculateJwkThumbprint } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { type ReceiptOptions, verifyReceipt } from "../src/server/index.js";
import { alterations, makePair, type Pair, sign, vectors, withHeader } from "./signed.js";

const typ = "cardseal-receipt+jwt";
const [one, other, third] = vectors.cases;
const claims = one.receipt_claims;
const keysOf = ({ directory_claims: { keys } }: typeof one) => keys.filter(({ alg }) => alg === "ES256");
const keys = keysOf(one);

let vault: Pair;
beforeAll(async () => {
  vault = await makePair();
});

async function refusal(jws: unknown, options: object = {}): Promise<string | undefined> {
  const result = await verifyReceipt(jws as string, { keys, ...options } as ReceiptOptions);
  return result.ok ? undefined : result.error.code;
}

/** A receipt by jose. */
const signed = (changes: object = {}) => sign({ typ, kid: vault.kid }, { ...claims, ...changes }, vault);
const byVault = () => ({ keys: vault.jwk });

describe("verifyReceipt", () => {
  it.each(vectors.cases)("takes what the protocol crate signed, and reads it whole", async (each) => {
    const { iss, sub, aud, iat, exp, brand = null, prev = null, ...rest } = each.receipt_claims;
    const result = await verifyReceipt(each.receipt, {
      keys: keysOf(each),
      vault: vectors.vault,
      merchant: "mer_demo",
      token: sub,
      order: each.order,
      envelope: each.envelope,
      dualSignature: each.dual_signature,
    });
    expect(result).toEqual({
      ok: true,
      receipt: {
        vault: iss,
        token: sub,
        merchant: aud,
        issued: iat,
        expires: exp,
        brand,
        previous: prev,
        hash: expect.stringMatching(/^[\w-]{43}$/),
        ...rest,
      },
    });
  });

  it("names the receipt before it by its hash", async () => {
    const [first, second, last] = await Promise.all(
      vectors.cases.map((each) => verifyReceipt(each.receipt, { keys: keysOf(each) })),
    );
    if (!first?.ok || !second?.ok || !last?.ok) throw new Error("a vector is refused");
    expect(first.receipt.previous).toBeNull();
    expect(second.receipt.previous).toBe(first.receipt.hash);
    expect(last.receipt.previous).toBe(second.receipt.hash);
    // Without a brand and with one: the vectors have both.
    expect(new Set([first, second, last].map(({ receipt }) => receipt.brand === null)).size).toBe(2);
  });

  it("takes what jose signed, members in any order, and suites and brands that are newer", async () => {
    const text = JSON.stringify({ ...claims, suite: "HPKE-8", brand: "newbrand" }, null, 2);
    expect(await verifyReceipt(await sign({ kid: vault.kid, typ }, text, vault), byVault())).toMatchObject({
      ok: true,
      receipt: { suite: "HPKE-8", brand: "newbrand", last4: claims.last4 },
    });
  });

  it.each([
    ["another vault", { vault: "https://other.example" }],
    ["another merchant", { merchant: "mer_other" }],
    ["another token", { token: other.receipt_claims.sub }],
    ["another order", { order: other.order }],
    ["an altered order", { order: one.order.replace(".", ".A") }],
    ["another envelope", { envelope: other.envelope }],
    ["the dual signature of another card", { dualSignature: other.dual_signature }],
  ])("refuses %s", async (_, options) => {
    expect(await refusal(one.receipt)).toBeUndefined();
    expect(await refusal(one.receipt, options)).toBe("receipt_invalid");
  });

  it.each(["vault", "merchant", "token", "order", "envelope"])(
    "never leaves out a check of the %s that a program without types asked for",
    async (option) => {
      expect(await refusal(one.receipt, { [option]: undefined })).toBe("receipt_invalid");
      expect(await refusal(one.receipt, { [option]: null })).toBe("receipt_invalid");
    },
  );

  it("holds the dual signature to be right, and of the same order, card and device", async () => {
    expect(await refusal(one.receipt, { dualSignature: undefined })).toBe("dual_signature_malformed");
    expect(await refusal(one.receipt, { dualSignature: one.receipt })).toBe("dual_signature_malformed");
    const spoiled = one.dual_signature.replace(/.{86}$/, "A".repeat(86));
    expect(await refusal(one.receipt, { dualSignature: spoiled })).toBe("dual_signature_invalid");

    const device = await makePair();
    const dual = (changes: object) =>
      sign(
        { typ: "cardseal-dual-signature+jwt", jwk: device.jwk },
        { ...one.dual_signature_claims, ...changes },
        device,
      );
    const mine = await signed({ device: device.kid });
    const { order, card } = other.dual_signature_claims;
    expect(await refusal(mine, { ...byVault(), dualSignature: await dual({}) })).toBeUndefined();
    expect(await refusal(mine, { ...byVault(), dualSignature: await dual({ order }) })).toBe("receipt_invalid");
    expect(await refusal(mine, { ...byVault(), dualSignature: await dual({ card }) })).toBe("receipt_invalid");
    // Another device has signed the same two hashes.
    expect(await refusal(one.receipt, { dualSignature: await dual({}) })).toBe("receipt_invalid");
  });

  it("takes only the given keys", async () => {
    expect(await refusal(one.receipt, { keys: [] })).toBe("receipt_invalid");
    expect(await refusal(one.receipt, { keys: keysOf(third) })).toBe("receipt_invalid");
    // The key was retired by then, and what it signed stays true.
    expect(await refusal(one.receipt, { keys: keysOf(other) })).toBeUndefined();
    expect(await refusal(await signed(), { keys: [...keys, vault.jwk] })).toBeUndefined();
    const stranger = await makePair();
    expect(await refusal(await sign({ typ, kid: vault.kid }, claims, stranger), byVault())).toBe("receipt_invalid");
  });

  it("rejects for keys that are none", async () => {
    const rejection = { name: "CardsealError", code: "key_malformed", message: expect.stringContaining("keys") };
    for (const wrong of [undefined, null, {}, [{ kty: "RSA" }], [{ ...keys[0], use: "enc" }]]) {
      await expect(refusal(one.receipt, { keys: wrong }), JSON.stringify(wrong)).rejects.toMatchObject(rejection);
    }
    // On no curve, which is only seen when it is used.
    const off = { ...vault.jwk, y: "A".repeat(43) };
    const jws = withHeader(one.receipt, { alg: "ES256", typ, kid: await calculateJwkThumbprint(off) });
    await expect(refusal(jws, { keys: off })).rejects.toMatchObject(rejection);
  });

  it("refuses any other header", async () => {
    const { kid } = vault;
    for (const header of [
      { alg: "none", typ, kid },
      { alg: "HS256", typ, kid },
      { typ, kid },
      { alg: "ES256", typ: "cardseal-order+jwt", kid },
      { alg: "ES256", kid },
      { alg: "ES256", typ },
      { alg: "ES256", typ, kid: "short" },
      { alg: "ES256", typ, jwk: vault.jwk },
      { alg: "ES256", typ, kid, jwk: vault.jwk },
      { alg: "ES256", typ, kid, crit: [] },
    ]) {
      expect(await refusal(withHeader(one.receipt, header)), JSON.stringify(header)).toBe("receipt_malformed");
    }
  });

  it.each(["iss", "sub", "aud", "iat", "exp", "last4", "order", "card", "device", "origin", "suite", "key"])(
    "refuses claims without %s, or with a %s of another type",
    async (name) => {
      for (const value of [undefined, null, true, {}, [], "", "\u0000", 1.5, -1]) {
        expect(await refusal(await signed({ [name]: value }), byVault()), String(value)).toBe("receipt_malformed");
      }
    },
  );

  it.each<object>([
    { last4: "424242" },
    { last4: 4242 },
    { last4: "424x" },
    { sub: "tok 1" },
    { sub: "t".repeat(65) },
    { aud: "mer demo" },
    { exp: claims.iat },
    { iat: String(claims.iat) },
    { origin: "null" },
    { origin: "https://shop.example/" },
    { iss: "http://vault.example" },
    { suite: "hpke-7" },
    { suite: "RSA-OAEP" },
    { brand: "Visa" },
    { brand: null },
    { prev: "AA" },
    { prev: null },
    { card: `${claims.card}=` },
    { extra: 1 },
    { toString: 1 },
  ])("refuses the claims %o though they are signed", async (changes) => {
    expect(await refusal(await signed(changes), byVault())).toBe("receipt_malformed");
  });

  it("refuses a claim that comes twice", async () => {
    const twice = JSON.stringify(claims).replace("{", `{"sub":"${claims.sub}",`);
    expect(await refusal(await sign({ typ, kid: vault.kid }, twice, vault), byVault())).toBe("receipt_malformed");
  });

  it("refuses what is longer than 4 KiB", async () => {
    const long = JSON.stringify(claims) + " ".repeat(4096);
    expect(await refusal(await sign({ typ, kid: vault.kid }, long, vault), byVault())).toBe("receipt_malformed");
  });

  it.each([undefined, null, 1, {}, "", "..", "a.b.c", "e30.e30.e30"])("refuses %o", async (jws) => {
    expect(await refusal(jws)).toBe("receipt_malformed");
  });

  it("refuses every flipped bit and every cut", { timeout: 60_000 }, async () => {
    let count = 0;
    for (const altered of alterations(one.receipt)) {
      expect(await refusal(altered), altered).toMatch(/^receipt_(malformed|invalid)$/);
      count++;
    }
    expect(count).toBe(8 * one.receipt.length);
  });
});
