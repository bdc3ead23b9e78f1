/** How the program ends. */
export const exitCodes = {
  /** All is as it should be. */
  fine: 0,
  /** Something is missing or too wide; a script of the inventory is not justified or not authorised. */
  findings: 1,
  /** `watch --once`: the page is not as the inventory has it. */
  changed: 2,
  /** A mistake on the command line, or in a file that it names. */
  input: 3,
  /** The page, one of its scripts or the receiver of reports did not answer as it must. */
  network: 4,
  /** A mistake of this program's. */
  internal: 70,
} as const;

/** Why a command was not carried out. */
export type RefusalCode =
  | "arguments_invalid"
  | "command_unknown"
  | "url_invalid"
  | "file_unreadable"
  | "inventory_malformed"
  | "page_unreachable"
  | "page_too_large"
  | "script_unreachable"
  | "report_unreachable";

const ofNetwork: RefusalCode[] = ["page_unreachable", "page_too_large", "script_unreachable", "report_unreachable"];

/** A command that cannot be carried out. The message is for people; it never holds a query, a password or a body. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
  }

  get exitCode(): number {
    return ofNetwork.includes(this.code) ? exitCodes.network : exitCodes.input;
  }
}
