// The scan of the module in its form as JavaScript, in a Node without WebAssembly.

import { deepEqual, equal } from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { suites } from "../../pkg/dist/testing/index.js";
import { insert, makeInputs } from "./happy-dom.js";
import { expectedReport, sealCards } from "./scenario.js";

const ROUNDS = 50;

// Node's own fetch is partly WebAssembly, which it has compiled once there was an answer.
const server = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
await once(server, "listening");
await fetch(`http://127.0.0.1:${server.address().port}`).then((answer) => answer.text());
server.closeAllConnections();
server.close();
delete globalThis.WebAssembly;
const { CardForm, exports } = await import("../../pkg/javascript/cardseal.js");
const { buffer } = exports.memory;

for (const alg of suites) {
  test(`no digits of a card stay in the memory of the module as JavaScript, ${alg}`, async () => {
    const report = await sealCards({ CardForm, exports, inputs: makeInputs(), insert }, { rounds: ROUNDS, suite: alg });
    equal(typeof WebAssembly, "undefined");
    equal(exports.memory.buffer, buffer, "it has grown, and left a copy behind");
    deepEqual(report, expectedReport(ROUNDS));
  });
}
