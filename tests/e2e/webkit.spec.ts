import { approvedCard } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import { mounts } from "./mount.ts";
import { Key, WebKit } from "./webkit.ts";

const test = base.extend<{ webkit: WebKit; host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
  webkit: async ({}, use) => {
    const webkit = await WebKit.start();
    await use(webkit);
    await webkit.stop();
  },
});

test("a typed card pays in WebKit", async ({ webkit, shop }) => {
  await webkit.open(shop.origin);
  await webkit.expectText("#pay", "Pay €59.40");
  await webkit.type(approvedCard);
  expect(await (await webkit.findInFrame("#number")).getAttribute("value")).toBe("4242 4242 4242 4242");
  await (await webkit.find("#pay")).click();
  await webkit.expectText("#receipt", "Paid, thank you");
  await webkit.expectText("#receipt", "ending in 4242");
});

test("a typed card pays in a WebKit without WebAssembly", async ({ shop }) => {
  const webkit = await WebKit.start({ JSC_useWasm: "0" });
  try {
    await webkit.open(shop.origin);
    await webkit.expectText("#pay", "Pay €59.40");
    expect(await webkit.ask("return typeof WebAssembly")).toBe("undefined");
    await webkit.type(approvedCard);
    await (await webkit.find("#pay")).click();
    await webkit.expectText("#receipt", "Paid, thank you");
  } finally {
    await webkit.stop();
  }
});

test("a refused card is explained in WebKit, and another one pays the same order", async ({ webkit, shop }) => {
  await webkit.open(shop.origin);
  await webkit.expectText("#pay", "Pay €59.40");
  await webkit.type({ ...approvedCard, number: "4000 0000 0000 0002" });
  await (await webkit.find("#pay")).click();
  await webkit.expectText("#problem", "declined");
  await (await webkit.findInFrame("#number")).clear();
  await webkit.type(approvedCard);
  await (await webkit.find("#pay")).click();
  await webkit.expectText("#receipt", "Paid, thank you");
});

test("the keyboard alone is enough in WebKit", async ({ webkit, shop }) => {
  await webkit.open(shop.origin);
  await webkit.expectText("#pay", "Pay €59.40");
  for (let presses = 0; presses < 40 && (await webkit.focused()) !== "number"; presses++) await webkit.press(Key.TAB);
  // The form moves on by itself.
  await webkit.press("4242424242424242");
  await webkit.press("1234");
  await webkit.press("123");
  for (const [field, text] of Object.entries({ number: "4242 4242 4242 4242", expiry: "12 / 34", code: "123" })) {
    expect(await (await webkit.findInFrame(`#${field}`)).getAttribute("value")).toBe(text);
  }
  await webkit.press(Key.ENTER);
  await webkit.expectText("#receipt", "Paid, thank you");
});

test("an empty form says in WebKit what is missing", async ({ webkit, shop }) => {
  await webkit.open(shop.origin);
  await webkit.expectText("#pay", "Pay €59.40");
  await (await webkit.find("#pay")).click();
  await webkit.expectText("#problem", "Check your card details");
  expect(await (await webkit.findInFrame("#number-problem")).getText()).toBe("Enter your card number.");
});

test("the fields are laid out from right to left in WebKit, and a card typed there is sealed", async ({
  webkit,
  vault,
  host,
}) => {
  host.serve('<div id="card"></div>', `${mounts(vault, host.merchant)}; card.update({ locale: "ar" });`);
  await webkit.open(host.origin);
  await webkit.type(approvedCard);
  const seen = await webkit.ask(`
    const [number, expiry, code] = ["number", "expiry", "code"].map((id) => document.getElementById(id));
    return {
      direction: document.dir,
      digits: getComputedStyle(number).direction,
      isMirrored: expiry.getBoundingClientRect().left > code.getBoundingClientRect().left,
    };
  `);
  expect(seen).toEqual({ direction: "rtl", digits: "ltr", isMirrored: true });
  const sealed = await webkit.tokenize(await host.order("webkit"));
  expect(sealed).toMatchObject({ ok: true, last4: "4242" });
});
