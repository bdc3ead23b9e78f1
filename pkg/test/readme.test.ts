import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT, run, tool } from "./run.js";

/** The pages whose TypeScript is for readers to copy. */
const pages = [
  "README.md",
  "pkg/README.md",
  "docs/disputes.md",
  "docs/languages.md",
  "docs/testing-your-checkout.md",
];

/** A folder inside the package, so that `cardseal` is found there by its name, as it is by users. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(`${ROOT}pkg/test/.readme-`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Type-checks each block on its own, as a module, under the strictest usual settings. */
async function compile(blocks: string[]): Promise<{ code: number; output: string }> {
  const names = await write(blocks);
  const config = { extends: "../tsconfig.json", files: names };
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify(config));
  return run(tool("tsc"), ["--noEmit", "--project", folder], ROOT);
}

/** Writes each block into a file: of the name that its first line gives, so that others can import it. */
async function write(blocks: string[]): Promise<string[]> {
  const names = blocks.map((block, index) => /^\/\/ ([\w.-]+\.ts)\n/.exec(block)?.[1] ?? `block-${index + 1}.ts`);
  await Promise.all(blocks.map((block, index) => writeFile(`${folder}/${names[index]}`, `${block}\nexport {};\n`)));
  return names;
}

/** The blocks of a page that begin with ```ts. */
function blocksOf(page: string): string[] {
  return [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);
}

it.each(pages)("%s: its TypeScript compiles", { timeout: 60_000 }, async (page) => {
  const blocks = blocksOf(await readFile(`${ROOT}${page}`, "utf8"));
  expect(blocks.length).toBeGreaterThan(0);
  expect(await compile(blocks)).toEqual({ code: 0, output: "" });
});

it("a block that is wrong is found", { timeout: 60_000 }, async () => {
  const [block] = blocksOf('Text\n```ts\nimport { loadCardseal } from "cardseal";\nloadCardseal({ vault: 1 });\n```\n');
  const { code, output } = await compile([block as string]);
  expect(code).not.toBe(0);
  expect(output).toContain("block-1.ts(2,");
});

it("pkg/README.md: its test of a checkout passes, and fails where the checkout is wrong", {
  timeout: 120_000,
}, async () => {
  const blocks = blocksOf(await readFile(`${ROOT}pkg/README.md`, "utf8"));
  await write(blocks);
  await writeFile(`${folder}/vitest.config.js`, 'export default { test: { include: ["checkout.test.ts"] } };');
  const test = () => run(tool("vitest"), ["run", "--root", folder, "--no-color"], folder);
  const right = await test();
  expect(right, right.output).toMatchObject({ code: 0, output: expect.stringContaining("Tests  5 passed (5)") });

  const checkout = await readFile(`${folder}/checkout.ts`, "utf8");
  await writeFile(`${folder}/checkout.ts`, checkout.replace("say(await answer.text())", 'say("paid")'));
  expect(await test()).toMatchObject({ code: 1, output: expect.stringContaining("Tests  3 failed | 2 passed (5)") });
});
