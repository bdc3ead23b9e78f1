import { describe, expect, it } from "vitest";
import { isDigest, isId, isOf, isOrigin } from "../src/server/claims.js";

describe("isOrigin", () => {
  it.each([
    "https://shop.example",
    "https://shop.example:8443",
    "https://shop.example:65535",
    "https://xn--bcher-kva.example",
    "https://a_b.example",
    `https://${"a".repeat(63)}.example`,
    "https://192.0.2.1",
    "https://[2001:db8::1]:8443",
    "http://localhost",
    "http://localhost:8788",
    "http://127.0.0.1:443",
    "http://[::1]:8788",
  ])("takes %s", (origin) => expect(isOrigin(origin)).toBe(true));

  it.each([
    undefined,
    null,
    1,
    "",
    "null",
    "https://",
    "shop.example",
    "https://shop.example/",
    "https://shop.example/pay",
    "https://shop.example:",
    "https://shop.example:443",
    "https://shop.example:0443",
    "https://shop.example:0",
    "https://shop.example:65536",
    "https://Shop.example",
    "HTTPS://shop.example",
    "https://shop.example.",
    "https://.example",
    "https://a..example",
    "https://a!b.example",
    "https://bücher.example",
    "https://user@shop.example",
    "https://shop.example\n",
    `https://${"a".repeat(64)}.example`,
    `https://${"a.".repeat(126)}aa`,
    "https://[::1",
    "https://[aa]",
    "https://[::g]",
    "http://shop.example",
    "http://localhost:80",
    "http://localhost.example",
    "wss://shop.example",
  ])("refuses %s", (origin) => expect(isOrigin(origin)).toBe(false));
});

describe("isDigest", () => {
  it("takes 32 bytes in their one spelling", () => {
    expect(isDigest("A".repeat(43))).toBe(true);
    // The last letter has two bits that no byte has.
    for (const wrong of [
      `${"A".repeat(42)}B`,
      "A".repeat(42),
      "A".repeat(44),
      `${"A".repeat(42)}=`,
      "",
      1,
      undefined,
    ]) {
      expect(isDigest(wrong), String(wrong)).toBe(false);
    }
  });
});

describe("isId", () => {
  it("takes 1 to 64 letters, digits, dots, dashes and underscores", () => {
    for (const right of ["a", "tok_A-1.b", "x".repeat(64)]) expect(isId(right), right).toBe(true);
    for (const wrong of ["", "x".repeat(65), "a b", "é", "a\n", 1, null])
      expect(isId(wrong), String(wrong)).toBe(false);
  });
});

describe("isOf", () => {
  const isOne = (value: unknown) => value === 1;

  it("takes all that is required, what is optional, and nothing else", () => {
    expect(isOf({ a: 1 }, { a: isOne }, { b: isOne })).toBe(true);
    expect(isOf({ b: 1, a: 1 }, { a: isOne }, { b: isOne })).toBe(true);
    const others: unknown[] = [
      {},
      { b: 1 },
      { a: 2 },
      { a: 1, b: 2 },
      { a: 1, c: 1 },
      { a: 1, toString: 1 },
      [1],
      null,
      "a",
      1,
    ];
    for (const wrong of others) expect(isOf(wrong, { a: isOne }, { b: isOne }), JSON.stringify(wrong)).toBe(false);
    expect(isOf(JSON.parse('{"a":1,"__proto__":1}'), { a: isOne })).toBe(false);
    // What every object inherits is not a member of it.
    expect(isOf({}, { toString: () => true })).toBe(false);
  });
});
