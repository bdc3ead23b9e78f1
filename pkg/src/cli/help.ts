/** What `cardseal --help` prints. */
export const help = `cardseal: for the server side of a page with card fields

  cardseal csp --vault URL                    print the headers for the page, or check those of one (--check)
  cardseal inventory PAGE_URL                 list the page's scripts (PCI DSS 4.0.1, requirement 6.4.3)
  cardseal watch PAGE_URL --inventory FILE    report what changes on the page (requirement 11.6.1)

  cardseal COMMAND --help                     more about a command
  cardseal --version

Exit codes: 0 all is well; 1 findings; 2 the page has changed (watch --once); 3 wrong arguments or files; 4 network.
Nothing but the page that is named, the scripts that it loads and the receiver that is named is asked over the network.
`;

const timeout = "--timeout SECONDS  for one answer, 1 to 120; default: 10. What fails is tried three times";

const commands: Record<string, string> = {
  csp: `cardseal csp --vault URL [--report-only] [--format header|meta|nginx|apache|caddy|json]
cardseal csp --vault URL --check PAGE_URL [--format header|json] [--timeout SECONDS]

Prints the headers that a page with the card fields should send: of its Content-Security-Policy the fields need only
frame-src, the rest is recommended. Asks nothing over the network.

  --vault URL        the vault's origin, such as https://vault.example
  --report-only      a policy that reports and stops nothing, to begin with
  --format FORMAT    for whom; default: header
  --check PAGE_URL   fetch this page instead, and say what is missing, too wide, or keeps the card fields from loading
  ${timeout}

Exit codes: 0 nothing to say; 1 findings; 3 wrong arguments; 4 the page cannot be fetched.
`,
  inventory: `cardseal inventory PAGE_URL [--out FILE] [--timeout SECONDS]

Lists every script of a page as JSON: those it loads, with the hash of what came, those that they import, those in the
page, event handlers and javascript: addresses. It runs none of them.

  --out FILE         write it here, and keep from what is there the reasons, and the authorizations of what is unchanged;
                     default: standard output
  ${timeout}

Give each script a "reason", and an "authorization" such as {"by": "Ada", "on": "2026-01-31"}. Those without are listed on
standard error. Exit codes: 0 none is; 1 some are; 3 wrong arguments or file; 4 page or script cannot be fetched.
`,
  watch: `cardseal watch PAGE_URL --inventory FILE [--once | --interval TIME] [--report URL|stdout] [--timeout SECONDS]

Compares a page's headers and scripts with its inventory, and writes a line of JSON for each difference, then one that it
has looked. A page that cannot be fetched is a line, too.

  --inventory FILE   what "cardseal inventory" wrote
  --once             look once, and end
  --interval TIME    look again and again: 30m, 1h, 7d at the longest; default: 1h
  --report URL       post the lines there, as application/x-ndjson; what does not arrive is sent with the next
  ${timeout}

Exit codes with --once: 0 no difference; 2 differences; 3 wrong arguments or file; 4 network. Without: 0 when it is ended.
`,
};

/** What `cardseal COMMAND --help` prints. */
export function commandHelp(command: string): string {
  return commands[command] ?? help;
}
