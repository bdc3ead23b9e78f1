/** The package's version, as in package.json (a test compares them). */
export const VERSION = "0.1.0";

/** Whether what a page says its version is, is a later one than this. */
export function isNewer(version: unknown): boolean {
  return (
    typeof version === "string" &&
    /^\d+\.\d+\.\d/.test(version) &&
    version.localeCompare(VERSION, "en", { numeric: true }) > 0
  );
}
