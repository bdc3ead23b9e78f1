// Writes pkg/dist/integrity.json: of each file that npm publishes, but itself, the hash that an `integrity` attribute would have.
// Run at the end of the build, and again when the package is packed, so that it is of what is in the tarball.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const pkg = join(root, "pkg");
const own = "dist/integrity.json";

const { version } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
const built = list("dist");
const module = list("wasm").filter((path) => /\.(js|wasm|ts)$/.test(path));
// The licences are copied into the package when it is packed.
const licences = ["LICENSE-APACHE", "LICENSE-MIT"];

const files = {};
for (const path of [...built, ...module, ...licences, "README.md", "package.json"].sort()) {
  if (path === own) continue;
  const file = existsSync(join(pkg, path)) ? join(pkg, path) : join(root, path);
  files[path] = `sha384-${createHash("sha384").update(readFileSync(file)).digest("base64")}`;
}
writeFileSync(join(pkg, own), `${JSON.stringify({ version, files }, null, 2)}\n`);

/** The files of one of the package's folders, and of those in it. */
function list(folder) {
  return readdirSync(join(pkg, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(pkg, join(entry.parentPath, entry.name)));
}
