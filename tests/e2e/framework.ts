import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "svelte/compiler";
import { build } from "vite";
import { test as base } from "./fixtures.ts";
import { Host } from "./host.ts";
import type { Vault } from "./vault.ts";

const root = join(import.meta.dirname, "frameworks");
const react18 = join(import.meta.dirname, "../react-18/node_modules");

/** The pages, by the framework they use; `core` uses none. */
export const frameworks = ["core", "react", "react-18", "vue", "svelte", "custom-element"] as const;

/** One of {@link frameworks}. */
export type Framework = (typeof frameworks)[number];

const scripts = new Map<Framework, Promise<string>>();

/** A test with a merchant's site. */
export const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

/** Puts up the page of a framework, bundled as its users bundle it, for development. */
export async function serveFramework(host: Host, vault: Vault, framework: Framework, html = ""): Promise<void> {
  const script = scripts.get(framework) ?? bundle(framework);
  scripts.set(framework, script);
  const settings = { vault: vault.origin, merchant: host.merchant, roots: [vault.root] };
  // Without an icon of its own, Chromium asks the server for one.
  host.serve(
    `<link rel="icon" href="data:,"><script>window.settings = ${JSON.stringify(settings)};</script>${html}`,
    await script,
  );
}

async function bundle(framework: Framework): Promise<string> {
  const is18 = framework === "react-18";
  const result = await build({
    root,
    configFile: false,
    mode: "development",
    logLevel: "silent",
    resolve: {
      alias: is18 ? { react: join(react18, "react"), "react-dom": join(react18, "react-dom") } : {},
      conditions: ["browser", "module", "development"],
    },
    plugins: [
      {
        name: "svelte",
        async transform(_code, id) {
          if (!id.endsWith(".svelte")) return null;
          const { js } = compile(await readFile(id, "utf8"), { filename: id, generate: "client", dev: false });
          return { code: js.code, map: null };
        },
      },
    ],
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    build: {
      write: false,
      minify: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(root, is18 ? "react.ts" : `${framework}.ts`) },
    },
  });
  const [built] = [result].flat();
  if (!built || !("output" in built)) throw new Error("nothing was built");
  const [chunk, ...rest] = built.output;
  if (rest.length) throw new Error(`the page of ${framework} is more than one file`);
  return chunk.code;
}
