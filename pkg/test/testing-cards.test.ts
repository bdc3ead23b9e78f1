import { readFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { type TestCard, testCards } from "../src/testing/cards.js";
import { ROOT } from "./run.js";

const cards = Object.entries<TestCard>(testCards);

/** The constants of the vault's sandbox: what stands between a name and its semicolon. */
function sandbox(name: string): string {
  const source = readFileSync(`${ROOT}vault/src/acquirer/sandbox.rs`, "utf8");
  const [, value] = new RegExp(`pub const ${name}: [^=]+= ([^;]+);`).exec(source) ?? [];
  if (!value) throw new Error(`the sandbox has no ${name}`);
  return value;
}

afterEach(() => {
  vi.useRealTimers();
});

it("each is published, and has a name of its own", () => {
  const published = readFileSync(`${ROOT}scripts/published-test-cards.txt`, "utf8").match(/^\d+/gm);
  for (const [name, { number }] of cards) expect(published, name).toContain(number);
  expect(new Set(cards.map(([, { number }]) => number)).size).toBe(cards.length);
});

it("each is paid as the vault's sandbox pays it", () => {
  const approved = sandbox("APPROVED").match(/\d+/g);
  const declined = new Map(
    Array.from(sandbox("DECLINED").matchAll(/"(\d+)", DeclineCode::(\w+)/g), ([, number, code]) => [number, code]),
  );
  expect([approved?.length, declined.size]).toEqual([29, 4]);
  const silent = /\d+/.exec(sandbox("SILENT"))?.[0];
  const answer = (number: string): unknown => {
    if (number === silent) return { status: "failed", code: "acquirer_timeout" };
    if (approved?.includes(number)) return { status: "approved" };
    const code = declined.get(number) ?? "NotATestCard";
    return { status: "declined", declineCode: code.replaceAll(/\B[A-Z]/g, (letter) => `_${letter}`).toLowerCase() };
  };
  for (const [name, { number, payment }] of cards) expect(payment, name).toEqual(answer(number));
  // Of each answer there is one.
  expect(new Set(cards.map(([, { payment }]) => JSON.stringify(payment))).size).toBe(7);
});

it("none ever expires, and its date is that of the day it is read", () => {
  vi.useFakeTimers({ now: new Date("2026-12-31T23:59:59") });
  expect(testCards.visa).toMatchObject({ expiry: "12/29", expMonth: 12, expYear: 2029 });
  vi.setSystemTime(new Date("2031-01-01T00:00:00"));
  expect(testCards.visa).toMatchObject({ expiry: "12/34", expMonth: 12, expYear: 2034 });
  // A copy with another member is a card like it.
  expect({ ...testCards.visa, code: "999" }).toMatchObject({ expiry: "12/34", code: "999", last4: "4242" });
});
