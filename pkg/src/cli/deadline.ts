/**
 * Runs something with a signal that aborts after a time, in milliseconds, or when another does. It leaves nothing behind on the
 * other: what `AbortSignal.any` makes stays in memory, in Node 20, for as long as its sources, and `watch` runs for months.
 */
export async function within<Result>(
  time: number,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException("too late", "TimeoutError")), time);
  const end = () => controller.abort(signal.reason);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    return await act(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
