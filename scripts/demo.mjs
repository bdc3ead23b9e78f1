// Runs the demo: the vault on http://localhost:8787 and the shop on http://localhost:8788, two origins on purpose, until
// Ctrl-C. Everything they keep is in demo-data/; the first run makes the root key and the shop's order key, and registers the
// shop as a merchant. Needs scripts/build.sh before.
//
//   node scripts/demo.mjs check   only says whether both ports are free

import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "..");
const data = join(root, "demo-data");
const vaultBinary = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release/cardseal-vault");
const ports = { vault: 8787, shop: 8788 };
const vaultOrigin = `http://localhost:${ports.vault}`;
const shopOrigin = `http://localhost:${ports.shop}`;
const merchant = "mer_demo";
const vaultData = ["--data", join(data, "vault")];

try {
  await checkPorts();
  if (process.argv[2] !== "check") await run();
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
}

async function run() {
  const apiKey = await registerShop();
  const rootKey = trustVault();
  const stopping = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, resolve);
  });

  const children = [];
  try {
    const listen = `127.0.0.1:${ports.vault}`;
    const vaultArguments = ["serve", ...vaultData, "--listen", listen, "--origin", vaultOrigin];
    children.push(start("vault", vaultBinary, [...vaultArguments, "--frame", join(root, "pkg/dist/frame")]));
    await children[0].listening;
    children.push(
      start("shop", process.execPath, ["server.js"], {
        cwd: join(root, "www"),
        env: {
          ...process.env,
          PORT: String(ports.shop),
          CARDSEAL_VAULT: vaultOrigin,
          CARDSEAL_ROOTS: rootKey,
          CARDSEAL_MERCHANT: merchant,
          CARDSEAL_API_KEY: apiKey,
          CARDSEAL_ORDER_KEY_FILE: join(data, "order-key.jwk.json"),
        },
      }),
    );
    await children[1].listening;
    console.log(
      `\nThe shop: ${shopOrigin}   (the vault: ${vaultOrigin})\nCtrl-C stops both. What they keep is in demo-data/.`,
    );
    await Promise.race([stopping, ...children.map((child) => child.gone)]);
    console.log("\nStopping.");
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

/** Makes the shop known to the vault on the first run, and returns its API key, a secret. */
async function registerShop() {
  const key = join(data, "api-key");
  if (existsSync(key)) return readFileSync(key, "utf8").trim();

  const { generateOrderKey } = await import("cardseal/server");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const { privateKey, publicKey } = await generateOrderKey();
  const publicFile = join(data, "order-key.public.jwk.json");
  writeFileSync(join(data, "order-key.jwk.json"), JSON.stringify(privateKey), { mode: 0o600 });
  writeFileSync(publicFile, JSON.stringify(publicKey));

  const named = ["--id", merchant, "--name", "Demo shop", "--origin", shopOrigin, "--order-key", publicFile];
  // A run that was stopped right here has left a merchant whose key nobody knows.
  if (vault("merchant", "list", ...vaultData).includes(merchant)) vault("merchant", "remove", merchant, ...vaultData);
  const apiKey = /^sk_\S+$/m.exec(vault("merchant", "add", ...named, ...vaultData))?.[0];
  if (!apiKey) throw new Error("the vault printed no API key for the demo shop");
  writeFileSync(key, apiKey, { mode: 0o600 });
  return apiKey;
}

/** Lets the vault speak for its origin for another while, and returns the thumbprint of the root key that says so. */
function trustVault() {
  const key = join(data, "root.jwk.json");
  const thumbprint = join(data, "root.thumbprint");
  // The thumbprint is written last: a run that was stopped before it begins anew.
  if (!existsSync(thumbprint)) {
    rmSync(key, { force: true });
    writeFileSync(thumbprint, vault("root", "init", "--out", key));
  }
  vault("root", "delegate", "--root", key, "--origin", vaultOrigin, ...vaultData);
  return readFileSync(thumbprint, "utf8").trim();
}

/** Runs the vault's program to its end, and returns what it printed. */
function vault(...words) {
  return execFileSync(vaultBinary, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/**
 * Starts one server in a process group of its own, so that Ctrl-C reaches it only through `stop`: the shop stops before
 * the vault it talks to. What it prints goes to demo-data/NAME.log.
 */
function start(name, command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const path = join(data, `${name}.log`);
  const log = createWriteStream(path, { mode: 0o600 });
  child.stdout.pipe(log);
  child.stderr.pipe(log);

  let stopped = false;
  const exited = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const gone = exited.then((how) => {
    if (stopped) return;
    const last = readFileSync(path, "utf8").trim().split("\n").slice(-10).join("\n");
    throw new Error(`the ${name} stopped by itself (${how}). The end of ${path}:\n${last}`);
  });
  gone.catch(() => {}); // Whoever races against it hears of it.

  const ready = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => line.includes("listening on") && resolve());
    }
  });
  const slow = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`the ${name} does not answer after 30 s; see ${path}`)), 30_000).unref();
  });
  slow.catch(() => {});

  return {
    gone,
    listening: Promise.race([ready, gone, slow]),
    async stop() {
      stopped = true;
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await exited;
      clearTimeout(force);
    },
  };
}

async function checkPorts() {
  for (const [name, port] of Object.entries(ports)) {
    await new Promise((resolve, reject) => {
      const probe = createServer();
      probe.once("error", () => {
        reject(new Error(`port ${port} for the ${name} is taken by another program (is the demo running already?)`));
      });
      probe.listen(port, "127.0.0.1", () => probe.close(resolve));
    });
  }
}
