import { type DefaultTreeAdapterMap, html, parse } from "parse5";

type Node = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

/** How a script is run, which says how its imports are found. */
export type Language = "classic" | "module";

/** A script as a page's markup has it. */
export type Mention =
  | { kind: "external" | "preload"; address: string; language: Language; integrity?: string }
  | { kind: "inline"; source: string; language: Language }
  | { kind: "importmap"; source: string }
  | { kind: "handler" | "javascript-url"; source: string; place: string };

/** What a page's markup says of scripts and policies. */
export interface Markup {
  /** What addresses in it are relative to. */
  base: URL;
  mentions: Mention[];
  /** The policies of its `meta` elements. */
  policies: string[];
}

/** JavaScript MIME types (WHATWG MIME Sniffing, section 4.6); anything else that is named is data. */
const javascript =
  /^(text\/(javascript(1\.[0-5])?|ecmascript|jscript|livescript|x-ecmascript|x-javascript)|application\/(x-)?(java|ecma)script)$/;
/** Attributes that hold an address which a browser may go to. */
const addresses = new Set(["href", "src", "action", "formaction", "data"]);

/** Reads a page as a browser that runs scripts does; documents in `srcdoc` are read with it, since they are of its origin. */
export function readMarkup(text: string, url: URL): Markup {
  const markup: Markup = { base: url, mentions: [], policies: [] };
  const root = parse(text, { scriptingEnabled: true });
  const bases = Array.from(elements(root)).filter(
    (element) => element.tagName === "base" && attribute(element, "href") !== undefined,
  );
  const base = bases[0] && attribute(bases[0], "href");
  if (base !== undefined && URL.canParse(base, url.href)) markup.base = new URL(base, url);
  for (const element of elements(root)) read(element, markup);
  return markup;
}

/** All elements in the order of the document, those in templates too: a script can bring them to life. */
function* elements(node: Node): Generator<Element> {
  if ("tagName" in node) yield node;
  for (const child of "childNodes" in node ? node.childNodes : []) yield* elements(child);
  if ("content" in node) yield* elements(node.content);
}

function read(element: Element, markup: Markup): void {
  const { tagName } = element;
  if (tagName === "script") markup.mentions.push(...scriptOf(element));
  if (tagName === "link") markup.mentions.push(...preloadOf(element));
  if (tagName === "meta" && attribute(element, "http-equiv")?.toLowerCase() === "content-security-policy") {
    markup.policies.push(attribute(element, "content") ?? "");
  }
  for (const { name, value } of element.attrs) {
    const place = `${tagName} ${name}`;
    if (/^on[a-z]+$/.test(name)) markup.mentions.push({ kind: "handler", source: value, place });
    const source = addresses.has(name) ? scriptOfUrl(value) : undefined;
    if (source !== undefined) markup.mentions.push({ kind: "javascript-url", source, place });
    if (tagName === "iframe" && name === "srcdoc") {
      const inner = readMarkup(value, markup.base);
      const absolute = inner.mentions.map((mention) =>
        "address" in mention && URL.canParse(mention.address, inner.base.href)
          ? { ...mention, address: new URL(mention.address, inner.base).href }
          : mention,
      );
      markup.mentions.push(...absolute);
    }
  }
}

function scriptOf(element: Element): Mention[] {
  const language = languageOf(element);
  if (!language) return [];
  const svg = element.namespaceURI === html.NS.SVG;
  const address = svg ? attribute(element, "href") : attribute(element, "src");
  const source = element.childNodes.map((child) => ("value" in child ? child.value : "")).join("");
  if (language === "importmap") return [{ kind: "importmap", source }];
  // With an empty address nothing is run, the element's text neither.
  if (address !== undefined && address.trim() === "") return [];
  if (address !== undefined) return [{ kind: "external", address, language, ...integrityOf(element) }];
  return source.trim() ? [{ kind: "inline", source, language }] : [];
}

/** How a script element is run; `undefined` where it is data. */
function languageOf(element: Element): Language | "importmap" | undefined {
  const type = attribute(element, "type");
  const language = attribute(element, "language");
  const named = type ?? (language ? `text/${language}` : "");
  const essence = (named === "" ? "text/javascript" : named).split(";")[0]?.trim().toLowerCase() ?? "";
  if (essence === "module" || essence === "importmap") return essence;
  return javascript.test(essence) ? "classic" : undefined;
}

function preloadOf(element: Element): Mention[] {
  const relations = (attribute(element, "rel") ?? "").toLowerCase().split(/\s+/);
  const address = attribute(element, "href");
  const module = relations.includes("modulepreload");
  const script = relations.includes("preload") && attribute(element, "as")?.toLowerCase() === "script";
  if (!address || !(module || script)) return [];
  return [{ kind: "preload", address, language: module ? "module" : "classic", ...integrityOf(element) }];
}

function integrityOf(element: Element): { integrity?: string } {
  const integrity = attribute(element, "integrity")?.trim();
  return integrity ? { integrity } : {};
}

/** The script of a `javascript:` address: browsers skip controls and spaces before it, tabs and line ends in it. */
function scriptOfUrl(value: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what the URL Standard says.
  const plain = value.replace(/^[\u0000-\u0020]+/, "").replaceAll(/[\t\n\r]/g, "");
  return /^javascript:/i.test(plain) ? plain.slice("javascript:".length) : undefined;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((candidate) => candidate.name === name)?.value;
}
