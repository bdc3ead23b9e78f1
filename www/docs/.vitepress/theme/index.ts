// Without its fonts: system fonts are what the demo shop uses, and they need not be loaded.
import theme from "vitepress/theme-without-fonts";
import "./style.css";

export default theme;
