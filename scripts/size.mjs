// Prints what a shopper's browser downloads, compressed as it travels, and fails over a limit: the JavaScript that the
// package adds to a merchant's page, alone and with a framework's adapter, and the frame. Needs scripts/build.sh browser
// before.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const frame = join(root, "pkg/dist/frame");

const pageLimit = 4 * 1024;
/** What an adapter may add to that; a framework itself is the merchant's. */
const adapterLimit = 1.5 * 1024;
// The form and its cryptography; the hybrid suite (ML-KEM-768, SHA-3 and SHAKE); the chain of trust; one
// language.
const frameLimit = 80 * 1024;

/** The module as JavaScript, in place of WebAssembly where there is none. */
const javascriptLimit = 128 * 1024;

const page = sizes(
  await merchantPage(`import { loadCardseal } from "cardseal";
    const cardseal = await loadCardseal({ vault: "https://vault.example", merchant: "mer_1", roots });
    const card = cardseal.card();
    card.mount("#card");
    pay.onclick = () => card.tokenize({ order });`),
);
const adapters = [];
for (const [name, imports] of [
  ["react", "CardElement, CardsealProvider, useCard"],
  ["vue", "CardElement, createCardseal, useCard"],
  ["svelte", "createCard"],
  ["custom-element", "defineCardElement"],
]) {
  const whole = sizes(await merchantPage(`import { ${imports} } from "cardseal/${name}"; use(${imports});`));
  const added = Object.keys(whole).map((encoding) => [encoding, whole[encoding] - page[encoding]]);
  adapters.push([name, Object.fromEntries(added)]);
}
const files = readdirSync(frame, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ name: relative(frame, path), ...sizes(readFileSync(path)) }))
  .sort((a, b) => b.brotli - a.brotli);
// A browser loads the catalogue of one language: the longest stands for whichever it is.
const languages = new Set(readdirSync(join(root, "pkg/frame/locales")).map((name) => name.replace(/\.ts$/, "")));
const isCatalogue = ({ name }) => languages.has(name.match(/([\w-]+)\.js$/)?.[1]);
const [longest, ...others] = files.filter(isCatalogue);
const isJavaScript = ({ name }) => /cardseal-[\w-]+\.js$/.test(name);
const [javascript] = files.filter(isJavaScript);
const loaded = files.filter((file) => !others.includes(file) && file !== javascript);
const total = loaded.reduce(
  (sum, file) => ({ brotli: sum.brotli + file.brotli, gzip: sum.gzip + file.gzip, raw: sum.raw + file.raw }),
  { brotli: 0, gzip: 0, raw: 0 },
);

console.log(`${"".padEnd(40)}${["brotli", "gzip", "raw", "limit"].map((title) => title.padStart(9)).join("")}`);
for (const file of loaded) row(`frame, ${file.name}${file === longest ? ` (of ${others.length + 1})` : ""}`, file);
const fits = [
  row("frame, total", total, frameLimit),
  row("where there is no WebAssembly, besides", javascript, javascriptLimit),
  row("merchant page, import of cardseal", page, pageLimit),
  ...adapters.map(([name, added]) => row(`what cardseal/${name} adds`, added, adapterLimit)),
];
process.exitCode = fits.every(Boolean) ? 0 : 1;

/** The package as a merchant's bundler ships it: one import, minified, with nothing of the merchant's around it. */
async function merchantPage(source) {
  const entry = "\0merchant";
  const result = await build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [
      {
        name: "merchant",
        resolveId: (id) => (id === "merchant" ? entry : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
    build: {
      write: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      rollupOptions: { input: "merchant", external: ["react", "vue"] },
    },
  });
  return Buffer.concat(result.output.map((file) => Buffer.from(file.code ?? file.source)));
}

/** @param {Buffer} bytes */
function sizes(bytes) {
  return {
    brotli: brotliCompressSync(bytes, { params: { [zlib.BROTLI_PARAM_QUALITY]: zlib.BROTLI_MAX_QUALITY } }).length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    raw: bytes.length,
  };
}

/** Prints a row of the table and says whether it is within its limit, in bytes of brotli. */
function row(name, { brotli, gzip, raw }, limit) {
  const over = limit !== undefined && brotli > limit;
  const columns = [brotli, gzip, raw, limit ?? ""].map((figure) => String(figure).padStart(9)).join("");
  console.log(`${name.padEnd(40)}${columns}${limit === undefined ? "" : over ? "  OVER" : "  ok"}`);
  return !over;
}
