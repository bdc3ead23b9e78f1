import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const folder = join(import.meta.dirname, "../../www/docs/dist");
const types: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** The documentation site as it was built, from a server that does nothing but read files. */
export class Site {
  readonly origin: string;
  readonly #close: () => void;

  private constructor(origin: string, close: () => void) {
    this.origin = origin;
    this.#close = close;
  }

  static async start(): Promise<Site> {
    const server = createServer(async ({ url = "/" }, response) => {
      const path = normalize(decodeURIComponent(new URL(url, "http://site").pathname)).replace(/\/$/, "/index.html");
      const body = await readFile(join(folder, path)).catch(() => null);
      if (body)
        response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(body);
      else response.writeHead(404).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (typeof address !== "object" || !address) throw new Error("no port");
    return new Site(`http://127.0.0.1:${address.port}`, () => {
      server.closeAllConnections();
      server.close();
    });
  }

  stop(): void {
    this.#close();
  }
}
