import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { ROOT, run, tool } from "./run.js";

it("types: what is right compiles, each mistake is found, and the WebAssembly module declares the same", {
  timeout: 60_000,
}, async () => {
  expect(await run(tool("tsc"), ["--noEmit", "--project", "pkg/test/types"], ROOT)).toEqual({ code: 0, output: "" });
});

it("types: nothing of the private half of the source is declared to users", async () => {
  for (const file of ["index", "element", "direct/card"]) {
    expect(await readFile(`${ROOT}pkg/dist/${file}.d.ts`, "utf8"), file).not.toMatch(
      /constructor|FrameSettings|wasm\//,
    );
  }
});
