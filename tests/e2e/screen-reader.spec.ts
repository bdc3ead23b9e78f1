import type { CDPSession } from "@playwright/test";
import type { CardOptions } from "cardseal";
import "./mount.ts";
import { expect, type Styled, test } from "./styled.ts";

// What a screen reader is given: Chromium's own accessibility tree of the frame, as text, in each state and in a language of
// either direction. To take what changed on purpose: npx playwright test screen-reader --project chromium --update-snapshots

interface Value {
  value?: unknown;
}

/** A node of Chromium's tree (CDP: Accessibility.AXNode). */
interface Node {
  nodeId: string;
  ignored: boolean;
  role?: Value;
  name?: Value;
  value?: Value;
  description?: Value;
  properties?: { name: string; value: Value }[];
  childIds?: string[];
}

/** The properties that a screen reader speaks of, and the value that goes without saying. */
const spoken: Record<string, unknown> = {
  required: false,
  invalid: "false",
  disabled: false,
  focused: false,
  expanded: undefined,
  checked: undefined,
  live: undefined,
};

/** The tree of the frame, a node a line: role, "name", = value, properties, and after a dash the description. */
async function tree(session: CDPSession): Promise<string> {
  const { frameTree } = await session.send("Page.getFrameTree");
  const frameId = frameTree.childFrames?.[0]?.frame.id as string;
  const { nodes } = (await session.send("Accessibility.getFullAXTree", { frameId })) as { nodes: Node[] };
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const lines: string[] = [];
  const visit = (node: Node, depth: number): void => {
    const role = String(node.role?.value);
    if (role === "InlineTextBox") return;
    // What says nothing of itself is no more than the place of what is in it.
    const isShown = !node.ignored && !(role === "generic" && !node.name?.value);
    if (isShown) {
      const told = (node.properties ?? []).filter(({ name, value }) => name in spoken && value.value !== spoken[name]);
      const parts = [
        role,
        node.name?.value && JSON.stringify(node.name.value),
        node.value?.value && `= ${JSON.stringify(node.value.value)}`,
        ...told.map(({ name, value }) => (value.value === true ? name : `${name}: ${value.value}`)),
        node.description?.value && `- ${JSON.stringify(node.description.value)}`,
      ];
      lines.push("  ".repeat(depth) + parts.filter(Boolean).join(" "));
    }
    // A text is said with the name of what it is in.
    const children = (node.childIds ?? []).map((id) => byId.get(id)).filter((child) => child !== undefined);
    for (const child of children) visit(child, isShown ? depth + 1 : depth);
  };
  const root = nodes[0];
  if (root) visit(root, 0);
  return `${lines.join("\n")}\n`;
}

/** Types a card that is wrong in each field. */
async function spoil(styled: Styled): Promise<void> {
  const { frame } = styled;
  await frame.locator("#number").fill("4242 4242 4242 4241");
  await frame.locator("#expiry").fill("01/20");
  await frame.locator("#code").fill("12");
  await frame.locator("#name").fill("4242 4242 4242 4242");
  await frame.locator("#postalCode").fill("1011");
  await frame.locator("#number").focus();
  await expect(frame.locator(".problem:visible")).toHaveCount(5);
}

async function complete(styled: Styled): Promise<void> {
  const card = {
    number: "4242 4242 4242 4242",
    expiry: "12/34",
    code: "123",
    name: "Ada Lovelace",
    postalCode: "10115",
  };
  for (const [field, text] of Object.entries(card)) await styled.frame.locator(`#${field}`).fill(text);
  await expect(styled.frame.locator(".complete:visible")).toHaveCount(6);
}

const states: Record<string, (styled: Styled) => Promise<void>> = {
  empty: async () => undefined,
  wrong: spoil,
  "co-badged": async ({ frame }) => {
    await frame.locator("#number").fill("4000002500001001");
    await expect(frame.locator(".brands input")).toHaveCount(2);
  },
  complete,
  total: async (styled) => {
    await styled.update({ showTotal: true, order: await styled.order() });
    await expect(styled.frame.locator(".amount")).not.toBeEmpty();
  },
};

for (const locale of ["en", "ar"]) {
  test(`the tree of the card fields is as it was read, in ${locale}`, async ({ styled, page, browserName }) => {
    test.skip(browserName !== "chromium", "the tree is Chromium's, over its own protocol");
    const asked: CardOptions = { cardholder: true, country: true, postalCode: true, defaultCountry: "DE" };
    await styled.open({ ...asked, locale });
    await expect(styled.frame.locator("html")).toHaveAttribute("lang", locale);
    const session = await page.context().newCDPSession(page);
    for (const [state, reach] of Object.entries(states)) {
      await page.evaluate(() => window.card.clear());
      await reach(styled);
      // The list of countries is 250 lines long, and the same in each state.
      const said = (await tree(session)).replaceAll(/^ +(MenuListPopup|option).*\n/gm, "");
      expect(said).toMatchSnapshot(`${state}-${locale}.txt`);
    }
  });
}
