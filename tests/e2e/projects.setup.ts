import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { test as setup } from "@playwright/test";
import { expect } from "./fixtures.ts";
import { packed } from "./project.ts";

setup("the package is packed as it would be published", async () => {
  await rm(packed, { recursive: true, force: true });
  await mkdir(packed, { recursive: true });
  const cwd = join(import.meta.dirname, "../../pkg");
  await promisify(execFile)("npm", ["pack", "--pack-destination", packed], { cwd });
  expect(await readdir(packed)).toEqual([expect.stringMatching(/^cardseal-.*\.tgz$/)]);
});
