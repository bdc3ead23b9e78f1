import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ImportMap, readImports } from "../../src/cli/imports.js";
import { type Inventory, parseInventory } from "../../src/cli/inventory.js";
import { readMarkup } from "../../src/cli/markup.js";
import { cardseal, Site } from "./site.js";

// What is tried again takes seconds.
vi.setConfig({ testTimeout: 30_000 });

const sri = (text: string, algorithm = "sha384") =>
  `${algorithm}-${createHash(algorithm).update(text).digest("base64")}`;
const PAGE = new URL("https://shop.example/checkout/pay");

describe("a page's markup", () => {
  const mentions = (html: string) => readMarkup(html, PAGE).mentions;

  it.each([
    ['<script src="a.js"></script>', { kind: "external", address: "a.js", language: "classic" }],
    ["<SCRIPT SRC=a.js ASYNC>x</SCRIPT>", { kind: "external", address: "a.js", language: "classic" }],
    ['<script type="module" src="a.js">', { kind: "external", address: "a.js", language: "module" }],
    [
      '<script type="Text/JavaScript; charset=utf-8">go()</script>',
      { kind: "inline", source: "go()", language: "classic" },
    ],
    ['<script language="JavaScript">go()</script>', { kind: "inline", source: "go()", language: "classic" }],
    ["<script>a < b && '</b>'</script>", { kind: "inline", source: "a < b && '</b>'", language: "classic" }],
    ["<script><!-- go() --></script>", { kind: "inline", source: "<!-- go() -->", language: "classic" }],
    ['<script type="importmap">{}</script>', { kind: "importmap", source: "{}" }],
    ['<svg><script href="a.js"/></svg>', { kind: "external", address: "a.js", language: "classic" }],
    ['<svg><script xlink:href="a.js"/></svg>', { kind: "external", address: "a.js", language: "classic" }],
    ["<template><script>go()</script></template>", { kind: "inline", source: "go()", language: "classic" }],
    [
      '<div><template shadowrootmode="open"><script>go()</script></template></div>',
      { kind: "inline", source: "go()", language: "classic" },
    ],
    ['<link rel="x ModulePreload" href="a.js">', { kind: "preload", address: "a.js", language: "module" }],
    ['<link rel="preload" as="script" href="a.js">', { kind: "preload", address: "a.js", language: "classic" }],
    ['<p onclick="go()">', { kind: "handler", source: "go()", place: "p onclick" }],
    ["<img src=x onerror=go&lpar;&rpar;>", { kind: "handler", source: "go()", place: "img onerror" }],
    ['<a href=" java\nscript:go()">', { kind: "javascript-url", source: "go()", place: "a href" }],
    ['<form action="JAVASCRIPT:go()">', { kind: "javascript-url", source: "go()", place: "form action" }],
    [
      '<button formaction="&#1;javascript&colon;go()">',
      { kind: "javascript-url", source: "go()", place: "button formaction" },
    ],
    ['<iframe src="javascript:go()">', { kind: "javascript-url", source: "go()", place: "iframe src" }],
    ['<iframe srcdoc="<script>go()</script>">', { kind: "inline", source: "go()", language: "classic" }],
    [
      `<iframe srcdoc="<base href='/b/'><script src='a.js'></script>">`,
      { kind: "external", address: "https://shop.example/b/a.js", language: "classic" },
    ],
  ])("%s has a script", (html, mention) => {
    expect(mentions(html)).toEqual([mention]);
  });

  it.each([
    '<script type="application/json">{"a":1}</script>',
    '<script type="text/template"><b>go()</b></script>',
    "<script> \n </script>",
    '<script src=" ">go()</script>',
    "<!-- <script>go()</script> -->",
    "<noscript><script>go()</script></noscript>",
    "<textarea><script>go()</script></textarea>",
    '<style>a { content: "<script>" }</style>',
    '<a href="https://javascript.example/">',
    '<p title="javascript:go()" once="1">',
    '<link rel="stylesheet" href="a.css">',
    '<link rel="preload" as="font" href="a.woff2">',
  ])("%s has none", (html) => {
    expect(mentions(html).filter(({ kind }) => kind !== "handler" || html.includes("onclick"))).toEqual([]);
  });

  it("has its first base with an address, and the policies of its meta elements", () => {
    const html = `<base target="_top"><base href="/a/"><base href="/b/">
      <meta http-equiv="Content-Security-POLICY" content="script-src 'self'"><meta name="referrer" content="no-referrer">`;
    expect(readMarkup(html, PAGE)).toEqual({
      base: new URL("https://shop.example/a/"),
      mentions: [],
      policies: ["script-src 'self'"],
    });
    expect(readMarkup("", PAGE).base.href).toBe(PAGE.href);
  });
});

describe("imports", () => {
  it("are read without running a script, static and dynamic; those of JSON are none", async () => {
    const source = `import a from "./a.js"; export * from './b.js'; import("./c.js"); // import "./no.js"
      const text = 'import "./no.js"'; import data from "./d.json" with { type: "json" }; import.meta.url;`;
    expect(await readImports(source)).toEqual({ specifiers: ["./a.js", "./b.js", "./c.js"], computed: false });
    expect(await readImports("import(name)")).toEqual({ specifiers: [], computed: true });
    expect(await readImports(`import(\`./\${name}.js\`)`)).toEqual({ specifiers: [], computed: true });
    expect(await readImports("import { from 'a'")).toBeUndefined();
  });

  it.each([
    ["./x.js", "https://shop.example/js/x.js"],
    ["/x.js", "https://shop.example/x.js"],
    ["https://cdn.example/x.js", "https://cdn.example/x.js"],
    ["bare", "https://shop.example/checkout/bare.js"],
    ["lib/deep/x.js", "https://cdn.example/lib/deep/x.js"],
    ["./swapped.js", "https://shop.example/other.js"],
    ["scoped", "https://shop.example/scoped.js"],
    ["forbidden", undefined],
    ["unknown", undefined],
  ])("%s leads to %s", (specifier, address) => {
    const map = new ImportMap();
    map.add("no json", PAGE);
    map.add(
      JSON.stringify({
        imports: {
          bare: "./bare.js",
          "lib/": "https://cdn.example/lib/",
          "/js/swapped.js": "/other.js",
          forbidden: null,
          scoped: "/unscoped.js",
        },
        scopes: { "/js/": { scoped: "/scoped.js" } },
      }),
      PAGE,
    );
    map.add('{ "imports": { "bare": "/later.js" } }', PAGE);
    expect(map.resolve(specifier, new URL("https://shop.example/js/main.js"))?.href).toBe(address);
  });
});

describe("cardseal inventory", () => {
  let site: Site;
  let folder: string;
  let file: string;
  beforeAll(async () => {
    site = await Site.start();
    folder = await mkdtemp(join(tmpdir(), "cardseal-inventory-"));
  });
  beforeEach(async () => {
    for (const path of Object.keys(site.answers)) delete site.answers[path];
    file = join(folder, "inventory.json");
    await rm(file, { force: true });
  });
  afterAll(async () => {
    await site.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const inventory = (...more: string[]) => cardseal(["inventory", `${site.origin}/pay`, ...more]);

  /** A page with a script of every kind. */
  function putUp(): void {
    const good = 'console.log("pinned");';
    site.answers["/pay"] = {
      headers: { "content-security-policy": "script-src 'nonce-a1b2' 'self'", "referrer-policy": "no-referrer" },
      body: `<!doctype html><meta http-equiv="content-security-policy" content="script-src 'nonce-a1b2'">
        <link rel="modulepreload" href="/shared.js">
        <link rel="preload" as="script" href="/main.js">
        <script type="importmap">{ "imports": { "shared": "/shared.js" } }</script>
        <script type="module">import "shared"; import "nowhere";</script>
        <script src="/main.js?v=1#part"></script><script src="/main.js"></script>
        <script src="/pinned.js" integrity="${sri(good)} ${sri("other", "sha256")}"></script>
        <script src="/swapped.js" integrity="${sri("what it was")}"></script>
        <script src="/gone.js"></script>
        <script src="http://plain.example/a.js"></script>
        <script src="data:text/javascript,go()"></script><script src="data:malformed"></script>
        <button onclick="go()">Pay</button><button onclick="go()">Pay</button><a href="javascript:go()">x</a>`,
    };
    site.answers["/main.js"] = { body: 'import("./lazy.js"); import(name);' };
    site.answers["/main.js?v=1"] = { body: "/* é */" };
    site.answers["/shared.js"] = { status: 302, headers: { location: "/v2/shared.js" } };
    site.answers["/v2/shared.js"] = { body: 'export * from "./deep.js";' };
    site.answers["/v2/deep.js"] = { body: 'import "../shared.js";' };
    site.answers["/lazy.js"] = { body: "if (" };
    site.answers["/pinned.js"] = { body: good };
    site.answers["/swapped.js"] = { body: "what it is" };
  }

  it("lists every script once, sorted, each with the hash of what came", async () => {
    putUp();
    const { code, out } = await inventory();
    expect(code).toBe(1);
    const { headers, policies, scripts, ...rest } = JSON.parse(out) as Inventory;
    expect(rest).toEqual({ version: 1, page: `${site.origin}/pay` });
    expect(headers).toMatchObject({
      "content-security-policy": "script-src 'nonce-*' 'self'",
      "referrer-policy": "no-referrer",
      "permissions-policy": null,
    });
    expect(policies).toEqual(["script-src 'nonce-*'"]);
    const at = (path: string) => `${site.origin}${path}`;
    const expected: object[] = [
      { kind: "external", url: `data:${sri("data:text/javascript,go()")}`, hash: sri("go()") },
      { kind: "external", url: `data:${sri("data:malformed")}`, notes: ["not_loadable"] },
      { kind: "external", url: at("/gone.js"), notes: ["not_served"] },
      {
        kind: "external",
        url: at("/main.js"),
        hash: sri('import("./lazy.js"); import(name);'),
        notes: ["imports_computed"],
      },
      { kind: "external", url: at("/main.js?v=1"), hash: sri("/* é */") },
      { kind: "external", url: at("/pinned.js"), hash: sri('console.log("pinned");'), integrity: expect.any(String) },
      {
        kind: "external",
        url: at("/swapped.js"),
        hash: sri("what it is"),
        integrity: sri("what it was"),
        notes: ["integrity_mismatch"],
      },
      { kind: "external", url: "http://plain.example/a.js", notes: ["not_loadable"] },
      { kind: "preload", url: at("/shared.js"), hash: sri('export * from "./deep.js";') },
      { kind: "import", url: at("/lazy.js"), hash: sri("if ("), notes: ["imports_unreadable"] },
      { kind: "import", url: at("/v2/deep.js"), hash: sri('import "../shared.js";') },
      { kind: "inline", hash: sri('import "shared"; import "nowhere";'), notes: ["imports_unresolved"] },
      { kind: "importmap", hash: sri('{ "imports": { "shared": "/shared.js" } }') },
      { kind: "handler", place: "button onclick", hash: sri("go()") },
      { kind: "javascript-url", place: "a href", hash: sri("go()") },
    ];
    expect(scripts).toEqual(expected.map((one) => ({ ...one, reason: "unjustified", authorization: null })));
    expect((await inventory()).out).toBe(out);
  });

  it("is as its schema says, which refuses what is not", async () => {
    putUp();
    const schema = await readFile(new URL("../../../docs/inventory.schema.json", import.meta.url), "utf8");
    const isValid = new Ajv2020({ validateFormats: false }).compile(JSON.parse(schema));
    const made = JSON.parse((await inventory()).out);
    expect([isValid(made), isValid.errors]).toEqual([true, null]);
    expect(isValid({ ...made, scripts: [{ ...made.scripts[0], hash: "md5-abc" }] })).toBe(false);
    expect(parseInventory(JSON.stringify(made))).toEqual(made);
  });

  it("keeps reasons for the same address or text, and authorizations only for the same content", async () => {
    site.answers["/pay"] = { body: '<script src="/a.js"></script><script src="/b.js"></script><script>one()</script>' };
    site.answers["/a.js"] = { body: "a()" };
    site.answers["/b.js"] = { body: "b()" };
    const first = await inventory("--out", file);
    expect([first.code, first.out]).toEqual([1, ""]);
    expect(first.err.split("\n")).toContain(`unjustified: external ${site.origin}/a.js`);
    expect(first.err.split("\n")).toContain(`unauthorized: external ${site.origin}/a.js`);

    const made: Inventory = JSON.parse(await readFile(file, "utf8"));
    const authorization = { by: "Ada", on: "2026-01-31" };
    for (const entry of made.scripts) Object.assign(entry, { reason: `for ${entry.kind}`, authorization });
    await writeFile(file, JSON.stringify(made));
    expect(await inventory("--out", file)).toEqual({ code: 0, out: "", err: "" });
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(made);

    site.answers["/a.js"] = { body: "a(); skim()" };
    site.answers["/pay"] = { body: '<script src="/a.js"></script><script src="/b.js"></script><script>two()</script>' };
    const { code, err } = await inventory("--out", file);
    expect(code).toBe(1);
    expect(err.trimEnd().split("\n")).toEqual([
      `unauthorized: external ${site.origin}/a.js`,
      `unjustified: inline ${sri("two()")}`,
      `unauthorized: inline ${sri("two()")}`,
    ]);
    const { scripts } = parseInventory(await readFile(file, "utf8"));
    expect(scripts.map(({ reason, authorization }) => [reason, authorization])).toEqual([
      ["for external", null],
      ["for external", authorization],
      ["unjustified", null],
    ]);
    expect(await readdir(folder)).toEqual(["inventory.json"]);
  });

  const entry = { kind: "inline", hash: sri("a"), reason: "why", authorization: null };
  const whole = { version: 1, page: "", headers: {}, policies: [], scripts: [entry] };
  it.each([
    ["is no JSON", "{"],
    ["the inventory: no object", "[]"],
    ["version: not 1", JSON.stringify({ ...whole, version: 2 })],
    ["unknown member extra", JSON.stringify({ ...whole, extra: 1 })],
    ["headers.cookie", JSON.stringify({ ...whole, headers: { cookie: "a" } })],
    ["policies", JSON.stringify({ ...whole, policies: [1] })],
    ["scripts[0].hash", JSON.stringify({ ...whole, scripts: [{ ...entry, hash: "sha384-short" }] })],
    ["scripts[1].reason", JSON.stringify({ ...whole, scripts: [entry, { ...entry, reason: null }] })],
    [
      "scripts[0].authorization.on",
      JSON.stringify({ ...whole, scripts: [{ ...entry, authorization: { by: "Ada", on: "yesterday" } }] }),
    ],
    ["scripts[0].kind", JSON.stringify({ ...whole, scripts: [{ ...entry, kind: "skimmer" }] })],
  ])("refuses a file of which %s, and leaves it as it is", async (what, text) => {
    const spoiled = text.replace('"page":""', `"page":"${site.origin}/pay"`);
    await writeFile(file, spoiled);
    const { code, err } = await inventory("--out", file);
    expect(code).toBe(3);
    expect(err).toContain("inventory_malformed");
    expect(err).toContain(what);
    expect(await readFile(file, "utf8")).toBe(spoiled);
  });

  it("refuses the inventory of another page, a folder, and addresses that are not one page's", async () => {
    await writeFile(file, JSON.stringify({ ...whole, page: "https://other.example/", scripts: [] }));
    expect(await inventory("--out", file)).toMatchObject({ code: 3, err: expect.stringContaining("another page") });
    expect(await inventory("--out", folder)).toMatchObject({
      code: 3,
      err: expect.stringContaining("file_unreadable"),
    });
    expect(await cardseal(["inventory"])).toMatchObject({ code: 3, err: expect.stringContaining("one address") });
    expect(await inventory(site.origin)).toMatchObject({ code: 3, err: expect.stringContaining("one address") });
    const secret = await cardseal(["inventory", "https://u:hunter2@shop.example/"]);
    expect(secret).toMatchObject({ code: 3, err: expect.stringContaining("url_invalid") });
    expect(secret.err).not.toContain("hunter2");
  });

  it("writes nothing when a script does not answer", async () => {
    site.answers["/pay"] = { body: '<script src="/slow.js?key=hunter2"></script>' };
    site.answers["/slow.js?key=hunter2"] = { hangs: true };
    const { code, err } = await inventory("--out", file, "--timeout", "1");
    expect(code).toBe(4);
    expect(err).toContain(`script_unreachable: ${site.origin}/slow.js: no answer within 1000 ms`);
    expect(err).not.toContain("hunter2");
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses a page of more than 500 scripts, before it fetches any", async () => {
    const scripts = (count: number) =>
      Array.from({ length: count }, (_, index) => `<script src="/${index}.js"></script>`);
    site.answers["/pay"] = { body: scripts(501).join("") };
    site.asked.length = 0;
    expect(await inventory()).toMatchObject({ code: 4, err: expect.stringContaining("page_too_large") });
    expect(site.asked).toEqual(["/pay"]);
  });
});
