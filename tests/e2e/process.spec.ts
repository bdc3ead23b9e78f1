import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { generateOrderKey } from "cardseal/server";
import { expect, test } from "./fixtures.ts";

const program = join(import.meta.dirname, "../../www/server.js");

test("the shop runs as a process, tells no secrets and ends when asked to", async ({ request }, testInfo) => {
  const { privateKey } = await generateOrderKey();
  const keyFile = testInfo.outputPath("order.jwk.json");
  await writeFile(keyFile, JSON.stringify(privateKey));
  const settings = { CARDSEAL_ROOTS: "A".repeat(43), CARDSEAL_API_KEY: "sk_secret", CARDSEAL_ORDER_KEY_FILE: keyFile };
  const env = { PATH: process.env.PATH, PORT: "0", ...settings };
  const shop = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  shop.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const lines = createInterface(shop.stdout);
  const [line] = await once(lines, "line");
  output += line;
  const origin = /^shop listening on (http:\/\/localhost:\d+)$/.exec(line)?.[1];
  expect(origin).toBeTruthy();

  const { order } = await (await request.post(`${origin}/api/order`, { data: {} })).json();
  const claims = JSON.parse(Buffer.from(order.split(".")[1], "base64url").toString());
  expect(claims).toMatchObject({ iss: "mer_demo", amount: 5940, currency: "EUR", origins: [origin] });

  shop.kill("SIGTERM");
  const [code] = await once(shop, "exit");
  expect(code).toBe(0);
  expect(output).not.toContain("sk_secret");
  expect(output).not.toContain(privateKey.d);
});

test("a shop without its settings says which one is missing", async () => {
  const keyFile = test.info().outputPath("broken.jwk.json");
  await writeFile(keyFile, '{"d":"top-secret"');
  const roots = "A".repeat(43);
  for (const [env, says] of [
    [{}, "CARDSEAL_ROOTS is not set"],
    [{ CARDSEAL_ROOTS: roots }, "CARDSEAL_API_KEY is not set"],
    [
      { CARDSEAL_ROOTS: roots, CARDSEAL_API_KEY: "sk_secret", CARDSEAL_ORDER_KEY_FILE: keyFile },
      "is not a readable JWK file",
    ],
  ] as const) {
    const shop = spawn(process.execPath, [program], { env: { PATH: process.env.PATH, PORT: "0", ...env } });
    let output = "";
    shop.stderr.on("data", (chunk) => {
      output += chunk;
    });
    const [code] = await once(shop, "exit");
    expect(code).toBe(1);
    expect(output).toContain(says);
    expect(output).not.toMatch(/top-secret|sk_secret/);
  }
});
