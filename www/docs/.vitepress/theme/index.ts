// Without its fonts: system fonts are what the demo shop uses, and they need not be loaded.
import type { EnhanceAppContext } from "vitepress";
import theme from "vitepress/theme-without-fonts";
import { StylingEditor } from "./editor.ts";
import { Exhibits } from "./exhibits.ts";
import "./editor.css";
import "./exhibits.css";
import "./style.css";

export default {
  extends: theme,
  enhanceApp({ app }: EnhanceAppContext) {
    app.component("Exhibits", Exhibits);
    app.component("StylingEditor", StylingEditor);
  },
};
