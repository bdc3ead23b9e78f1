import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { compile as compileSvelte } from "svelte/compiler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, run, tool } from "./run.js";

/** The pages whose TypeScript is for readers to copy. */
const pages = [
  "README.md",
  "pkg/README.md",
  "docs/disputes.md",
  "docs/languages.md",
  "docs/styling.md",
  "docs/testing-your-checkout.md",
];

/** A folder inside the package, so that `cardseal` is found there by its name, as it is by users. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(`${ROOT}pkg/test/.readme-`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Type-checks each block on its own, as a module, under the strictest usual settings. */
async function compile(blocks: Block[]): Promise<{ code: number; output: string }> {
  const names = await write(blocks);
  const config = { extends: "../tsconfig.json", compilerOptions: { jsx: "react-jsx" }, files: names };
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify(config));
  return run(tool("tsc"), ["--noEmit", "--project", folder], ROOT);
}

/** Writes each block into a file: of the name that its first line gives, so that others can import it. */
async function write(blocks: Block[]): Promise<string[]> {
  const names = blocks.map(
    ({ language, code }, index) => /^\/\/ ([\w.-]+\.ts)\n/.exec(code)?.[1] ?? `block-${index + 1}.${language}`,
  );
  await Promise.all(blocks.map(({ code }, index) => writeFile(`${folder}/${names[index]}`, `${code}\nexport {};\n`)));
  return names;
}

/** A piece of TypeScript in a page. */
interface Block {
  language: string;
  code: string;
}

/** The blocks of a page that begin with ```ts or ```tsx. */
function blocksOf(page: string): Block[] {
  const blocks = page.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm);
  return Array.from(blocks, ([, language = "", code = ""]) => ({ language, code }));
}

it.each(pages)("%s: its TypeScript compiles", { timeout: 60_000 }, async (page) => {
  const blocks = blocksOf(await readFile(`${ROOT}${page}`, "utf8"));
  expect(blocks.length).toBeGreaterThan(0);
  expect(await compile(blocks)).toEqual({ code: 0, output: "" });
});

it("pkg/README.md: its Svelte compiles", async () => {
  const page = await readFile(`${ROOT}pkg/README.md`, "utf8");
  const blocks = Array.from(page.matchAll(/^```svelte\n([\s\S]*?)^```$/gm), ([, code = ""]) => code);
  expect(blocks).toHaveLength(1);
  for (const block of blocks) expect(compileSvelte(block, { generate: "client" }).warnings).toEqual([]);
});

it("a block that is wrong is found", { timeout: 60_000 }, async () => {
  const [block] = blocksOf('Text\n```ts\nimport { loadCardseal } from "cardseal";\nloadCardseal({ vault: 1 });\n```\n');
  const { code, output } = await compile([block as Block]);
  expect(code).not.toBe(0);
  expect(output).toContain("block-1.ts(2,");
});

describe.each(["happy-dom", "jsdom"])("in %s", (dom) => {
  it("the tests of a checkout pass, and fail where the checkout is wrong", { timeout: 120_000 }, async () => {
    for (const page of ["pkg/README.md", "docs/testing-your-checkout.md"]) {
      const blocks = blocksOf(await readFile(`${ROOT}${page}`, "utf8"));
      const within = (code: string) => code.replace("environment happy-dom", `environment ${dom}`);
      await write(blocks.map(({ code, ...block }) => ({ ...block, code: within(code) })));
    }
    const config = 'export default { test: { include: ["*.test.ts"], testTimeout: 20_000 } };';
    await writeFile(`${folder}/vitest.config.js`, config);
    const test = () => run(tool("vitest"), ["run", "--root", folder, "--no-color"], folder);
    const right = await test();
    expect(right, right.output).toMatchObject({ code: 0, output: expect.stringContaining("Tests  7 passed (7)") });

    const checkout = await readFile(`${folder}/checkout.ts`, "utf8");
    await writeFile(`${folder}/checkout.ts`, checkout.replace("say(await answer.text())", 'say("paid")'));
    expect(await test()).toMatchObject({ code: 1, output: expect.stringContaining("Tests  3 failed | 4 passed (7)") });
  });
});
