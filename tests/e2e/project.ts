import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { generateOrderKey } from "cardseal/server";
import { freePort, type Vault } from "./vault.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "tests/projects");
/** What is installed for the projects stays here, as the other tools do: see scripts/env.sh. */
const tools = join(process.env.CARDSEAL_TOOLS ?? join(root, ".tools"), "projects");
/** Where the package that the projects install is packed: see projects.setup.ts. */
export const packed = join(root, "target/projects");

/** The projects, and where each has which of the files that they share. */
const shared = {
  vite: { "checkout.js": "checkout.js", "server.js": "server.js" },
  webpack: { "checkout.js": "checkout.js", "server.js": "server.js" },
  plain: { "checkout.js": "checkout.js", "server.js": "server.js" },
  next: { "checkout.js": "lib/checkout.js" },
  nuxt: { "checkout.js": "server/lib/checkout.js" },
  sveltekit: { "checkout.js": "src/lib/server/checkout.js" },
} as const satisfies Record<string, Record<string, string>>;

/** One of the projects in tests/projects. */
export type ProjectName = keyof typeof shared;
export const projects = Object.keys(shared) as ProjectName[];

const { NODE_ENV: _, ...ours } = process.env;
const env = { ...ours, NEXT_TELEMETRY_DISABLED: "1", NUXT_TELEMETRY_DISABLED: "1" };

/** A fresh project outside the repository, with the packed package installed, built and served as its framework does it. */
export class Project {
  readonly origin: string;
  readonly merchant = "mer_project";
  readonly #folder: string;
  readonly #port: number;
  #server: ChildProcess | undefined;
  #log = "";

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.origin = `http://localhost:${port}`;
  }

  /** What the project's server has written. */
  get log(): string {
    return this.#log;
  }

  /** Makes the project and builds it. */
  static async build(name: ProjectName): Promise<Project> {
    const fresh = await mkdtemp(join(tmpdir(), `cardseal-${name}-`));
    const project = new Project(fresh, await freePort());
    try {
      await project.#make(name);
    } catch (error) {
      await project.stop();
      throw error;
    }
    return project;
  }

  async #make(name: ProjectName): Promise<void> {
    const fresh = this.#folder;
    await cp(join(folder, name), fresh, { recursive: true, filter: (path) => !path.includes("node_modules") });
    for (const [from, to] of Object.entries<string>(shared[name])) {
      await mkdir(dirname(join(fresh, to)), { recursive: true });
      await cp(join(folder, from), join(fresh, to));
    }
    await run(fresh, "cp", "-a", join(await install(name), "node_modules"), fresh);
    const [tarball, ...others] = (await readdir(packed)).filter((file) => file.endsWith(".tgz"));
    if (!tarball || others.length) throw new Error(`there is not one package in ${packed}`);
    // Offline, since it is to need nothing more than what the project has.
    await run(fresh, "npm", "install", "--no-save", "--offline", "--no-audit", "--no-fund", join(packed, tarball));
    await runOffline(fresh, "npm", "run", "build");
  }

  /** Registers the project's origin with the vault and starts its server; resolves when that answers. */
  async serve(vault: Vault): Promise<void> {
    const { publicKey, privateKey } = await generateOrderKey();
    const apiKey = await vault.addMerchant(this.merchant, this.origin, publicKey);
    const child = spawn("npm", ["start"], {
      cwd: this.#folder,
      stdio: ["ignore", "pipe", "pipe"],
      // In a process group of its own, which is ended as one: npm starts a shell, and that the server.
      detached: true,
      env: {
        ...env,
        PORT: `${this.#port}`,
        HOST: "127.0.0.1",
        SHOP_ORIGIN: this.origin,
        CARDSEAL_VAULT: vault.origin,
        CARDSEAL_MERCHANT: this.merchant,
        CARDSEAL_ROOTS: vault.root,
        CARDSEAL_API_KEY: apiKey,
        CARDSEAL_ORDER_KEY: JSON.stringify(privateKey),
      },
    });
    this.#server = child;
    for (const output of [child.stdout, child.stderr]) {
      output.on("data", (chunk) => {
        this.#log += chunk;
      });
    }
    const end = Date.now() + 30_000;
    while (!(await fetch(this.origin).catch(() => undefined))) {
      if (child.exitCode !== null || Date.now() > end)
        throw new Error(`the project's server does not run\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Ends the server and removes the project. */
  async stop(): Promise<void> {
    const child = this.#server;
    if (child?.pid && child.exitCode === null) {
      const ended = once(child, "exit");
      process.kill(-child.pid, "SIGTERM");
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Installs what a project needs besides the package, once for each lock file; returns the folder it is in. */
async function install(name: ProjectName): Promise<string> {
  const files = ["package.json", "package-lock.json"].map((file) => join(folder, name, file));
  const hash = createHash("sha256").update(process.version);
  for (const file of files) hash.update(await readFile(file));
  const installed = join(tools, `${name}-${hash.digest("hex").slice(0, 12)}`);
  if (await stat(installed).catch(() => undefined)) return installed;

  await mkdir(tools, { recursive: true });
  const making = await mkdtemp(join(tools, `${name}-`));
  for (const file of files) await cp(file, join(making, file.slice(dirname(file).length)));
  const args = ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  await run(making, "npm", ...args).catch(async (error) => {
    await rm(making, { recursive: true });
    throw error;
  });
  // Where nothing is to be installed, npm makes no folder.
  await mkdir(join(making, "node_modules"), { recursive: true });
  // Only what is whole has the name that is looked for. Another run may have been faster.
  await rename(making, installed).catch(() => rm(making, { recursive: true }));
  return installed;
}

/** Runs a program of which no Node process asks any host for anything. */
export async function runOffline(cwd: string, program: string, ...args: string[]): Promise<void> {
  const asked = join(cwd, "asked.txt");
  await writeFile(asked, "");
  const guard = { CARDSEAL_ASKED: asked, NODE_OPTIONS: `--import ${pathToFileURL(join(folder, "offline.mjs"))}` };
  const result = await run({ cwd, env: { ...env, ...guard } }, program, ...args).catch((error) => error);
  const hosts = await readFile(asked, "utf8");
  if (hosts) throw new Error(`${program} ${args.join(" ")} asked ${hosts}`);
  if (result instanceof Error) throw result;
}

async function run(where: string | { cwd: string; env: NodeJS.ProcessEnv }, program: string, ...args: string[]) {
  const { cwd, env: variables } = typeof where === "string" ? { cwd: where, env } : where;
  try {
    await promisify(execFile)(program, args, { cwd, env: variables, maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(" ")} failed in ${cwd}\n${stdout}\n${stderr}`);
  }
}
