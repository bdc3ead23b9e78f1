import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import {
  createOrderSigner,
  createVaultClient,
  generateOrderKey,
  type OrderSigner,
  type PayResult,
  type VaultClient,
} from "cardseal/server";
import { freePort, type Vault } from "./vault.ts";

const published = join(import.meta.dirname, "../../pkg");
const types: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** Scripts may be read by any page, as those of a CDN may: a sandboxed page of this same site is of another origin. */
const open = { "access-control-allow-origin": "*" };

/** What is served at `/` and `/main.js`, under which headers. */
interface Page {
  html: string;
  script: string;
  headers: Record<string, string>;
}

/** A merchant's site of one page, which loads the package as it is published, without a bundler. */
export class Host {
  readonly origin: string;
  readonly merchant: string;
  #signer: OrderSigner | undefined;
  #client: VaultClient | undefined;
  #server: Server | undefined;
  #page: Page = { html: "", script: "", headers: {} };
  #around = "";

  private constructor(origin: string, merchant: string) {
    this.merchant = merchant;
    this.origin = origin;
  }

  /** Starts the site and registers it with the vault. By the name `localhost` it is of another site than the vault. */
  static async start(
    vault: Vault,
    { registered = true, merchant = "mer_host", name = "127.0.0.1" } = {},
  ): Promise<Host> {
    const port = await freePort();
    const host = new Host(`http://${name}:${port}`, merchant);
    const { publicKey, privateKey } = await generateOrderKey();
    host.#signer = createOrderSigner({ merchant: host.merchant, privateKey });
    const known = registered ? host.origin : "https://elsewhere.example";
    const apiKey = await vault.addMerchant(host.merchant, known, publicKey);
    host.#client = createVaultClient({ vault: vault.origin, apiKey });
    host.#server = createServer(async ({ url = "/" }, response) => {
      const { html, script, headers } = host.#page;
      if (new URL(url, "http://host").pathname === "/")
        return response.writeHead(200, { "content-type": "text/html", ...headers }).end(html);
      if (url === "/around") return response.writeHead(200, { "content-type": "text/html" }).end(host.#around);
      if (url === "/main.js")
        return response.writeHead(200, { "content-type": "text/javascript", ...open }).end(script);
      const type = types[extname(url)];
      const body =
        type && /^\/(dist|wasm)\/[\w./-]+$/.test(url) ? await readFile(join(published, url)).catch(() => null) : null;
      return body
        ? response.writeHead(200, { "content-type": type, ...open }).end(body)
        : response.writeHead(404).end();
    }).listen(port, "127.0.0.1");
    await once(host.#server, "listening");
    return host;
  }

  /** Puts up the page; the script's imports are of `/dist/index.js` and its like. */
  serve(html: string, script: string, headers: Record<string, string> = {}): void {
    this.#page = {
      html: `<!doctype html><title>Host</title>${html}<script type="module" src="/main.js"></script>`,
      script,
      headers,
    };
  }

  /** Puts up a second page, at `/around`, which has the first in a frame with these attributes; returns its address. */
  surround(attributes: string): string {
    this.#around = `<!doctype html><title>Around</title><iframe src="/" width="600" height="400" ${attributes}></iframe>`;
    return `${this.origin}/around`;
  }

  /** A signed order for this page, of an amount in cents. */
  async order(id: string, amount = 4200): Promise<string> {
    if (!this.#signer) throw new Error("the host is not started");
    return this.#signer.sign({ id, amount, currency: "EUR", origins: [this.origin] });
  }

  /** Pays an order of this site's. */
  async pay(order: string, token: string): Promise<PayResult> {
    if (!this.#client) throw new Error("the host is not started");
    return this.#client.pay({ order, token });
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}
