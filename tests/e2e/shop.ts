import { type ServerType, serve } from "@hono/node-server";
import {
  createOrderSigner,
  createVaultClient,
  generateOrderKey,
  type OrderSigner,
  type VaultClient,
} from "cardseal/server";
import { createShop } from "../../www/server/shop.js";
import { freePort, type Vault } from "./vault.ts";

/** What a test may do to the shop's pages: what an attacker who got into the shop could. */
export interface Tampering {
  /** Changes index.html on its way to the browser. */
  index?: (html: string) => string;
  /** More files, by path. */
  files?: Record<string, { type: string; body: string }>;
}

/** A request as the shop's server received it, to the last byte, but for the length that its headers tell. */
export interface Received {
  path: string;
  headers: string;
  body: string;
}

/** The demo shop in this process, on an origin of its own, with a record of all it received. */
export class Shop {
  readonly origin: string;
  readonly received: Received[];
  /** The shop's own access to the vault. */
  readonly client: VaultClient;
  /** Signs orders in the shop's name. */
  readonly signer: OrderSigner;
  readonly #server: ServerType;

  private constructor(shop: Pick<Shop, "origin" | "received" | "client" | "signer">, server: ServerType) {
    this.origin = shop.origin;
    this.received = shop.received;
    this.client = shop.client;
    this.signer = shop.signer;
    this.#server = server;
  }

  /** Starts a shop; `registered: false` leaves its origin out of what the vault knows. */
  static async start(vault: Vault, { registered = true, tampering = {} as Tampering } = {}): Promise<Shop> {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const { publicKey, privateKey } = await generateOrderKey();
    const known = registered ? origin : "http://localhost:9";
    const apiKey = await vault.addMerchant("mer_demo", known, publicKey);
    const roots = [vault.root];
    const config = { vault: vault.origin, merchant: "mer_demo", roots, apiKey, orderKey: privateKey, origin };
    const app = createShop(config);

    const received: Received[] = [];
    const server = serve({
      port,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        const path = new URL(request.url).pathname;
        const file = tampering.files?.[path];
        if (file) return new Response(file.body, { headers: { "content-type": file.type } });
        const told = [...request.headers].filter(([name]) => name !== "content-length");
        received.push({ path, headers: JSON.stringify(told), body: await request.clone().text() });
        const response = await app.fetch(request);
        if (path !== "/" || !tampering.index) return response;
        const { headers } = response;
        headers.delete("content-length");
        return new Response(tampering.index(await response.text()), { headers });
      },
    });
    const client = createVaultClient({ vault: vault.origin, apiKey });
    const signer = createOrderSigner({ merchant: "mer_demo", privateKey });
    return new Shop({ origin, received, client, signer }, server);
  }

  async stop(): Promise<void> {
    if ("closeAllConnections" in this.#server) this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
