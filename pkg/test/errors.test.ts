import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CardsealError, type ErrorCode, errorCodes, problemCodes } from "../src/errors.js";
import { causeOf } from "../src/load-error.js";
import type { LoadCause } from "../src/types.js";
import { VERSION } from "../src/version.js";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

describe("the list of codes", () => {
  /** What stands between `codes! {` and its closing brace: `Name = "code",` over and over, some marked, and comments. */
  const source = /^codes! \{$([\s\S]*?)^\}$/m.exec(read("protocol/src/code.rs"))?.[1] ?? "";
  const list = source.replaceAll(/\/\/.*$/gm, "");

  it("is found in the Rust source, and nothing else is", () => {
    expect(list.replaceAll(/\s*(#\[browser\]\s*)?[A-Z]\w* = "[a-z0-9_]+",/g, "").trim()).toBe("");
    expect(list.match(/=/g)?.length ?? 0).toBeGreaterThan(50);
  });

  it("is the Rust one, in its order", () => {
    expect([...errorCodes]).toEqual([...list.matchAll(/= "([a-z0-9_]+)",/g)].map(([, code]) => code));
  });

  it("has no code twice", () => {
    expect(new Set(errorCodes).size).toBe(errorCodes.length);
  });

  it("begins with the problems of fields", () => {
    expect(errorCodes.slice(0, problemCodes.length)).toEqual(problemCodes);
    const ofField = /^(number|expiry|code|name|country|postal_code)_/;
    expect(problemCodes.every((code) => ofField.test(code))).toBe(true);
    expect(errorCodes.filter((code) => ofField.test(code))).toEqual(problemCodes);
  });

  it("is explained in docs/errors.md, in the same order and in the words of the Rust source", () => {
    const rows = [...read("docs/errors.md").matchAll(/^\| `([a-z0-9_]+)` \|.*$/gm)];
    expect(rows.map(([, code]) => code)).toEqual([...errorCodes]);
    const meanings = [...source.matchAll(/^\s*\/\/\/ (.+)\n\s*(?:#\[browser\]\s*)?[A-Z]\w* = "/gm)].map(
      ([, meaning]) => meaning as string,
    );
    expect(meanings).toHaveLength(rows.length);
    expect(rows.filter(([row], index) => !row.includes(`| ${meanings[index]} |`))).toEqual([]);
  });
});

describe("the catalogue", () => {
  interface Entry {
    code: ErrorCode;
    retryable: boolean;
    cause: LoadCause;
  }
  const { causes, sections } = JSON.parse(read("docs/errors.json"));
  const entries: Entry[] = sections.flatMap(({ codes }: { codes: Entry[] }) => codes);

  it("has every code, in order", () => {
    expect(entries.map(({ code }) => code)).toEqual([...errorCodes]);
  });

  it("has what is made of it up to date", () => {
    const check = [new URL("scripts/errors.mjs", root).pathname, "--check"];
    expect(execFileSync(process.execPath, check, { encoding: "utf8" })).toBe("");
  });

  it("says of every code which of the six causes it falls under, as loaderror does", () => {
    expect(entries.filter(({ code, cause }) => causeOf(code) !== cause)).toEqual([]);
    const words: Record<LoadCause, true> = {
      blocked: true,
      offline: true,
      csp: true,
      timeout: true,
      version: true,
      origin: true,
    };
    expect(Object.keys(causes)).toEqual(Object.keys(words));
    expect(new Set(entries.map(({ cause }) => cause))).toEqual(new Set(Object.keys(words)));
  });

  it("says the same of trying again as the module that tokenizes", () => {
    const names = /fn is_retryable[\s\S]*?matches!\(([\s\S]*?)\n {8}\)/.exec(read("src/failure.rs"))?.[1] ?? "";
    const snake = (name: string) => name.replaceAll(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
    const codes = Array.from(names.matchAll(/Code::(\w+)/g), ([, name]) => snake(name as string));
    // Which only the page sees.
    codes.push("offline");
    const again = entries.filter(({ retryable }) => retryable).map(({ code }) => code);
    expect(codes.toSorted()).toEqual(again.toSorted());
  });
});

describe("CardsealError", () => {
  it("is an Error with a code", () => {
    const error = new CardsealError("options_invalid", "vault: no");
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "CardsealError", code: "options_invalid", message: "vault: no" });
  });
});

describe("VERSION", () => {
  it("is package.json's", () => {
    expect(VERSION).toBe(JSON.parse(read("pkg/package.json")).version);
  });
});
