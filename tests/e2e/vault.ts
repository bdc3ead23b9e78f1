import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");

/** How many tokens were made for an order, and how many payments of it were approved. */
export interface Entry {
  tokens: number;
  approved: number;
}

/** A vault process with a data folder of its own, which can be stopped, killed and started again on the same port. */
export class Vault {
  /** Where browsers see it. */
  readonly origin: string;
  /** Where it listens. */
  readonly address: string;
  readonly #port: number;
  readonly #data: string;
  #root = "";
  #process: ChildProcess | undefined;
  #log = "";

  private constructor(port: number, data: string, origin: string | undefined) {
    this.#port = port;
    this.#data = data;
    this.address = `http://127.0.0.1:${port}`;
    this.origin = origin ?? this.address;
  }

  /** Starts a vault; `origin` is where browsers see it, if something stands in between. */
  static async start({ origin }: { origin?: string } = {}): Promise<Vault> {
    const vault = new Vault(await freePort(), await mkdtemp(join(tmpdir(), "cardseal-e2e-")), origin);
    await vault.#delegate();
    await vault.serve();
    return vault;
  }

  /** The thumbprint of the root key, which pages pin. */
  get root(): string {
    return this.#root;
  }

  /** Everything the vault has written to its standard output and error. */
  get log(): string {
    return this.#log;
  }

  /** Starts the process; resolves when it listens. */
  async serve(): Promise<void> {
    const listen = `127.0.0.1:${this.#port}`;
    const frame = join(root, "pkg/dist/frame");
    const args = [
      "serve",
      "--data",
      join(this.#data, "data"),
      "--listen",
      listen,
      "--origin",
      this.origin,
      "--frame",
      frame,
      "--acquirer-timeout",
      "1",
    ];
    const child = spawn(vaultBinary(), args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, CARDSEAL_LOG: "debug" },
    });
    this.#process = child;
    child.stderr.on("data", (chunk) => {
      this.#log += chunk;
    });
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the vault ended with ${code}\n${this.#log}`)));
      createInterface(child.stdout).on("line", (line) => {
        this.#log += `${line}\n`;
        if (line.startsWith("cardseal-vault listening on")) resolve();
      });
    });
  }

  /** Makes a root key and lets it delegate to the vault. */
  async #delegate(): Promise<void> {
    const key = join(this.#data, "root.jwk.json");
    this.#root = (await run("root", "init", "--out", key)).trim();
    await run("root", "delegate", "--root", key, "--origin", this.origin, "--data", join(this.#data, "data"));
  }

  /** Registers a merchant and returns its API key. */
  async addMerchant(id: string, origin: string, orderKey: object): Promise<string> {
    const file = join(this.#data, `${id}.jwk.json`);
    await writeFile(file, JSON.stringify(orderKey));
    const args = ["merchant", "add", "--data", join(this.#data, "data"), "--id", id, "--name", "Demo shop"];
    const printed = await run(...args, "--origin", origin, "--order-key", file);
    const key = printed.split("\n").find((line) => line.startsWith("sk_"));
    if (!key) throw new Error("merchant add printed no API key");
    return key;
  }

  /** Runs one of the vault's commands on its data, while it runs: `keys`, `audit`. Returns what it prints. */
  async command(...args: string[]): Promise<string> {
    return run(...args, "--data", join(this.#data, "data"));
  }

  /** What the vault's own database says of each order. */
  async ledger(): Promise<Map<string, Entry>> {
    // Node's own SQLite comes with a later version; Python's is there for the interoperability tests.
    const script = `
import json, sqlite3, sys
ask = sqlite3.connect(sys.argv[1]).execute
tokens = ask("SELECT order_id, count(*) FROM tokens GROUP BY order_id").fetchall()
paid = dict(ask("SELECT order_id, count(*) FROM payments WHERE status = 'approved' GROUP BY order_id").fetchall())
print(json.dumps([[order, {"tokens": count, "approved": paid.get(order, 0)}] for order, count in tokens]))
`;
    const python = process.env.CARDSEAL_PYTHON ?? "python3";
    const { stdout } = await promisify(execFile)(python, ["-c", script, join(this.#data, "data/vault.db")]);
    return new Map(JSON.parse(stdout));
  }

  /** Ends the process at once, as a power cut would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends the process and removes its data. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    await rm(this.#data, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}

/** Runs the vault's program to its end, and returns what it printed. */
async function run(...args: string[]): Promise<string> {
  return (await promisify(execFile)(vaultBinary(), args)).stdout;
}

/** A port that was free a moment ago. Merchants are registered by origin, so ports have to be known before they are used. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}

/** The vault's program: CARDSEAL_VAULT_BIN, or the newer of the two builds. */
export function vaultBinary(): string {
  if (process.env.CARDSEAL_VAULT_BIN) return process.env.CARDSEAL_VAULT_BIN;
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const builds = ["release", "debug"].map((profile) => join(target, profile, "cardseal-vault")).filter(existsSync);
  const [newest] = builds.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!newest) throw new Error("no vault is built: run make build, or set CARDSEAL_VAULT_BIN");
  return newest;
}
