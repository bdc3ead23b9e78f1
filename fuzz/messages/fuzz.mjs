// Fuzzes the parsers of the messages between a merchant's page and the card fields' frame, pkg/src/messages.ts.
//
//   node fuzz/messages/fuzz.mjs [--runs=N] [--seconds=N] [--seed=N]
//
// Messages come from those in fuzz/corpus/messages, changed by chance; what is accepted is changed further. A failure
// prints the message and the seed.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect, parseArgs } from "node:util";
import Ajv from "ajv";
import { build } from "vite";
import { chance, copy, mutated } from "./mutation.mjs";
import { data, schemas } from "./schemas.mjs";

const root = join(import.meta.dirname, "../..");
const planted = process.env.CARDSEAL_FUZZ_PLANTED !== undefined;
const { values } = parseArgs({
  options: { runs: { type: "string" }, seconds: { type: "string" }, seed: { type: "string", default: "1" } },
});
const runs = Number(values.runs ?? Number.MAX_SAFE_INTEGER);
const seconds = Number(values.seconds ?? Number.MAX_SAFE_INTEGER);
assert(runs > 0 && seconds > 0, "--runs and --seconds take numbers");

/** How many accepted messages are kept to go on from. */
const KEPT = 2_000;

const corpus = readdirSync(join(root, "fuzz/corpus/messages")).map((name) =>
  JSON.parse(readFileSync(join(root, "fuzz/corpus/messages", name), "utf8")),
);
const parsers = await compiled();
const ajv = new Ajv();
// As the parsers count: in UTF-16 units, where JSON Schema's maxLength counts characters.
ajv.addKeyword({ keyword: "maxUnits", type: "string", validate: (most, text) => text.length <= most });
// Of what BCP 47 has by its form alone, a pattern would be as long as all the rest.
ajv.addKeyword({ keyword: "languageTag", type: "string", validate: (_, text) => text === "auto" || isTag(text) });
ajv.addSchema(data);
const judges = Object.entries(schemas).map(([name, schema]) => [name, parsers[name], ajv.compile(schema)]);

// The parsers refuse by throwing; the stack is of no use there and takes most of the time.
Error.stackTraceLimit = 0;

const random = chance(Number(values.seed));
const pool = [...corpus];
const began = performance.now();
const accepted = Object.fromEntries(judges.map(([name]) => [name, 0]));
let count = 0;
for (; count < runs; count++) {
  if (count % 1024 === 0 && performance.now() - began > seconds * 1000) break;
  const hostile = random(4) === 0;
  const message = count < corpus.length ? copy(corpus[count]) : mutated(pool, random, hostile);
  for (const judge of judges) examine(message, judge, hostile && count >= corpus.length);
}
const took = (performance.now() - began) / 1000;
assert.deepEqual(Object.keys(Object.prototype), [], "Object.prototype was written to");
for (const [name, number] of Object.entries(accepted)) assert(number > 0, `${name} accepted nothing`);
console.log(`messages: ${count} executions in ${took.toFixed(0)} s, accepted: ${inspect(accepted)}`);

/** Gives one message to one parser and looks at what comes back. */
function examine(message, [name, parse, isRight], hostile) {
  try {
    const parsed = parse(message);
    // What other scripts disguise is no plain data, of which alone a schema can speak.
    if (!hostile) assert.equal(parsed !== undefined, isRight(message), "the schema says otherwise");
    if (parsed === undefined) return;
    assert(isRight(parsed), "what was read is not of the schema");
    isPlain(parsed);
    if (!hostile) isCopy(parsed, message);
    const again = parse(parsed);
    isCopy(again, parsed);
    assert(!planted || !(parsed.result?.error?.retryable && parsed.result.error.field), "the planted fault was found");
    accepted[name] += 1;
    if (!hostile && name !== "parseCardOptions") {
      const place = pool.length < KEPT ? pool.length : corpus.length + random(KEPT - corpus.length);
      // What grew long would slow everything down.
      if (JSON.stringify(parsed).length < 4096) pool[place] = parsed;
    }
  } catch (error) {
    console.error(`${name}, seed ${values.seed}, execution ${count}:`);
    console.error(inspect(message, { depth: 9, maxStringLength: 200, showHidden: true }));
    throw error;
  }
}

/** Whether Intl makes a locale of a text. */
function isTag(text) {
  try {
    return Boolean(new Intl.Locale(text));
  } catch {
    return false;
  }
}

/** Ordinary objects and arrays with ordinary members, and nothing behind them. */
function isPlain(value) {
  if (typeof value !== "object" || value === null) return;
  const prototype = Object.getPrototypeOf(value);
  assert(prototype === (Array.isArray(value) ? Array.prototype : Object.prototype), "a foreign prototype");
  for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    assert("value" in member, "a getter came through");
    assert(member.enumerable || (Array.isArray(value) && key === "length"), "a hidden member came through");
    isPlain(member.value);
  }
  assert(Object.getOwnPropertySymbols(value).length === 0, "a symbol came through");
}

/**
 * Whether every part is equal and none is shared. A member that is `undefined` may be missing, and what an array has
 * besides its elements is left behind.
 */
function isCopy(made, original) {
  if (typeof made !== "object" || made === null) return assert(Object.is(made, original), "a value changed");
  assert(made !== original, "a part is shared");
  assert.equal(Array.isArray(made), Array.isArray(original));
  for (const key of Object.keys(made)) isCopy(made[key], original[key]);
  if (Array.isArray(made)) return assert.equal(made.length, original.length);
  for (const key of Object.keys(original)) {
    assert(Object.hasOwn(made, key) || original[key] === undefined, "a member was lost");
  }
}

/** The parsers as JavaScript. */
async function compiled() {
  const outDir = join(root, "target/fuzz/messages");
  await build({
    configFile: false,
    logLevel: "warn",
    root,
    build: {
      outDir,
      emptyOutDir: false,
      minify: false,
      target: "es2022",
      lib: { entry: join(root, "pkg/src/messages.ts"), formats: ["es"], fileName: "messages" },
    },
  });
  return import(join(outDir, "messages.js"));
}
