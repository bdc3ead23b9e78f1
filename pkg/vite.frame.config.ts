import { createHash } from "node:crypto";
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
  },
  plugins: [plainImports(), integrity(), precompress()],
});

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
 * Leaves `import()` as it is written. Vite wraps it in a function that preloads what a chunk imports and its styles: a
 * catalogue has neither, and that function is larger than one.
 */
function plainImports(): Plugin {
  return {
    name: "plain-imports",
    enforce: "pre",
    load: (id) => (id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : undefined),
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
