import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "@playwright/test";
import { Shop } from "./shop.ts";
import { Vault } from "./vault.ts";

// The test that pkg/README.md gives to copy, as it stands there, against the demo shop.

test.use({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
  baseURL: async ({}, use) => {
    const vault = await Vault.start();
    const shop = await Shop.start(vault);
    await use(shop.origin);
    await shop.stop();
    await vault.stop();
  },
});

const page = readFileSync(new URL("../../pkg/README.md", import.meta.url), "utf8");
const [, block] = /^```ts\n(\/\/ checkout\.spec\.ts\n[\s\S]*?)^```$/m.exec(page) ?? [];
if (!block) throw new Error("pkg/README.md has no checkout.spec.ts");
const folder = new URL(".readme/", import.meta.url);
mkdirSync(folder, { recursive: true });
const file = new URL("checkout.ts", folder);
writeFileSync(file, block);
// Its tests are this file's.
await import(file.href);
