// Makes the API reference, in api/: one page for each entry that pkg/package.json exports, from the types and their comments.
// Fails where a public item has no comment, where a comment links to nothing, and where a type is named that is not exported.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Application, Converter, LiteralType, ReferenceType, ReflectionKind, UnionType } from "typedoc";
import { MarkdownPageEvent } from "typedoc-plugin-markdown";

const packageFolder = join(import.meta.dirname, "../../pkg");
const { name, exports } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));

/** Each entry's source, relative to the package's, and the name it is imported by. */
const entries = new Map(
  Object.entries(exports)
    .filter(([, target]) => target.types)
    .map(([path, { types }]) => [types.replace("./dist/", "src/").replace(".d.ts", ".ts"), path.replace(".", name)]),
);

const { sections } = JSON.parse(readFileSync(join(packageFolder, "../docs/errors.json"), "utf8"));
/** The codes of each type that names some, the longer list first. */
const codesOf = {
  ErrorCode: sections.flatMap(({ codes }) => codes.map(({ code }) => code)),
  ProblemCode: sections[0].codes.map(({ code }) => code),
};

const app = await Application.bootstrapWithPlugins({
  plugin: ["typedoc-plugin-markdown"],
  entryPoints: [...entries.keys()].map((source) => join(packageFolder, source)),
  tsconfig: join(packageFolder, "tsconfig.json"),
  out: join(import.meta.dirname, "api"),
  readme: "none",
  // scripts/lint.sh checks the types.
  skipErrorChecking: true,
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  outputFileStrategy: "modules",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeDeclarationFormat: "table",
  typeAliasPropertiesFormat: "table",
  classPropertiesFormat: "table",
  tableColumnSettings: {
    hideDefaults: true,
    hideInherited: true,
    hideModifiers: true,
    hideOverrides: true,
    hideSources: true,
  },
  excludeExternals: true,
  validation: { notExported: true, invalidLink: true, notDocumented: false },
  intentionallyNotExported: ["FrameOf"],
  logLevel: "Warn",
});
// Pages are called as the entries are imported, not as their sources are.
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.children ?? []) {
    const sources = [`src/${module.name}.ts`, `src/${module.name}/index.ts`];
    module.name = entries.get(sources.find((source) => entries.has(source)));
  }
});
// TypeDoc spells out a type that is made of a list's members, wherever it is named. Here it is named again, and spelt out once.
app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
  const aliases = project.getReflectionsByKind(ReflectionKind.TypeAlias);
  for (const [name, codes] of Object.entries(codesOf)) {
    const alias = aliases.find((alias) => alias.name === name);
    const reference = ReferenceType.createResolvedReference(alias.name, alias, project);
    for (const reflection of Object.values(project.reflections)) {
      const { type } = reflection;
      if (type?.type !== "union") continue;
      const rest = type.types.filter(({ value }) => !codes.includes(value));
      if (type.types.length - rest.length !== codes.length) continue;
      reflection.type = rest.length ? new UnionType([reference, ...rest]) : reference;
    }
    alias.type = new UnionType(codes.map((code) => new LiteralType(code)));
  }
});
// Where a comment names a page of docs/, the site has it.
app.renderer.on(MarkdownPageEvent.END, (page) => {
  page.contents = page.contents?.replaceAll(/(?<![\w/])docs\/([\w-]+)\.md/g, "[docs/$1.md](/$1)");
});
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
for (const name of undocumented(project)) app.logger.warn(`${name} has no comment`);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);

/**
 * The public items without a comment: what an entry exports, and the members of classes and interfaces. Members of a type that
 * has no name of its own, such as `ok` of a result, are said with the type.
 */
function* undocumented(container) {
  // What is called like another library's type has that library's comments.
  for (const item of container.name.endsWith("Like") ? [] : (container.children ?? [])) {
    if (item.inheritedFrom || item.overwrites) continue;
    const signatures =
      item.getSignature || item.setSignature ? [item.getSignature ?? item.setSignature] : item.signatures;
    const said = signatures ? signatures.every((signature) => signature.hasComment()) : item.hasComment();
    if (!said && !item.kindOf([ReflectionKind.Module, ReflectionKind.Reference, ReflectionKind.Constructor]))
      yield item.getFullName();
    if (item.kindOf([ReflectionKind.Module, ReflectionKind.Class, ReflectionKind.Interface])) yield* undocumented(item);
  }
}
