import { type Entry, type Inventory, watchedHeaders } from "./inventory.js";
import { keyOf, type Script } from "./scripts.js";

/** A way in which a page is not as its inventory has it. */
export type Change =
  | { type: "added"; script: Script }
  | { type: "removed"; script: Script }
  | { type: "changed"; script: Script; was: Script }
  | { type: "header"; name: string; is: string | null; was: string | null }
  | { type: "policies"; is: string[]; was: string[] };

/** What is otherwise now than it was, headers first. */
export function changesOf(was: Inventory, is: Inventory): Change[] {
  const changes: Change[] = [];
  for (const name of watchedHeaders) {
    const [before = null, now = null] = [was.headers[name], is.headers[name]];
    if (before !== now) changes.push({ type: "header", name, is: now, was: before });
  }
  if (JSON.stringify(was.policies) !== JSON.stringify(is.policies)) {
    changes.push({ type: "policies", is: is.policies, was: was.policies });
  }
  const before = new Map(was.scripts.map((entry) => [keyOf(entry), entry]));
  for (const entry of is.scripts) {
    const known = before.get(keyOf(entry));
    before.delete(keyOf(entry));
    if (!known) changes.push({ type: "added", script: bare(entry) });
    else if (!isSame(known, entry)) changes.push({ type: "changed", script: bare(entry), was: bare(known) });
  }
  for (const entry of before.values()) changes.push({ type: "removed", script: bare(entry) });
  return changes;
}

function isSame(a: Entry, b: Entry): boolean {
  const noted = ({ notes = [] }: Entry) => notes.toSorted().join();
  return a.kind === b.kind && a.hash === b.hash && a.integrity === b.integrity && noted(a) === noted(b);
}

/** A script without what people wrote to it. */
function bare({ reason: _reason, authorization: _authorization, ...script }: Entry): Script {
  return script;
}
