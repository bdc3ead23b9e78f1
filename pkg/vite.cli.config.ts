import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineConfig, type Plugin } from "vite";

/** Builds the program `cardseal` into dist/cli.js: one file with all it needs, so that installing the package installs nothing else. */
export default defineConfig({
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "node20.19",
    minify: false,
    ssr: "src/cli/main.ts",
    rolldownOptions: { output: { entryFileNames: "cli.js", banner: "#!/usr/bin/env node" } },
  },
  ssr: { noExternal: true },
  plugins: [licences()],
});

/** Writes the licences of the packages that are in the program, as each of them asks for. */
function licences(): Plugin {
  return {
    name: "licences",
    apply: "build",
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
      const folders = new Set(modules.filter((id) => id.includes("/node_modules/")).map(packageOf));
      const texts = Array.from(folders, (folder) => {
        const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"]
          .map((candidate) => join(folder, candidate))
          .find(existsSync);
        if (!file) throw new Error(`${name} has no licence file`);
        return `${name} ${version}, ${license}\n\n${readFileSync(file, "utf8").trim()}\n`;
      });
      const source = `In cli.js are:\n\n${texts.sort().join("\n---\n\n")}`;
      this.emitFile({ type: "asset", fileName: "cli.licenses.txt", source });
    },
  };
}

/** The folder of the package that a module is of: the nearest with a manifest that has a name. */
function packageOf(id: string): string {
  for (let folder = dirname(id); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && "version" in JSON.parse(readFileSync(manifest, "utf8"))) return folder;
  }
}
