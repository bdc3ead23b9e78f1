import { defineConfig } from "vitest/config";

const react18 = new URL("../tests/react-18/node_modules", import.meta.url).pathname;

// The package's entries as ES modules. tsc writes their declarations.
export default defineConfig({
  build: {
    outDir: "dist",
    target: "es2022",
    minify: false,
    // What is bundled into cardseal/testing asks that its licence comes along.
    license: { fileName: "testing/licences.md" },
    lib: {
      entry: {
        index: "src/index.ts",
        "custom-element": "src/custom-element/index.ts",
        direct: "src/direct/index.ts",
        errors: "src/shopper/index.ts",
        react: "src/react/index.ts",
        server: "src/server/index.ts",
        svelte: "src/svelte/index.ts",
        "testing/index": "src/testing/index.ts",
        "testing/playwright": "src/testing/playwright.ts",
        vue: "src/vue/index.ts",
      },
      formats: ["es"],
    },
    rolldownOptions: {
      // Shipped beside dist as wasm-bindgen wrote it, so that `new URL("cardseal_bg.wasm", import.meta.url)` in it is
      // found by the bundler of whoever uses cardseal/direct.
      external: [/\/wasm\/cardseal\.js$/, "react", "vue"],
      output: {
        chunkFileNames: "shared/[name].js",
        // React's server components may render what is in the file, and leave its hooks to the browser.
        banner: ({ name }) => (name === "react" ? '"use client";' : ""),
      },
    },
  },
  test: {
    projects: [
      { extends: true, test: { name: "cardseal", include: ["test/**/*.test.ts"], environment: "node" } },
      {
        extends: true,
        test: {
          name: "react-18",
          include: ["test/react.test.ts"],
          env: { CARDSEAL_REACT: "18" },
          alias: [{ find: /^(react(?:-dom)?)(?=\/|$)/, replacement: `${react18}/$1` }],
        },
      },
    ],
  },
});
