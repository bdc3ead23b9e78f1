import type { Page } from "@playwright/test";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";

// The frame takes its page's port once, from the page around it and from nobody else, however often it is tried.

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

/** Messages of each kind. */
const EACH = 2_000;

/** What came back for messages sent: how many answers there were, and the codes of refusals among them. */
interface Outcome {
  sent: number;
  answers: number;
  codes: string[];
}

/**
 * Runs in a page: posts messages to a window, each with a port of its own, and counts what comes back over those ports.
 * `kind` is what is wrong with them; they are right in every other way.
 */
async function post(
  count: number,
  { vault, root, kind }: { vault: string; root: string; kind: "right" | "malformed" | "newer" },
  target: Window,
): Promise<Outcome> {
  const right = { cardseal: 1, type: "connect", version: "0.1.0", roots: [root], options: {} };
  const spoil = (index: number): unknown => {
    const values = [undefined, null, 0, "", [], {}, { extra: 1 }, -1, "x".repeat(99), true];
    const name = Object.keys(right)[index % 5] as string;
    const value = values[Math.floor(index / 5) % values.length];
    if (index % 3 === 0) return { ...right, [`extra${index}`]: value };
    // A version that is a number is another version, which is answered; an option that is left out is no mistake.
    if (name === "cardseal") return { ...right, type: index % 2 ? "hello" : ["connect"] };
    return { ...right, [name]: name === "options" || name === "roots" ? { [`extra${index}`]: value } : value };
  };
  let answers = 0;
  const codes: string[] = [];
  for (let index = 0; index < count; index++) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      answers += 1;
      if (data.code) codes.push(data.code);
    };
    const message = kind === "right" ? right : kind === "newer" ? { ...right, cardseal: 2 } : spoil(index);
    target.postMessage(message, vault, [port2]);
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { sent: count, answers, codes };
}

/** A page with the bare frame in it, and two frames beside it: one of the page's own origin, one of none. */
async function open(page: Page, host: Host, vault: string): Promise<void> {
  host.serve(`<iframe id="card" src="${vault}/frame/?merchant=${host.merchant}"></iframe>`, "");
  await page.goto(host.origin);
  await page.evaluate(async () => {
    for (const sandbox of [null, "allow-scripts"]) {
      const frame = document.createElement("iframe");
      if (sandbox) frame.setAttribute("sandbox", sandbox);
      frame.srcdoc = "<!doctype html><title>Neighbour</title>";
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    }
  });
}

test("10,000 handshakes of others, or of no right form, are not answered, and the page's own is, once", async ({
  vault,
  host,
  page,
}) => {
  await open(page, host, vault.origin);
  const settings = { vault: vault.origin, root: vault.root };
  const source = post.toString();
  const silence = { sent: EACH, answers: 0, codes: [] };

  // Right messages of a neighbour: of the page's own origin, then of the origin "null".
  const [, , neighbour, sandboxed] = page.frames();
  for (const frame of [neighbour, sandboxed]) {
    const outcome = await frame?.evaluate(
      ([source, count, settings]) => {
        const target = window.parent.frames[0] as Window;
        return new Function(`return ${source}`)()(count, { ...settings, kind: "right" }, target);
      },
      [source, EACH, settings] as const,
    );
    expect(outcome).toEqual(silence);
  }

  // Right messages of a window that opened the frame, which is then its own parent.
  const fromOpener = await page.evaluate(
    async ([source, count, settings, address]) => {
      const opened = window.open(address) as Window;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const outcome = await new Function(`return ${source}`)()(count, { ...settings, kind: "right" }, opened);
      opened.close();
      return outcome;
    },
    [source, EACH, settings, `${vault.origin}/frame/?merchant=${host.merchant}`] as const,
  );
  expect(fromOpener).toEqual(silence);

  const fromPage = (count: number, kind: "right" | "malformed" | "newer"): Promise<Outcome> =>
    page.evaluate(
      ([source, count, settings]) => new Function(`return ${source}`)()(count, settings, window.frames[0]),
      [source, count, { ...settings, kind }] as const,
    );
  expect(await fromPage(EACH, "malformed")).toEqual(silence);

  // The control: the same message of the page itself is answered, so that silence means something.
  expect((await fromPage(1, "right")).answers).toBeGreaterThan(0);
  expect(await fromPage(EACH, "right"), "from then on it hears nothing but its port").toEqual(silence);
});

test("a page of another version of the messages is told, and then nobody else", async ({ vault, host, page }) => {
  await open(page, host, vault.origin);
  const settings = { vault: vault.origin, root: vault.root };
  const send = (kind: "right" | "newer"): Promise<Outcome> =>
    page.evaluate(([source, settings]) => new Function(`return ${source}`)()(1, settings, window.frames[0]), [
      post.toString(),
      { ...settings, kind },
    ] as const);
  expect(await send("newer")).toEqual({ sent: 1, answers: 1, codes: ["version_unsupported"] });
  expect(await send("right")).toEqual({ sent: 1, answers: 0, codes: [] });
});
