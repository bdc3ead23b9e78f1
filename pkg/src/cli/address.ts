import { parseOrigin } from "../options.js";
import { Refusal } from "./refusal.js";

/** The vault's origin, by the same rule as the package's `vault` option. */
export function parseVault(text: string): string {
  try {
    return parseOrigin(text, "--vault");
  } catch {
    throw new Refusal("url_invalid", '--vault: not an https origin such as "https://vault.example"');
  }
}

/** The address of a page or of a receiver of reports: https, or http on the local machine, and never with a password. */
export function parseAddress(text: string, argument: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !isSecure(url)) {
    throw new Refusal("url_invalid", `${argument}: not an https address such as "https://shop.example/checkout"`);
  }
  // It would be in the inventory, in reports and in the list of processes.
  if (url.username || url.password) throw new Refusal("url_invalid", `${argument}: must not hold a user or a password`);
  url.hash = "";
  return url;
}

/** Whether nobody on the way can read or alter what comes from there. */
function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
}

/** Whether what came from one address may lead to another: never to plain HTTP, nor from the web to the local machine. */
export function mayLead(from: URL, to: URL): boolean {
  if (to.username || to.password) return false;
  return to.protocol === "https:" || (from.protocol === "http:" && isSecure(to));
}

/** An address as messages may show it: what is in a query may be a secret. */
export function shown({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
