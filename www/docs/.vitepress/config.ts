import { defineConfig } from "vitepress";
import { links, slugify } from "./links.ts";

const repository = "https://github.com/cardseal/cardseal";

const names = [
  "react",
  "vue",
  "svelte",
  "custom-element",
  "server",
  "errors",
  "direct",
  "testing",
  "testing/playwright",
];
const entries = names.map((name) => ({ text: `cardseal/${name}`, link: `/api/cardseal/${name}` }));

/** The site, built by `make docs`. It loads nothing from other hosts. */
export default defineConfig({
  title: "Cardseal",
  description: "Card fields that your page cannot look into, sealed for a vault of your own.",
  lang: "en",
  outDir: "dist",
  // As the forge does, so that one link to a heading holds on both.
  markdown: { config: links, anchor: { slugify } },
  srcExclude: ["dist/**"],
  head: [["link", { rel: "icon", href: "/icon.svg", type: "image/svg+xml" }]],
  themeConfig: {
    logo: "/icon.svg",
    search: { provider: "local" },
    outline: [2, 3],
    socialLinks: [{ icon: "github", link: repository }],
    nav: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Styling", link: "/styling" },
      { text: "Gallery", link: "/gallery" },
      { text: "API", link: "/api/cardseal" },
    ],
    sidebar: [
      { text: "Begin", items: [{ text: "Quick start", link: "/quick-start" }] },
      {
        text: "Guides",
        items: [
          { text: "Styling: live editor", link: "/styling" },
          { text: "Gallery", link: "/gallery" },
          { text: "Languages", link: "/languages" },
          { text: "Testing your checkout", link: "/testing-your-checkout" },
          { text: "CSP and strict hosts", link: "/hosts" },
        ],
      },
      {
        text: "Security",
        items: [
          { text: "Threat model", link: "/threat-model" },
          { text: "Architecture", link: "/architecture" },
          { text: "When a key leaks", link: "/incident-response" },
          { text: "Disputes", link: "/disputes" },
        ],
      },
      {
        text: "Reference",
        items: [
          { text: "API of the package", link: "/api/cardseal", collapsed: true, items: entries },
          { text: "Error codes", link: "/errors" },
          { text: "HTTP API of the vault", link: "/http-api" },
          { text: "Formats", link: "/protocol" },
          { text: "Benchmarks", link: "/benchmarks" },
        ],
      },
    ],
  },
});
