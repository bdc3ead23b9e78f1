import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test as base, expect } from "./styled.ts";
import { freePort } from "./vault.ts";

// Web fonts come from the origins that were named at mount, whole and at once, and change nothing where they do not come.

/** Some font; which letters are in it does not matter here. */
const bytes = (() => {
  const folder = join(dirname(createRequire(import.meta.url).resolve("playwright-core")), "lib/vite/traceViewer");
  const name = readdirSync(folder).find((name) => name.endsWith(".ttf")) as string;
  return readFileSync(join(folder, name));
})();

/** A server of fonts, on an origin of its own. */
class FontServer {
  readonly asked: string[] = [];
  readonly origin: string;
  readonly #server: Server;

  private constructor(port: number) {
    this.origin = `http://127.0.0.1:${port}`;
    this.#server = createServer(({ url = "" }, response) => {
      this.asked.push(url);
      const headers = { "access-control-allow-origin": "*", "content-type": "font/ttf" };
      if (url.startsWith("/missing")) response.writeHead(404, headers).end();
      else response.writeHead(200, headers).end(bytes);
    }).listen(port, "127.0.0.1");
  }

  static async start(): Promise<FontServer> {
    const server = new FontServer(await freePort());
    await once(server.#server, "listening");
    return server;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const test = base.extend<{ named: FontServer; other: FontServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
  named: async ({}, use) => {
    const server = await FontServer.start();
    await use(server);
    server.stop();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  other: async ({}, use) => {
    const server = await FontServer.start();
    await use(server);
    server.stop();
  },
});

test("no server learns from a font what is typed: all are loaded at once", async ({ styled, named }) => {
  const digits = ["4", "2", "1"];
  const fonts = digits.map((digit) => ({
    family: "Telltale",
    src: `${named.origin}/${digit}.ttf`,
    unicodeRange: `U+3${digit}`,
  }));
  await styled.open({ fonts, appearance: { variables: { fontFamily: "Telltale, monospace" } } });
  expect(await styled.refused()).toEqual([]);
  const families = () =>
    styled.frame.evaluate(() => [...document.fonts].map(({ family, status }) => `${family} ${status}`));
  await expect.poll(families).toEqual(digits.map(() => "Telltale loaded"));
  const all = digits.map((digit) => `/${digit}.ttf`).sort();
  expect([...named.asked].sort()).toEqual(all);
  await styled.frame.locator("#number").pressSequentially("4242 4242 4242 4242");
  await styled.frame.locator("#expiry").pressSequentially("1234");
  await styled.frame.evaluate(() => document.fonts.ready.then(() => undefined));
  expect([...named.asked].sort()).toEqual(all);
});

test("a font of an origin that was not named, or none at all, changes nothing", async ({ styled, named, other }) => {
  await styled.open({ fonts: [{ family: "Gone", src: `${named.origin}/missing.ttf` }] });
  await expect.poll(() => named.asked).toEqual(["/missing.ttf"]);
  const number = styled.frame.locator("#number");
  await number.pressSequentially("4242");
  const before = await number.boundingBox();
  await styled.update({
    fonts: [
      { family: "Gone", src: `${named.origin}/missing.ttf` },
      { family: "Elsewhere", src: `${other.origin}/font.ttf` },
      { family: "Late", src: `${named.origin}/late.ttf` },
    ],
    appearance: { variables: { fontFamily: "Gone, Elsewhere, sans-serif" } },
  });
  // The control: another of the named origin does come.
  await expect
    .poll(() => styled.frame.evaluate(() => [...document.fonts].map(({ family }) => family)))
    .toEqual(["Late"]);
  expect(other.asked).toEqual([]);
  expect(await styled.refused()).toEqual([]);
  expect(await number.inputValue()).toBe("4242");
  expect(await number.boundingBox()).toEqual(before);
});
