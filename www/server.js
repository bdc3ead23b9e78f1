/** The shop as a process: configuration from the environment (see server/config.js), pages on http://localhost:PORT. */
import { serve } from "@hono/node-server";
import { configFrom } from "./server/config.js";
import { createShop } from "./server/shop.js";

const { port, host, ...config } = configFrom(process.env);

/** @type {ReturnType<typeof createShop> | undefined} */
let shop;
const server = serve(
  {
    fetch: (request) => shop?.fetch(request) ?? new Response(null, { status: 503, headers: { "retry-after": "1" } }),
    port,
    hostname: host,
  },
  (address) => {
    // Known only now if PORT is 0; the shop signs its own origin into every order.
    const origin = config.origin ?? `http://localhost:${address.port}`;
    shop = createShop({ ...config, origin });
    console.info(`shop listening on ${origin}`);
  },
);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.close());
