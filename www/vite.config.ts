import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  build: {
    target: "es2022",
    // The polyfill is an inline script's worth of code for browsers that cannot run the frame's WebAssembly anyway.
    modulePreload: { polyfill: false },
    // The page's policy allows no data: URLs.
    assetsInlineLimit: 0,
  },
});
