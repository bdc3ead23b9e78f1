import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CardsealError, errorCodes, problemCodes } from "../src/errors.js";
import { VERSION } from "../src/version.js";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

describe("the list of codes", () => {
  /** What stands between `codes! {` and its closing brace, without comments: `Name = "code",` over and over. */
  const list = /^codes! \{$([\s\S]*?)^\}$/m.exec(read("protocol/src/code.rs"))?.[1]?.replaceAll(/\/\/.*$/gm, "") ?? "";

  it("is found in the Rust source, and nothing else is", () => {
    expect(list.replaceAll(/\s*[A-Z]\w* = "[a-z0-9_]+",/g, "").trim()).toBe("");
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
    expect(problemCodes.every((code) => /^(number|expiry|code|name)_/.test(code))).toBe(true);
    expect(errorCodes.filter((code) => /^(number|expiry|code|name)_/.test(code))).toEqual(problemCodes);
  });

  it.runIf(existsSync(new URL("docs/errors.md", root)))("is explained whole in docs/errors.md", () => {
    const explained = read("docs/errors.md");
    expect(errorCodes.filter((code) => !explained.includes(`\`${code}\``))).toEqual([]);
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
