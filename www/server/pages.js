import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";

const root = fileURLToPath(new URL("../dist", import.meta.url));

/**
 * The built page (`vite build` made it), with the strictest headers it works under.
 *
 * @param {string} vault The vault's origin: the only thing of Cardseal's that the page's policy has to allow.
 */
export function pages(vault) {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        // The card form's frame. No 'wasm-unsafe-eval': WebAssembly runs in the frame, under the vault's policy.
        frameSrc: [vault],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
      xFrameOptions: "DENY",
      referrerPolicy: "no-referrer",
      // HTTPS is the business of the proxy in front; on localhost there is none.
      strictTransportSecurity: false,
    }),
  );
  // Named by their content, so they never change.
  app.use("/assets/*", async (c, next) => {
    await next();
    if (c.res.ok) c.header("cache-control", "public, max-age=31536000, immutable");
  });
  app.use(serveStatic({ root, onFound: (_path, c) => c.header("cache-control", "no-cache") }));
  return app;
}
