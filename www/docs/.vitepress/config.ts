import { defineConfig } from "vitepress";
import { specimenFrame } from "../specimen/serving.ts";
import { checkLists, code } from "./code.ts";
import { links, slugify } from "./links.ts";
import { others } from "./others.ts";

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
const entries = ["", ...names.map((name) => `/${name}`)].map((path) => ({
  text: `cardseal${path}`,
  link: `/api/cardseal${path}`,
}));

/** The site, built by `make docs`. It loads nothing from other hosts. */
export default defineConfig({
  title: "Cardseal",
  description: "Card fields that your page cannot look into, sealed for a vault of your own.",
  lang: "en",
  outDir: "dist",
  // As the forge does, so that one link to a heading holds on both.
  markdown: {
    config: (md) => {
      links(md);
      code(md);
      checkLists(md);
    },
    anchor: { slugify },
    // Loaded before the first block: the first of a language that is loaded when it is needed is coloured wrongly.
    languages: ["ts", "tsx", "js", "vue", "svelte", "html", "sh", "json", "nginx", "ini"],
  },
  srcExclude: ["dist/**", "api/README.md"],
  ignoreDeadLinks: "localhostLinks",
  vite: { plugins: [specimenFrame()] },
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
      {
        text: "Begin",
        items: [
          { text: "Quick start", link: "/quick-start" },
          { text: "React", link: "/react" },
          { text: "Vue", link: "/vue" },
          { text: "Svelte", link: "/svelte" },
          { text: "A plain form", link: "/custom-element" },
          { text: "The server", link: "/server" },
        ],
      },
      {
        text: "Guides",
        items: [
          { text: "Styling: live editor", link: "/styling" },
          { text: "Gallery", link: "/gallery" },
          { text: "Languages", link: "/languages" },
          { text: "Progress and errors", link: "/errors-and-progress" },
          { text: "Saved cards", link: "/saved-cards" },
          { text: "Testing your checkout", link: "/testing-your-checkout" },
          { text: "CSP and strict hosts", link: "/hosts" },
          { text: "Running a vault", link: "/vault" },
          { text: "Going live", link: "/going-live" },
        ],
      },
      {
        text: "Moving over",
        items: [
          { text: "From Stripe Elements", link: "/moving/stripe" },
          { text: "From Adyen Web", link: "/moving/adyen" },
          { text: "From Braintree", link: "/moving/braintree" },
        ],
      },
      {
        text: "Security",
        items: [
          { text: "Who may see what", link: "/security" },
          { text: "Threat model", link: "/threat-model" },
          { text: "Architecture", link: "/architecture" },
          { text: "When a key leaks", link: "/incident-response" },
          { text: "Disputes", link: "/disputes" },
        ],
      },
      {
        text: "Reference",
        items: [
          { text: "Error codes", link: "/errors" },
          { text: "HTTP API of the vault", link: "/http-api" },
          { text: "Formats", link: "/protocol" },
          { text: "Benchmarks", link: "/benchmarks" },
          ...others.map(({ page, title }) => ({ text: title, link: `/${page}` })),
        ],
      },
      { text: "API", items: entries },
    ],
  },
});
