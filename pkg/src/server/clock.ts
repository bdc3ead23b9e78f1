/** The server's time, in Unix seconds. */
export function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}
