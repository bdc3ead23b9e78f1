/** What `cardseal --help` prints. */
export const help = `cardseal: for the server side of a page with card fields

  cardseal csp --vault URL        print the headers for the page, or check those of one (--check)

  cardseal COMMAND --help         more about a command
  cardseal --version

Exit codes: 0 all is well; 1 findings; 2 the page has changed (watch); 3 wrong arguments or files; 4 network.
Nothing but the page that is named, the scripts it loads and the receiver that is named is ever asked over the network.
`;

const commands: Record<string, string> = {
  csp: `cardseal csp --vault URL [--report-only] [--format header|meta|nginx|apache|caddy|json]
cardseal csp --vault URL --check PAGE_URL [--format header|json] [--timeout SECONDS]

Prints the headers that a page with the card fields should send: of its Content-Security-Policy the fields need only
frame-src, the rest is recommended. Asks nothing over the network.

  --vault URL       the vault's origin, such as https://vault.example
  --report-only     a policy that reports and stops nothing, to begin with
  --format FORMAT   for whom; default: header
  --check PAGE_URL  fetch this page instead, and say what is missing, too wide, or keeps the card fields from loading
  --timeout SECONDS for one answer, 1 to 120; default: 10. What fails is tried three times

Exit codes: 0 nothing to say; 1 findings; 3 wrong arguments; 4 the page cannot be fetched.
`,
};

/** What `cardseal COMMAND --help` prints. */
export function commandHelp(command: string): string {
  return commands[command] ?? help;
}
