// Gives short names to what the WebAssembly module and the glue beside it call each other by. wasm-bindgen puts a hash of
// 16 digits into them, which does not compress, and each stands in both files. The files that they are in stand in the module
// once for each name.
//
//   node scripts/short-names.mjs FOLDER   with the files that wasm-bindgen wrote

import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const IMPORTS = 2;
const EXPORTS = 7;

const folder = process.argv[2];
const path = join(folder, "cardseal_bg.wasm");
const bytes = readFileSync(path);
const module = await WebAssembly.compile(bytes);
const imports = WebAssembly.Module.imports(module);
const long = [...imports, ...WebAssembly.Module.exports(module)]
  .map(({ name }) => name)
  .filter((name) => /_[\da-f]{15,16}(?:_|$)/.test(name));
const names = new Map([...new Set(long)].map((name, index) => [name, `_${index.toString(36)}`]));
/** Of the files, their numbers in the list that the loader in scripts/wasm.sh gives the module. */
const loaded = ["cardseal_bg.js", "turn.js", "browser.js"];
const files = new Map(imports.map(({ module }) => [module, `${loaded.indexOf(basename(module))}`]));

for (const file of ["cardseal_bg.js", "cardseal.d.ts", "cardseal_bg.wasm.d.ts"]) {
  let text = readFileSync(join(folder, file), "utf8");
  for (const [name, short] of names) text = text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), short);
  writeFileSync(join(folder, file), text);
}
writeFileSync(path, Buffer.concat([bytes.subarray(0, 8), ...Array.from(sections(), shortened)]));

/** The module's sections: the id of each, and its content. */
function* sections() {
  for (let at = 8; at < bytes.length; ) {
    const [length, start] = readNumber(at + 1);
    yield { id: bytes[at], content: bytes.subarray(start, start + length) };
    at = start + length;
  }
}

/** A section as it is written. In the two that hold names, each is a length and as many bytes. */
function shortened({ id, content }) {
  if (id === IMPORTS || id === EXPORTS) {
    for (const [name, short] of [...names, ...files]) content = replaced(content, name, short);
  }
  return Buffer.concat([Buffer.of(id), number(content.length), content]);
}

function replaced(content, name, short) {
  const written = Buffer.concat([number(name.length), Buffer.from(name)]);
  const parts = [];
  let from = 0;
  for (let at = content.indexOf(written); at >= 0; at = content.indexOf(written, from)) {
    parts.push(content.subarray(from, at), number(short.length), Buffer.from(short));
    from = at + written.length;
  }
  return Buffer.concat([...parts, content.subarray(from)]);
}

/** An unsigned number in LEB128, as WebAssembly writes all of them: 7 bits a byte, the lowest first. */
function number(value) {
  const digits = [];
  for (; value > 0x7f; value >>>= 7) digits.push((value & 0x7f) | 0x80);
  return Buffer.of(...digits, value);
}

/** A number that begins at `at`, and where the next thing begins. */
function readNumber(at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}
