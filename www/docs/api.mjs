// Makes the API reference, in api/: one page for each entry that pkg/package.json exports, from the types and their comments.
// Fails where a public item has no comment, where a comment links to nothing, and where a type is named that is not exported.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Application, Converter } from "typedoc";

const packageFolder = join(import.meta.dirname, "../../pkg");
const { name, exports } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));

/** Each entry's source, relative to the package's, and the name it is imported by. */
const entries = new Map(
  Object.entries(exports)
    .filter(([, target]) => target.types)
    .map(([path, { types }]) => [types.replace("./dist/", "src/").replace(".d.ts", ".ts"), path.replace(".", name)]),
);

const app = await Application.bootstrapWithPlugins({
  plugin: ["typedoc-plugin-markdown"],
  entryPoints: [...entries.keys()].map((source) => join(packageFolder, source)),
  tsconfig: join(packageFolder, "tsconfig.json"),
  out: join(import.meta.dirname, "api"),
  readme: "none",
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  outputFileStrategy: "modules",
  logLevel: "Warn",
});
// Pages are called as the entries are imported, not as their sources are.
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.children ?? []) {
    const sources = [`src/${module.name}.ts`, `src/${module.name}/index.ts`];
    module.name = entries.get(sources.find((source) => entries.has(source)));
  }
});
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
if (app.logger.hasErrors()) process.exit(1);
await app.generateOutputs(project);
if (app.logger.hasErrors()) process.exit(1);
