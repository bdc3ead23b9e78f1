// Records what a release of the package is for those who stay with it: the merchant's page and server of it, as they are built.
// tests/e2e/compatibility.spec.ts pays with each record against the frame and the vault of today.
//
//   node tests/compatibility/record.mjs && CARDSEAL_RECORD=1 npx playwright test tests/e2e/compatibility.spec.ts
//
// The last thing before a release is tagged. From then on its record never changes.

import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";

const root = join(import.meta.dirname, "../..");
const { version } = JSON.parse(await readFile(join(root, "pkg/package.json"), "utf8"));
if (execFileSync("git", ["tag", "--list", `v${version}`], { cwd: root, encoding: "utf8" })) {
  throw new Error(`${version} is released: what it is does not change any more`);
}
for (const [name, entry] of Object.entries({ page: "src/index.ts", server: "src/server/index.ts" })) {
  const { output } = (
    await build({
      root: join(root, "pkg"),
      configFile: false,
      logLevel: "warn",
      build: {
        write: false,
        target: "es2022",
        minify: false,
        lib: { entry: join(root, "pkg", entry), formats: ["es"], fileName: name },
      },
    })
  )[0];
  if (output.length !== 1) throw new Error(`${name} is more than one file`);
  await mkdir(join(import.meta.dirname, version), { recursive: true });
  await writeFile(join(import.meta.dirname, version, `${name}.js`), output[0].code);
}
