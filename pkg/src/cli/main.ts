import { exitCodes } from "./refusal.js";
import { run } from "./run.js";

const ended = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.abort());
// Whoever reads the output may have had enough of it: `cardseal … | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  signal: ended.signal,
}).catch((cause) => {
  process.stderr.write(`cardseal: internal: ${cause instanceof Error ? cause.stack : cause}\n`);
  return exitCodes.internal;
});
