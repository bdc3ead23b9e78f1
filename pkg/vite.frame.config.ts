import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Builds the fields frame, which the vault serves at `/frame/`, into dist/frame. */
export default defineConfig({
  root: new URL("frame", import.meta.url).pathname,
  base: "/frame/",
  build: {
    outDir: "../dist/frame",
    emptyOutDir: true,
    target: "es2022",
    // Data URLs and inline scripts are what the vault's content security policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // In KB: the module as JavaScript is one file.
    chunkSizeWarningLimit: 600,
  },
  plugins: [catalogues(), bare(), integrity(), precompress()],
});

/** Takes comments and indentation out of the page: what they say is for who reads the source. No text of it is preformatted. */
function bare(): Plugin {
  return {
    name: "bare",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html) => html.replaceAll(/\s*<!--[\s\S]*?-->/g, "").replaceAll(/\n\s+/g, "\n"),
    },
  };
}

/** Writes into the page what its scripts and styles must be, so that assets altered by themselves are not run. */
function integrity(): Plugin {
  return {
    name: "integrity",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const page = bundle["index.html"];
        if (page?.type !== "asset") throw new Error("the frame has no index.html");
        page.source = String(page.source).replaceAll(/<(?:script|link)\b[^>]*>/g, (tag) => {
          const name = /\b(?:src|href)="\/frame\/([^"]+)"/.exec(tag)?.[1];
          const file = name && bundle[name];
          // Of a preload for fetch, browsers compare nothing with what is fetched in the end.
          if (!file || /\bas="fetch"/.test(tag)) return tag;
          const source = file.type === "chunk" ? file.code : file.source;
          const hash = createHash("sha384").update(source).digest("base64");
          const crossorigin = /\bcrossorigin\b/.test(tag) ? "" : " crossorigin";
          return tag.replace(/\s*\/?>$/, `${crossorigin} integrity="sha384-${hash}">`);
        });
      },
    },
  };
}

/**
 * Puts the catalogues of frame/locales side by side into a folder that carries one hash of them all, in place of what
 * frame/catalogues.ts does: a name with a hash for each, and Vite's code to preload what each imports, are five times as long.
 */
function catalogues(): Plugin {
  const folder = new URL("frame/locales/", import.meta.url).pathname;
  const tags = readdirSync(folder).map((name) => name.replace(/\.ts$/, ""));
  const edition = createHash("sha256");
  for (const tag of tags) edition.update(readFileSync(`${folder}${tag}.ts`));
  const name = edition.digest("base64url").slice(0, 8);
  const others = tags.filter((tag) => tag !== "en");
  return {
    name: "catalogues",
    apply: "build",
    enforce: "pre",
    buildStart() {
      for (const tag of others) {
        const fileName = `assets/${name}/${tag}.js`;
        this.emitFile({ type: "chunk", id: `${folder}${tag}.ts`, fileName, preserveSignature: "strict" });
      }
    },
    load(id) {
      if (id === "\0vite/preload-helper.js") return "export const __vitePreload = (load) => load();";
      if (!id.endsWith("/frame/catalogues.ts")) return;
      return `const tags = ${JSON.stringify(others.join(" "))}.split(" ");
        export const loadCatalogue = async (tag) =>
          tags.includes(tag) ? import(/* @vite-ignore */ \`./${name}/\${tag}.js\`).then((module) => module.default) : undefined;`;
    },
  };
}

/** Writes each file a second and third time as `.br` and `.gz`, so that the vault has nothing to compress. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          const source = Buffer.from(file.type === "chunk" ? file.code : file.source);
          const params = {
            [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
            [constants.BROTLI_PARAM_SIZE_HINT]: source.length,
          };
          this.emitFile({
            type: "asset",
            fileName: `${file.fileName}.br`,
            source: brotliCompressSync(source, { params }),
          });
          this.emitFile({ type: "asset", fileName: `${file.fileName}.gz`, source: gzipSync(source, { level: 9 }) });
        }
      },
    },
  };
}
