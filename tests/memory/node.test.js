// The scan in Node. Its inputs are happy-dom's.

import { deepEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { suites } from "../../pkg/dist/testing/index.js";
import init, { CardForm } from "../../pkg/wasm/cardseal.js";
import { insert, makeInputs } from "./happy-dom.js";
import { expectedReport, sealCards } from "./scenario.js";

const ROUNDS = 1000;

const exports = await init(await readFile(new URL("../../pkg/wasm/cardseal_bg.wasm", import.meta.url)));

for (const alg of suites) {
  test(`no digits of a card stay in the module's memory, ${alg}`, async () => {
    const report = await sealCards({ CardForm, exports, inputs: makeInputs(), insert }, { rounds: ROUNDS, suite: alg });
    deepEqual(report, expectedReport(ROUNDS));
  });
}
