/** Where a command's words go, and what ends it. */
export interface Terminal {
  /** Results: what another program may read. */
  out(text: string): void;
  /** Remarks and errors. */
  err(text: string): void;
  /** Aborts when the user ends the program. */
  signal: AbortSignal;
}
