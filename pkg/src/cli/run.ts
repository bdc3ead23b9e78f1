import { VERSION } from "../version.js";
import { csp } from "./commands/csp.js";
import { inventory } from "./commands/inventory.js";
import { watch } from "./commands/watch.js";
import { commandHelp, help } from "./help.js";
import { exitCodes, Refusal } from "./refusal.js";
import type { Terminal } from "./terminal.js";

const commands = new Map([
  ["csp", csp],
  ["inventory", inventory],
  ["watch", watch],
]);

/** Runs the program; resolves to its exit code. */
export async function run(args: string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    terminal.err(help);
    return exitCodes.input;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    terminal.out(help);
    return exitCodes.fine;
  }
  if (name === "--version" || name === "-v") {
    terminal.out(`${VERSION}\n`);
    return exitCodes.fine;
  }
  try {
    const command = commands.get(name);
    if (!command) throw new Refusal("command_unknown", "no such command; see: cardseal --help");
    if (rest.some((arg) => arg === "--help" || arg === "-h")) {
      terminal.out(commandHelp(name));
      return exitCodes.fine;
    }
    return await command(rest, terminal);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    terminal.err(`cardseal: ${cause.code}: ${cause.message}\n`);
    return cause.exitCode;
  }
}
