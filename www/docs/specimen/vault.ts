import { createTestVault, type TestVault } from "cardseal/testing";

declare global {
  interface Window {
    /** What the frame asks in place of a vault: see serving.ts. */
    answerSpecimen(path: string): Promise<{ status: number; body: string }>;
  }
}

let opened: Promise<TestVault> | undefined;

/** The vault in memory that stands behind all card fields of this page, with keys of its own. */
export function openVault(): Promise<TestVault> {
  opened ??= createTestVault({ url: location.origin, merchantName: "Par Avion" });
  window.answerSpecimen = async (path) => {
    const answer = await (await openVault()).fetch(`${location.origin}${path}`);
    return { status: answer.status, body: await answer.text() };
  };
  return opened;
}
