import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const folder = new URL("../../../pkg/dist/frame/", import.meta.url).pathname;

/**
 * What the frame's document does before anything else: it asks the page for what it would ask a vault. Only where it lies
 * beside a site like this one, in the site's own origin; a vault serves it without.
 */
const inside = `
  localStorage.removeItem("cardseal-directory:" + location.origin);
  const load = window.fetch;
  window.fetch = async (input, init) => {
    const { pathname } = new URL(input, location.href);
    if (pathname.startsWith("/frame/")) return load(input, init);
    const { status, body } = await parent.answerSpecimen(pathname);
    return new Response(body, { status });
  };
  // The merchant's keys are not there to be loaded ahead, either.
  document.head.append = () => {};
`;

/** Puts the card fields' own document, as the package builds it, into the site at `/frame/`. */
export function specimenFrame(): Plugin {
  let isForServer = false;
  return {
    name: "specimen-frame",
    configResolved(config) {
      isForServer = Boolean(config.build.ssr);
    },
    configureServer(server) {
      server.middlewares.use("/frame/", (request, response) => {
        const path = new URL(request.url ?? "/", "http://site").pathname.slice(1) || "index.html";
        const found = files().find((file) => file === path);
        if (!found) return response.writeHead(404).end();
        const type = types[found.split(".").at(-1) ?? ""] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type }).end(read(found));
      });
    },
    // Not as assets of the bundle: VitePress takes the first style sheet among those for the site's own.
    writeBundle({ dir }) {
      if (isForServer || !dir) return;
      for (const file of files()) {
        const path = join(dir, "frame", file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, read(file));
      }
    },
  };
}

const types: Record<string, string> = {
  css: "text/css",
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  wasm: "application/wasm",
};

/** Everything that the package built, but for what it compressed. */
function files(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length));
}

function read(file: string): Uint8Array | string {
  const bytes = readFileSync(join(folder, file));
  if (file !== "index.html") return bytes;
  const page = String(bytes);
  const before = "<head>";
  if (!page.includes(before)) throw new Error("the frame's page has no head to put a script into");
  // The vault's keys are not there to be loaded ahead.
  return page.replace(before, `${before}<script>${inside}</script>`).replace(/<link[^>]*\.well-known[^>]*>/, "");
}
