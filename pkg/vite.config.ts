import { defineConfig } from "vitest/config";

// The package's three entries as ES modules. tsc writes their declarations.
export default defineConfig({
  build: {
    outDir: "dist",
    target: "es2022",
    minify: false,
    lib: {
      entry: { index: "src/index.ts", server: "src/server/index.ts" },
      formats: ["es"],
    },
    rolldownOptions: {
      output: { chunkFileNames: "shared/[name].js" },
    },
  },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
