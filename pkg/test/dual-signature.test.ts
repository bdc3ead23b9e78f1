import { beforeAll, describe, expect, it } from "vitest";
import { type DualSignatureOptions, verifyDualSignature } from "../src/server/index.js";
import { alterations, makePair, type Pair, sign, vectors, withHeader } from "./signed.js";

const typ = "cardseal-dual-signature+jwt";
const [one, other] = vectors.cases;
const claims = one.dual_signature_claims;

let device: Pair;
beforeAll(async () => {
  device = await makePair();
});

async function refusal(jws: unknown, options: DualSignatureOptions = {}): Promise<string | undefined> {
  const result = await verifyDualSignature(jws as string, options);
  return result.ok ? undefined : result.error.code;
}

describe("verifyDualSignature", () => {
  it.each(vectors.cases)(
    "takes what the protocol crate signed, and names the device as the receipt does",
    async (each) => {
      const { iat, order, card } = each.dual_signature_claims;
      expect(
        await verifyDualSignature(each.dual_signature, { order: each.order, card, envelope: each.envelope }),
      ).toEqual({ ok: true, dualSignature: { issued: iat, order, card, device: each.receipt_claims.device } });
    },
  );

  it("takes what jose signed, members in any order", async () => {
    const { x, y, crv, kty } = device.jwk;
    const jws = await sign({ jwk: { y, x, kty, crv }, typ }, JSON.stringify(claims, null, 1), device);
    expect(await verifyDualSignature(jws)).toEqual({
      ok: true,
      dualSignature: { issued: claims.iat, order: claims.order, card: claims.card, device: device.kid },
    });
  });

  it.each([
    ["another order", { order: other.order }],
    ["an altered order", { order: one.order.replace(".", ".A") }],
    ["no order", { order: "" }],
    ["another card", { card: other.dual_signature_claims.card }],
    ["another envelope", { envelope: other.envelope }],
    ["an altered envelope", { envelope: `${one.envelope}.` }],
    ["an order that a program without types forgot", { order: undefined }],
    ["a card that it forgot", { card: undefined }],
    ["an envelope that it forgot", { envelope: undefined }],
    ["an order that is none", { order: 1 }],
  ])("refuses %s", async (_, options) => {
    expect(await refusal(one.dual_signature)).toBeUndefined();
    expect(await refusal(one.dual_signature, options as DualSignatureOptions)).toBe("dual_signature_invalid");
  });

  it("takes an order whose signature was made anew: its hash is of what is signed", async () => {
    const resigned = `${one.order.slice(0, one.order.lastIndexOf("."))}.AAAA`;
    expect(await refusal(one.dual_signature, { order: resigned })).toBeUndefined();
  });

  it("refuses a signature by another key than the one it carries", async () => {
    const stranger = await makePair();
    expect(await refusal(await sign({ typ, jwk: device.jwk }, claims, stranger))).toBe("dual_signature_invalid");
  });

  it.each([{ y: "A".repeat(43) }, { crv: "P-384" }, { kty: "RSA" }, { x: "AAAA" }, { x: undefined }])(
    "refuses a key that is none for ES256: %o",
    async (changes) => {
      const jwk = { ...device.jwk, ...changes };
      expect(await refusal(withHeader(one.dual_signature, { alg: "ES256", typ, jwk }))).toBe("dual_signature_invalid");
    },
  );

  it("refuses any other header", async () => {
    const { jwk } = device;
    for (const header of [
      { alg: "none", typ, jwk },
      { alg: "ES384", typ, jwk },
      { alg: "HS256", typ, jwk },
      { typ, jwk },
      { alg: "ES256", typ: "cardseal-receipt+jwt", jwk },
      { alg: "ES256", jwk },
      { alg: "ES256", typ },
      { alg: "ES256", typ, kid: device.kid },
      { alg: "ES256", typ, jwk, kid: device.kid },
      { alg: "ES256", typ, jwk, crit: [] },
      { alg: "ES256", typ, jwk: { ...jwk, alg: "ES256" } },
      { alg: "ES256", typ, jwk: { ...jwk, d: "AA" } },
      { alg: "ES256", typ, jwk: { ...jwk, kty: undefined } },
      { alg: "ES256", typ, jwk: [jwk] },
      { alg: "ES256", typ, jwk: null },
    ]) {
      expect(await refusal(withHeader(one.dual_signature, header)), JSON.stringify(header)).toBe(
        "dual_signature_malformed",
      );
    }
  });

  it.each<object>([
    { iat: undefined },
    { iat: "1795000000" },
    { iat: -1 },
    { iat: 1.5 },
    { order: undefined },
    { order: "AA" },
    { order: `${claims.order}A` },
    { order: null },
    { card: undefined },
    { card: 1 },
    { extra: 1 },
    { constructor: 1 },
  ])("refuses the claims %o though they are signed", async (changes) => {
    const jws = await sign({ typ, jwk: device.jwk }, { ...claims, ...changes }, device);
    expect(await refusal(jws)).toBe("dual_signature_malformed");
  });

  it("refuses a claim that comes twice", async () => {
    const twice = JSON.stringify(claims).replace("{", '{"iat":1,');
    expect(await refusal(await sign({ typ, jwk: device.jwk }, twice, device))).toBe("dual_signature_malformed");
  });

  it("refuses what is longer than 1 KiB", async () => {
    const long = JSON.stringify(claims) + " ".repeat(1024);
    expect(await refusal(await sign({ typ, jwk: device.jwk }, long, device))).toBe("dual_signature_malformed");
  });

  it("refuses a part too many, or one too few", async () => {
    const jws = one.dual_signature;
    for (const altered of [`${jws}.`, `${jws}.AAAA`, `.${jws}`, jws.slice(0, jws.lastIndexOf("."))]) {
      expect(await refusal(altered), altered).toBe("dual_signature_malformed");
    }
  });

  it.each([undefined, null, 1, {}, "", ".", "..", "a.b", "e30.e30.e30", "e30.e30.e30.e30"])(
    "refuses %o",
    async (jws) => {
      expect(await refusal(jws)).toBe("dual_signature_malformed");
    },
  );

  it("refuses every flipped bit and every cut", { timeout: 60_000 }, async () => {
    let count = 0;
    for (const altered of alterations(one.dual_signature)) {
      expect(await refusal(altered), altered).toMatch(/^dual_signature_(malformed|invalid)$/);
      count++;
    }
    expect(count).toBe(8 * one.dual_signature.length);
  });
});
