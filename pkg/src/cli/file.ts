import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { type Inventory, parseInventory } from "./inventory.js";
import { Refusal } from "./refusal.js";

/** Reads an inventory; `undefined` where there is no such file. */
export async function readInventory(path: string): Promise<Inventory | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw new Refusal("file_unreadable", `${path}: cannot be read (${codeOf(cause)})`);
  }
  return parseInventory(text);
}

/** Writes a file at once: whoever reads it finds the old one or the new one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new Refusal("file_unreadable", `${path}: cannot be written (${codeOf(cause)})`);
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
}
