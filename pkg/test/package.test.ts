import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { checkPackage, createPackageFromTarballData, Package } from "@arethetypeswrong/core";
import { publint } from "publint";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Site } from "./cli/site.js";
import { ROOT, run, tool } from "./run.js";

const PKG = join(ROOT, "pkg");

/** A project of a user's, with the package installed from the tarball that would be published. */
let project: string;
let packed: string[];
let tarball: Buffer<ArrayBuffer>;

beforeAll(async () => {
  if (!existsSync(join(PKG, "dist/index.js"))) throw new Error("pkg/dist is not there: run make build first");
  project = await mkdtemp(join(tmpdir(), "cardseal-package-"));
  const pack = await run("npm", ["pack", "--json", "--pack-destination", project], PKG);
  expect(pack.code, pack.output).toBe(0);
  // What `prepack` prints comes before the JSON.
  const [{ files }] = JSON.parse(pack.output.slice(pack.output.search(/^\[$/m), pack.output.lastIndexOf("]") + 1));
  packed = files.map(({ path }: { path: string }) => path);

  await writeFile(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const name = (await readdir(project)).find((name) => name.endsWith(".tgz")) as string;
  tarball = await readFile(join(project, name));
  const install = await run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${name}`], project);
  expect(install.code, install.output).toBe(0);
}, 120_000);
afterAll(() => rm(project, { recursive: true, force: true }));

/** Runs a module in the user's project. */
async function node(source: string): Promise<string> {
  await writeFile(join(project, "main.js"), source);
  const { code, output } = await run(process.execPath, ["main.js"], project);
  expect(code, output).toBe(0);
  return output.trim();
}

describe("what is published", () => {
  it("holds what is used and what a licence asks for, and nothing else", () => {
    for (const file of [
      "package.json",
      "README.md",
      "LICENSE-MIT",
      "LICENSE-APACHE",
      "dist/index.js",
      "dist/index.d.ts",
      "dist/direct.js",
      "dist/direct/index.d.ts",
      "dist/errors.js",
      "dist/shopper/index.d.ts",
      "dist/server.js",
      "dist/server/index.d.ts",
      "dist/react.js",
      "dist/react/index.d.ts",
      "dist/vue.js",
      "dist/vue/index.d.ts",
      "dist/svelte.js",
      "dist/svelte/index.d.ts",
      "dist/custom-element.js",
      "dist/custom-element/index.d.ts",
      "dist/testing/index.js",
      "dist/testing/index.d.ts",
      "dist/testing/licences.md",
      "dist/testing/playwright.js",
      "dist/testing/playwright.d.ts",
      "dist/frame/index.html",
      "dist/cli.js",
      "dist/cli.licenses.txt",
      "dist/integrity.json",
      "wasm/cardseal.js",
      "wasm/cardseal_bg.wasm",
    ]) {
      expect(packed).toContain(file);
    }
    const expected =
      /^(package\.json|README\.md|LICENSE-\w+|dist\/.+\.(js|d\.ts|html|css|wasm|svg|br|gz)|dist\/(cli\.licenses\.txt|integrity\.json|testing\/licences\.md)|wasm\/(snippets\/[\w/-]+\/)?[\w.]+)$/;
    expect(packed.filter((file) => !expected.test(file))).toEqual([]);
  });

  it("is what publint asks of a package", { timeout: 30_000 }, async () => {
    const { buffer, byteOffset, byteLength } = tarball;
    const pack = { tarball: buffer.slice(byteOffset, byteOffset + byteLength) };
    const { messages, pkg } = await publint({ strict: true, level: "suggestion", pack });
    expect(messages).toEqual([]);
    expect(pkg?.name).toBe("cardseal");
  });

  it("has types that are right for every entry, in ES modules in Node and for bundlers", {
    timeout: 60_000,
  }, async () => {
    const published = createPackageFromTarballData(tarball);
    const { exports } = JSON.parse(await readFile(join(PKG, "package.json"), "utf8"));
    const { problems, entrypoints } = await wrongTypes(published);
    expect(problems).toEqual([]);
    expect(entrypoints).toEqual(Object.keys(exports));
  });

  it("types that are not there, or of another kind of module, are found", { timeout: 60_000 }, async () => {
    const published = createPackageFromTarballData(tarball);
    const files = Object.fromEntries(published.listFiles().map((path) => [path, published.readFile(path)]));
    const folder = "/node_modules/cardseal";
    delete files[`${folder}/dist/vue/index.d.ts`];
    files[`${folder}/dist/svelte/index.d.ts`] = 'export { CardHandle } from "../binding";';
    const entry = { types: "./dist/svelte/index.d.ts", default: "./dist/svelte.js" };
    const exports = { "./vue": "./dist/vue.js", "./svelte": entry };
    files[`${folder}/package.json`] = JSON.stringify({ name: "cardseal", version: "1.0.0", type: "module", exports });
    const { problems } = await wrongTypes(new Package(files, "cardseal", "1.0.0"));
    expect(problems).toContainEqual(expect.stringContaining("UntypedResolution ./vue node16-esm"));
    expect(problems).toContainEqual(expect.stringContaining("InternalResolutionError"));
  });

  it("declares nothing by a name that CommonJS has, for tools that wrap a module in a function", async () => {
    const declared = /^(?:var|let|const|function|class) (?:module|exports|require|__filename|__dirname)\b/m;
    expect("let module;").toMatch(declared);
    const files = packed.filter((path) => /^(dist|wasm)\/(?!frame\/|cli).*\.js$/.test(path));
    expect(files).toContain("dist/direct.js");
    for (const path of files) {
      expect(await readFile(join(project, "node_modules/cardseal", path), "utf8"), path).not.toMatch(declared);
    }
  });

  it("has no dependencies, and installs without the frameworks that it has adapters for", async () => {
    const manifest = JSON.parse(await readFile(join(project, "node_modules/cardseal/package.json"), "utf8"));
    expect(manifest).toMatchObject({ type: "module", sideEffects: false });
    for (const kind of ["dependencies", "optionalDependencies"]) expect(manifest).not.toHaveProperty(kind);
    for (const peer of Object.keys(manifest.peerDependencies)) {
      expect(manifest.peerDependenciesMeta[peer]).toEqual({ optional: true });
    }
    expect((await readdir(join(project, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual([
      "cardseal",
    ]);
  });
});

/** What are-the-types-wrong finds, as a line for each; and the entries that it looked at. The package is for ES modules only. */
async function wrongTypes(published: Package): Promise<{ problems: string[]; entrypoints: string[] }> {
  const analysis = await checkPackage(published);
  if (!analysis.types) throw new Error("the package has no types");
  const elsewhere = /\b(node10|node16-cjs)\b/;
  const problems = analysis.problems.map((problem) => Object.values(problem).join(" "));
  return {
    problems: problems.filter((problem) => !elsewhere.test(problem)),
    entrypoints: Object.keys(analysis.entrypoints),
  };
}

/** Lets the user's project have the frameworks, too. */
async function installFrameworks(): Promise<void> {
  await mkdir(join(project, "node_modules/@types"), { recursive: true });
  for (const name of ["react", "vue", "@types/react"]) {
    await symlink(join(ROOT, "node_modules", name), join(project, "node_modules", name)).catch(() => {});
  }
}

/** Says what has changed since it was called: what is global, what hangs on that, who listens to the process, what runs. */
const watch = `
  function watch() {
    const asked = [];
    globalThis.fetch = async () => { asked.push("fetch"); };
    // Some of Node's own are made when they are first looked at.
    for (const name of Object.getOwnPropertyNames(globalThis)) globalThis[name];
    const own = (object) => Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key).value]).flat();
    const look = () => {
      const seen = new Map([["listeners of process", process.eventNames().map((name) => name + process.listenerCount(name))]]);
      for (const name of Object.getOwnPropertyNames(globalThis)) {
        const value = globalThis[name];
        const whole = /object|function/.test(typeof value) && value !== globalThis && name !== "process";
        seen.set(name, whole && value ? own(value) : []);
        if (value?.prototype) seen.set("prototype of " + name, own(value.prototype));
      }
      return seen;
    };
    const same = (a, b) => a?.length === b?.length && a.every((item, index) => Object.is(item, b[index]));
    const before = look();
    const running = process.getActiveResourcesInfo();
    return () => {
      const after = look();
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter((name) => !same(before.get(name), after.get(name)));
      const begun = process.getActiveResourcesInfo().filter((kind) => !running.includes(kind));
      return [...changed, ...begun, ...asked].toSorted();
    };
  }
`;

describe("in plain Node", { timeout: 30_000 }, () => {
  beforeAll(installFrameworks);

  it("the file for React tells server components that it is the browser's", async () => {
    expect(await readFile(join(project, "node_modules/cardseal/dist/react.js"), "utf8")).toMatch(/^"use client";\n/);
  });

  it("importing has no effect, and loading resolves to null", async () => {
    const output = await node(`
      ${watch}
      await import("react");
      await import("vue");
      const changed = watch();
      const { loadCardseal } = await import("cardseal");
      const { loadDirect } = await import("cardseal/direct");
      await import("cardseal/server");
      await import("cardseal/react");
      await import("cardseal/vue");
      const { createCard } = await import("cardseal/svelte");
      const { defineCardElement } = await import("cardseal/custom-element");
      await import("cardseal/errors");
      await import("cardseal/testing");
      await import("cardseal/testing/playwright");
      const options = { vault: "https://vault.example", merchant: "mer_demo", roots: ["A".repeat(43)] };
      createCard(options);
      defineCardElement();
      console.log(await loadCardseal(options), await loadDirect(options), JSON.stringify(changed()));
    `);
    expect(output).toBe("null null []");
  });

  it("each kind of effect that an import could have is found", async () => {
    const output = await node(`
      ${watch}
      const changed = watch();
      globalThis.cardseal = 1;
      Array.prototype.last = () => {};
      JSON.parse = () => {};
      process.on("exit", () => {});
      fetch("http://127.0.0.1:1").catch(() => {});
      setInterval(() => {}, 1000).unref();
      const timer = setTimeout(() => {}, 1000);
      console.log(changed().join());
      clearTimeout(timer);
    `);
    const found = ["JSON", "Timeout", "cardseal", "fetch", "listeners of process", "prototype of Array"];
    expect(output.split(",")).toEqual(found);
  });

  it("the server half signs and verifies", async () => {
    const output = await node(`
      import { createOrderSigner, createVaultClient, generateOrderKey, verifyOrder } from "cardseal/server";
      const { publicKey, privateKey } = await generateOrderKey();
      const details = { id: "1", amount: 4200, currency: "EUR", origins: ["https://shop.example"] };
      const order = await createOrderSigner({ merchant: "mer_demo", privateKey }).sign(details);
      const verified = await verifyOrder(order, publicKey);
      const vault = createVaultClient({ vault: "http://127.0.0.1:1", apiKey: "sk_test", timeout: 2000 });
      const paid = await vault.pay({ token: "tok_1", order });
      console.log(verified.ok, verified.order.amount, paid.error.code);
    `);
    expect(output).toBe("true 4200 network");
  });
});

describe("integrity.json", () => {
  it("has the hash of every other file that is published, as it is in the tarball", async () => {
    const installed = join(project, "node_modules/cardseal");
    const listed = JSON.parse(
      await node(`
        import { readFileSync } from "node:fs";
        console.log(readFileSync(new URL(import.meta.resolve("cardseal/integrity.json")), "utf8"));
      `),
    );
    const hashes = Object.fromEntries(
      await Promise.all(
        packed
          .filter((path) => path !== "dist/integrity.json")
          .map(async (path) => [path, sri(await readFile(join(installed, path)))]),
      ),
    );
    const { version } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    expect(listed).toEqual({ version, files: hashes });
    expect(Object.keys(listed.files)).toEqual(Object.keys(listed.files).toSorted());
    // Of every file another: a hash that did not depend on the file would be no use.
    expect(new Set(Object.values(hashes)).size).toBeGreaterThan(50);
  });

  it("agrees with what the frame's page demands of each script and style", async () => {
    const { files } = JSON.parse(await readFile(join(project, "node_modules/cardseal/dist/integrity.json"), "utf8"));
    const page = await readFile(join(project, "node_modules/cardseal/dist/frame/index.html"), "utf8");
    const tags = page.match(/<script\b[^>]*>|<link\b[^>]*\brel="(stylesheet|modulepreload)"[^>]*>/g) ?? [];
    expect(tags.length).toBeGreaterThanOrEqual(2);
    for (const tag of tags) {
      const name = /(?:src|href)="\/frame\/([^"]+)"/.exec(tag)?.[1];
      expect(tag).toContain(` integrity="${files[`dist/frame/${name}`]}"`);
      expect(tag).toContain(" crossorigin");
    }
  });
});

/** What `integrity` attributes hold (Subresource Integrity, section 3.1). */
function sri(bytes: Uint8Array): string {
  return `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
}

describe("the program", { timeout: 30_000 }, () => {
  const program = (...args: string[]) => run(join(project, "node_modules/.bin/cardseal"), args, project);

  it("is installed as cardseal, and runs with nothing else installed", async () => {
    const { version } = JSON.parse(await readFile(join(PKG, "package.json"), "utf8"));
    expect(await program("--version")).toEqual({ code: 0, output: `${version}\n` });
    const headers = await program("csp", "--vault", "https://vault.example");
    expect(headers).toMatchObject({ code: 0, output: expect.stringContaining("frame-src https://vault.example;") });
    expect(await program("csp")).toEqual({
      code: 3,
      output: "cardseal: arguments_invalid: csp: --vault is missing\n",
    });
  });

  it("makes a page's inventory and watches the page", async () => {
    const site = await Site.start();
    try {
      site.answers["/pay"] = { body: '<script src="/a.js"></script>' };
      site.answers["/a.js"] = { body: 'import("./b.js")' };
      site.answers["/b.js"] = { body: "b()" };
      const made = await program("inventory", `${site.origin}/pay`, "--out", "inventory.json");
      expect(made).toMatchObject({
        code: 1,
        output: expect.stringContaining(`unjustified: import ${site.origin}/b.js`),
      });
      const watch = () => program("watch", `${site.origin}/pay`, "--inventory", "inventory.json", "--once");
      expect(await watch()).toMatchObject({ code: 0, output: expect.stringContaining('"changes":0}') });
      site.answers["/b.js"] = { body: "b(); skim()" };
      expect(await watch()).toMatchObject({ code: 2, output: expect.stringContaining('"type":"changed"') });
    } finally {
      await site.stop();
    }
  });

  it("ends with 0 when it watches and is told to end, in the middle of a look or between two", async () => {
    const site = await Site.start();
    try {
      site.answers["/pay"] = { body: "" };
      const made = await program("inventory", `${site.origin}/pay`, "--out", "watched.json");
      expect(made).toEqual({ code: 0, output: "" });
      for (const answer of [{ body: "" }, { hangs: true }]) {
        site.answers["/pay"] = answer;
        site.asked.length = 0;
        const args = ["watch", `${site.origin}/pay`, "--inventory", "watched.json"];
        const watching = spawn(join(project, "node_modules/.bin/cardseal"), args, { cwd: project });
        const ended = once(watching, "exit");
        if (answer.hangs) await expect.poll(() => site.asked.length, { timeout: 15_000 }).toBe(1);
        else expect(String((await once(watching.stdout, "data"))[0])).toContain('"type":"checked"');
        watching.kill("SIGTERM");
        expect(await ended).toEqual([0, null]);
      }
    } finally {
      await site.stop();
    }
  });

  it("names the licence of everything that is in it", async () => {
    const licences = await readFile(join(project, "node_modules/cardseal/dist/cli.licenses.txt"), "utf8");
    for (const text of [
      "parse5 8",
      "entities 9",
      "es-module-lexer 3",
      "Permission is hereby granted",
      "Redistribution and use",
    ]) {
      expect(licences).toContain(text);
    }
  });
});

describe("for tests", { timeout: 30_000 }, () => {
  it("what is bundled for them comes with its licences, and asks for nothing to be installed", async () => {
    const folder = join(project, "node_modules/cardseal/dist/testing");
    const licences = await readFile(join(folder, "licences.md"), "utf8");
    for (const name of ["hpke", "@panva/hpke-noble", "@noble/post-quantum", "@noble/curves", "@noble/hashes"]) {
      expect(licences).toMatch(new RegExp(`^## ${name} - .* \\(MIT\\)$`, "m"));
    }
    for (const file of ["index.js", "playwright.js"]) {
      const imports = (await readFile(join(folder, file), "utf8")).matchAll(/^(?:import|export) .*from "([^"]+)"/gm);
      for (const [, from] of imports) expect(from).toMatch(/^\.\.?\//);
    }
  });

  it("the vault in memory pays in plain Node, without a page", async () => {
    const output = await node(`
      import { createVaultClient, fetchDirectory } from "cardseal/server";
      import { createTestVault, serveFrames, testCards } from "cardseal/testing";
      const vault = await createTestVault();
      const { directory } = await fetchDirectory({ vault: vault.url, roots: vault.roots, fetch: vault.fetch });
      const client = createVaultClient({ vault: vault.url, apiKey: vault.apiKey, fetch: vault.fetch });
      const paid = await client.pay({ token: "tok_1", order: await vault.signOrder() });
      let refused = "";
      try { serveFrames(vault); } catch (error) { refused = error.message; }
      console.log(directory.receiptKeys.length, paid.error.code, testCards.visa.last4, refused);
    `);
    expect(output).toBe("1 token_unknown 4242 serveFrames: there is no document; run the test in happy-dom or jsdom.");
  });
});

describe("in TypeScript", { timeout: 60_000 }, () => {
  beforeAll(installFrameworks);

  it.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])("every entry is typed, with module %s and resolution %s", async (module, moduleResolution) => {
    await writeFile(
      join(project, "main.ts"),
      `import { loadCardseal } from "cardseal";
       import { loadDirect } from "cardseal/direct";
       import { loadShopperMessages } from "cardseal/errors";
       import { generateOrderKey } from "cardseal/server";
       import { useCard } from "cardseal/react";
       import { createCardseal } from "cardseal/vue";
       import { createCard } from "cardseal/svelte";
       import { defineCardElement } from "cardseal/custom-element";
       import { createTestVault } from "cardseal/testing";
       import { cardFrame } from "cardseal/testing/playwright";
       export const wrong: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] = [
         loadCardseal, loadDirect, loadShopperMessages, generateOrderKey, useCard, createCardseal, createCard,
         defineCardElement, createTestVault, cardFrame,
       ];`,
    );
    const compilerOptions = {
      module,
      moduleResolution,
      target: "es2022",
      lib: ["es2022", "dom"],
      types: [],
      strict: true,
    };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
    const { output } = await run(tool("tsc"), ["--noEmit", "--project", "."], project);
    // An error for each, which names the type: none of the entries is any, and none fails to resolve.
    const types = [
      "LoadOptions",
      "DirectOptions",
      "ShopperMessages",
      "OrderKey",
      "UseCardProps",
      "MaybeRefOrGetter",
      "CardListeners",
      "tag",
      "TestVaultOptions",
      "CardElementOptions",
    ];
    for (const type of types) expect(output).toMatch(new RegExp(`TS2322.*${type}`));
    expect(output.match(/error TS/g)).toHaveLength(types.length);
  });
});

describe("bundled by Vite", { timeout: 60_000 }, () => {
  async function bundle(source: string): Promise<{ name: string; bytes: Uint8Array }[]> {
    const folder = join(project, "app");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "main.js"), source);
    const result = await build({
      root: folder,
      configFile: false,
      logLevel: "silent",
      build: {
        write: false,
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: { input: join(folder, "main.js") },
      },
    });
    const { output } = [result].flat()[0] as {
      output: { fileName: string; code?: string; source?: string | Uint8Array }[];
    };
    return output.map(({ fileName, code, source }) => ({ name: fileName, bytes: Buffer.from(code ?? source ?? "") }));
  }

  it("the merchant's page gets at most 4 KB of brotli, one file, without WebAssembly", async () => {
    const files = await bundle(`
      import { loadCardseal } from "cardseal";
      const cardseal = await loadCardseal({ vault: "https://vault.example", merchant: "mer_demo", roots: ["A".repeat(43)] });
      globalThis.card = cardseal.card();
    `);
    expect(files.map(({ name }) => name)).toEqual([expect.stringMatching(/\.js$/)]);
    expect(brotliCompressSync(files[0]?.bytes as Uint8Array).length).toBeLessThanOrEqual(4096);
    expect(Buffer.from(files[0]?.bytes as Uint8Array).toString()).not.toMatch(/\.wasm|WebAssembly|eval\(|new Function/);
  });

  it("nothing is left of an import that is not used", async () => {
    const files = await bundle(
      'import { CardsealError } from "cardseal"; import "cardseal/server"; import { useCard } from "cardseal/react"; import { defineCardElement } from "cardseal/custom-element"; console.log(1);',
    );
    expect(
      Buffer.concat(files.map(({ bytes }) => bytes))
        .toString()
        .trim(),
    ).toBe("console.log(1);");
  });

  it("cardseal/errors brings English along, and each other language in a file of its own", async () => {
    const files = await bundle(
      'import { loadShopperMessages } from "cardseal/errors"; globalThis.load = loadShopperMessages;',
    );
    expect(files).toHaveLength(16);
    const texts = files.map(({ bytes }) => Buffer.from(bytes).toString());
    expect(texts.filter((text) => text.includes("You are offline."))).toHaveLength(1);
    expect(texts.filter((text) => text.includes("Sie sind offline."))).toHaveLength(1);
    expect(texts.filter((text) => text.includes("Sie sind offline.") && text.includes("hors ligne"))).toEqual([]);
  });

  it("cardseal/direct brings its WebAssembly module along", async () => {
    const files = await bundle('import { loadDirect } from "cardseal/direct"; globalThis.load = loadDirect;');
    const module = files.find(({ name }) => name.endsWith(".wasm"));
    expect(Buffer.from(module?.bytes.slice(0, 4) ?? [])).toEqual(Buffer.from("\0asm"));
    const script = files.find(({ name }) => name.endsWith(".js"));
    expect(Buffer.from(script?.bytes ?? []).toString()).toContain(module?.name.split("/").at(-1));
  });
});
