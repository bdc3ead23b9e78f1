import { parseAddress } from "../address.js";
import { onlyPage, parse, patiently, timeoutOf } from "../arguments.js";
import { readInventory, writeWhole } from "../file.js";
import { formatInventory, makeInventory, openQuestions } from "../inventory.js";
import { fetchPage } from "../page.js";
import { exitCodes, Refusal } from "../refusal.js";
import { collectScripts } from "../scripts.js";
import type { Terminal } from "../terminal.js";

/** `cardseal inventory`: the scripts of a payment page (PCI DSS 4.0.1, requirement 6.4.3). */
export async function inventory(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: { out: { type: "string" }, timeout: { type: "string" } },
  });
  const url = parseAddress(onlyPage(positionals, "inventory"), "inventory");
  const timeout = timeoutOf(values.timeout);
  const known = values.out === undefined ? undefined : await readInventory(values.out);
  if (known && known.page !== url.href) {
    throw new Refusal("arguments_invalid", `inventory: ${values.out} is the inventory of another page`);
  }
  const made = await patiently(timeout, terminal.signal, async (patience) => {
    const page = await fetchPage(url, patience);
    return makeInventory(url, page, await collectScripts(page, patience), known);
  });
  if (values.out === undefined) terminal.out(formatInventory(made));
  else await writeWhole(values.out, formatInventory(made));
  const questions = openQuestions(made);
  for (const question of questions) terminal.err(`${question}\n`);
  return questions.length > 0 ? exitCodes.findings : exitCodes.fine;
}
