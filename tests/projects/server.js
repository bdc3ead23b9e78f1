/** The server of the projects that no framework serves: the built page under a strict policy, an order, and the payment. */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { json } from "node:stream/consumers";
import { checkout, pay } from "./checkout.js";

const types = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml" };
const here = new URL(".", import.meta.url);

// What `npx cardseal csp` prints is all that a page is sent.
const program = new URL("node_modules/.bin/cardseal", here).pathname;
const args = ["csp", "--vault", process.env.CARDSEAL_VAULT ?? "", "--format", "json"];
const headers = JSON.parse(execFileSync(program, args, { encoding: "utf8" })).page;

// An import map can only be inline, so its hash is added where a project has one.
const inline = await readFile(new URL("inline.txt", here), "utf8").catch(() => "");
const policy = "content-security-policy";
headers[policy] = headers[policy].replace("script-src 'self'", `script-src 'self' ${inline}`);

createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? "/", here);
  try {
    if (pathname === "/api/checkout") answer(await checkout());
    else if (pathname === "/api/pay" && request.method === "POST") answer(await pay(await json(request)));
    else {
      const file = pathname === "/" ? "/index.html" : pathname;
      const folder = file.startsWith("/node_modules/cardseal/dist/") ? "." : "./dist";
      const body = await readFile(new URL(`${folder}${file}`, here));
      response.writeHead(200, { ...headers, "content-type": types[extname(file)] }).end(body);
    }
  } catch (error) {
    console.error(error);
    response.writeHead(404).end();
  }

  function answer(body) {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  }
}).listen(process.env.PORT);
