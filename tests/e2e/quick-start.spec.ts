import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { test } from "@playwright/test";
import { fillCard, testCards } from "cardseal/testing/playwright";
import { expect } from "./fixtures.ts";
import { freePort, vaultBinary } from "./vault.ts";

// The quick start of the documentation, as a reader follows it: its files, its commands, a card, a payment.

const page = new URL("../../www/docs/quick-start.md", import.meta.url);

test("the quick start pays, and tells of a declined card, as it stands on the page", async ({ page: browser }) => {
  const shop = await Shop.open();
  try {
    await browser.goto(shop.origin);
    const pay = browser.getByRole("button", { name: "Pay" });
    await fillCard(browser, testCards.insufficientFunds);
    await pay.click();
    await expect(browser.getByRole("status")).toContainText(/declined|funds|another card/i);
    await fillCard(browser, testCards.visa);
    await pay.click();
    await expect(browser.getByRole("status")).toHaveText("Paid with visa ending in 4242.");
  } finally {
    await shop.close();
  }
});

/** The folder that the quick start makes, with what it leaves running. */
class Shop {
  readonly origin: string;
  readonly #folder: string;
  readonly #running: ChildProcess[] = [];
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(origin: string, folder: string, environment: NodeJS.ProcessEnv) {
    this.origin = origin;
    this.#folder = folder;
    this.#environment = environment;
  }

  static async open(): Promise<Shop> {
    const [vaultPort, shopPort] = [await freePort(), await freePort()];
    const text = (await readFile(page, "utf8"))
      .replaceAll(/(?<=localhost:|127\.0\.0\.1:)8787/g, `${vaultPort}`)
      .replaceAll(/(?<=localhost:|port: )3000/g, `${shopPort}`);
    const files = Array.from(text.matchAll(/^```\w+ \[(\S+)\]\n([\s\S]*?)^```$/gm));
    const [, keys = "", vault = "", server = "", ...more] = Array.from(
      text.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
      ([, code = ""]) => code,
    );
    expect(files.map(([, name]) => name)).toEqual(["order-key.mjs", "server.mjs", "index.html", "checkout.js"]);
    expect(more).toEqual([]);

    // Inside the repository, where what `npm install` would bring is found.
    const folder = await mkdtemp(join(import.meta.dirname, ".quick-start-"));
    await Promise.all(files.map(([, name = "", code = ""]) => writeFile(join(folder, name), code)));
    await mkdir(join(folder, "node_modules/.bin"), { recursive: true });
    await symlink(join(import.meta.dirname, "../../pkg"), join(folder, "node_modules/cardseal"));
    await symlink(vaultBinary(), join(folder, "node_modules/.bin/cardseal-vault"));
    const PATH = `${join(folder, "node_modules/.bin")}:${process.env.PATH}`;
    const opened = new Shop(`http://localhost:${shopPort}`, folder, { ...process.env, PATH });
    try {
      await promisify(execFile)("bash", ["-euo", "pipefail", "-c", keys], {
        cwd: folder,
        env: { ...process.env, PATH },
      });
      await opened.#run(vault);
      await opened.#run(server);
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  async close(): Promise<void> {
    for (const child of this.#running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill();
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Starts a command that stays; resolves when it says where it listens. */
  async #run(command: string): Promise<void> {
    const options = { cwd: this.#folder, env: this.#environment };
    const child = spawn("bash", ["-c", `exec ${command}`], { ...options, stdio: ["ignore", "pipe", "pipe"] });
    this.#running.push(child);
    let said = "";
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          said += chunk;
          if (said.includes("http://")) resolve();
        });
      }
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`${command}ended with ${code}\n${said}`)));
    });
  }
}
