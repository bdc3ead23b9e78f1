/**
 * Nothing is bundled: the page's import map says where the package's files are and what they must be, by the hashes that were
 * published with them. A browser runs none that was altered.
 */
import { createHash } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";

const list = await readFile(new URL(import.meta.resolve("cardseal/integrity.json")), "utf8");
const integrity = {};
for (const [path, hash] of Object.entries(JSON.parse(list).files)) {
  if (/^dist\/(index|shared\/[\w-]+)\.js$/.test(path)) integrity[`/node_modules/cardseal/${path}`] = hash;
}
const map = JSON.stringify({ imports: { cardseal: "/node_modules/cardseal/dist/index.js" }, integrity });
const page = await readFile("src/index.html", "utf8");

await cp("src", "dist", { recursive: true });
await writeFile("dist/index.html", page.replace("<!-- import map -->", `<script type="importmap">${map}</script>`));
// What a policy without 'unsafe-inline' has to name.
await writeFile("inline.txt", `'sha256-${createHash("sha256").update(map).digest("base64")}'`);
