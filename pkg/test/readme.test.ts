import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { compile as compileSvelte } from "svelte/compiler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileScript, parse as parseVue } from "vue/compiler-sfc";
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

/** The pages that the documentation site has of its own. What the quick start says is run by tests/e2e/quick-start.spec.ts. */
const site = ["www/docs", "www/docs/moving"]
  .flatMap((folder) => readdirSync(`${ROOT}${folder}`).map((file) => `${folder}/${file}`))
  .filter((path) => path.endsWith(".md") && !path.endsWith("/quick-start.md"));

/** Whose code the site compares with ours, as the title of a block: that cannot be compiled here. */
const others = ["Stripe", "Adyen", "Braintree"];

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

/** Writes each block into a file: of the name that its first line or its title gives, so that others can import it. */
async function write(blocks: Block[]): Promise<string[]> {
  const names = blocks.map(({ language, code, title }, index) => {
    const [, name] = /^\/\/ ([\w.-]+\.ts)\n/.exec(code) ?? /^([\w.-]+\.tsx?)$/.exec(title ?? "") ?? [];
    return name ?? `block-${index + 1}.${language}`;
  });
  await Promise.all(blocks.map(({ code }, index) => writeFile(`${folder}/${names[index]}`, `${code}\nexport {};\n`)));
  return names;
}

/** A piece of TypeScript in a page. */
interface Block {
  language: string;
  code: string;
  /** As in ```ts [Stripe] */
  title?: string | undefined;
}

/** The blocks of a page that begin with ```ts or ```tsx, or with the languages that are named. */
function blocksOf(page: string, languages = "tsx?"): Block[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`(${languages})(?: \\[(.+)\\])?\\n([\\s\\S]*?)^\`\`\`$`, "gm"));
  return Array.from(blocks, ([, language = "", title, code = ""]) => ({ language, code, title }));
}

/** What is inside a Vue component, as the TypeScript that Vue makes of script and template. */
function compileVue({ code, title = "" }: Block): Block {
  const { descriptor, errors } = parseVue(code, { filename: title });
  expect(errors).toEqual([]);
  return { language: "ts", code: compileScript(descriptor, { id: title, inlineTemplate: true }).content };
}

it.each(pages)("%s: its TypeScript compiles", { timeout: 60_000 }, async (page) => {
  const blocks = blocksOf(await readFile(`${ROOT}${page}`, "utf8"));
  expect(blocks.length).toBeGreaterThan(0);
  expect(await compile(blocks)).toEqual({ code: 0, output: "" });
});

it("the pages of the site: their TypeScript and Vue compile, but for what is others'", {
  timeout: 120_000,
}, async () => {
  const blocks: Block[] = [];
  for (const page of site) {
    const text = await readFile(`${ROOT}${page}`, "utf8");
    const own = blocksOf(text, "tsx?|jsx?").filter(({ title }) => !others.includes(title ?? ""));
    // Nothing else: JavaScript would not be checked by its types.
    expect(own.filter(({ language }) => language.startsWith("j"))).toEqual([]);
    // In files called after the page, which is what the compiler then names.
    const all = [...own, ...blocksOf(text, "vue").map(compileVue)];
    const name = page.replaceAll("/", "-");
    blocks.push(...all.map((block, index) => ({ ...block, title: `${name}-${index + 1}.${block.language}` })));
  }
  expect(blocks.length).toBeGreaterThan(20);
  expect(await compile(blocks)).toEqual({ code: 0, output: "" });
});

it.each(["pkg/README.md", "www/docs/svelte.md"])("%s: its Svelte compiles", async (page) => {
  const blocks = blocksOf(await readFile(`${ROOT}${page}`, "utf8"), "svelte");
  expect(blocks).toHaveLength(1);
  for (const { code } of blocks) expect(compileSvelte(code, { generate: "client" }).warnings).toEqual([]);
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
