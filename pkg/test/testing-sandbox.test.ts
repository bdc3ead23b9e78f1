import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { testCards } from "../src/testing/cards.js";
import { answerOf, brandOf, knownNumbers } from "../src/testing/sandbox.js";
import { ROOT } from "./run.js";

const card = (number: string, year = 2040) => ({ number, exp_month: 12, exp_year: year, code: "123" });

it("it knows the numbers that the vault's sandbox knows, and approves the same", () => {
  const source = readFileSync(`${ROOT}vault/src/acquirer/sandbox.rs`, "utf8");
  const listed = (name: string) =>
    new RegExp(`pub const ${name}: [^=]+= ([^;]+);`).exec(source)?.[1]?.match(/(?<=")\d+(?=")/g) ?? [];
  const approved = listed("APPROVED");
  expect(approved.length).toBeGreaterThan(0);
  for (const number of approved) expect(answerOf(card(number)), number).toEqual({ status: "approved" });
  const others = [...listed("DECLINED"), ...listed("SILENT"), testCards.unknown.number];
  expect([...knownNumbers].sort()).toEqual([...approved, ...others].sort());
});

it("a card that has expired is declined, and so is a number that it does not know", () => {
  const expired = { status: "declined", declineCode: "expired_card" };
  expect(answerOf(card(testCards.visa.number, 2020))).toEqual(expired);
  const month = new Date().getUTCMonth() + 1;
  const year = new Date().getUTCFullYear();
  expect(answerOf({ ...card(testCards.visa.number), exp_month: month, exp_year: year })).toEqual({
    status: "approved",
  });
  expect(answerOf(card("4222222222222"))).toEqual({ status: "declined", declineCode: "not_a_test_card" });
});

it("the scheme is the one chosen, else the number's own", () => {
  expect(brandOf(card(testCards.cobadged.number))).toBe("cartes_bancaires");
  expect(brandOf({ ...card(testCards.cobadged.number), brand: "visa" })).toBe("visa");
  expect(brandOf(card("4222222222222"))).toBe("visa");
  expect(brandOf(card("0000"))).toBeNull();
});
