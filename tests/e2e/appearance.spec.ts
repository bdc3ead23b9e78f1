import type { CardOptions } from "cardseal";
import { expect, type Styled, test } from "./styled.ts";

// What a page asks for is what the frame shows, whatever it is: and nothing that it asks for hides what a shopper must see.

const rgb = (red: number, green: number, blue: number) => `rgb(${red}, ${green}, ${blue})`;

/** The colour of the ring round the number, or a part of its outline. */
const ring = (styled: Styled, property = "outline-color") =>
  styled.frame
    .locator("[data-field=number]")
    .evaluate((cell, property) => getComputedStyle(cell, "::after").getPropertyValue(property), property);

test("themes, variables and rules are shown at mount, and `update` restyles at once what is typed in", async ({
  styled,
  page,
}) => {
  await styled.open({
    appearance: {
      theme: "outline",
      variables: { colorPrimary: "#a0f", borderRadius: "3px", fontFamily: '"Courier New", monospace' },
      rules: {
        field: { borderColor: "oklch(50% 0.1 200)", boxShadow: "0 1px 2px rgb(0 0 0 / 20%), inset 0 0 0 1px #eee" },
        "field:focus": { borderColor: "rebeccapurple" },
        "field:invalid": { borderWidth: "2px" },
        "input::placeholder": { color: "hsl(120deg 100% 20%)" },
        label: { textTransform: "uppercase", letterSpacing: "0.1em" },
      },
    },
  });
  expect(await styled.refused()).toEqual([]);
  const html = styled.frame.locator("html");
  await expect(html).toHaveAttribute("data-theme", "outline");
  expect(await styled.style(".cell", "border-top-color")).toBe("oklch(0.5 0.1 200)");
  expect(await styled.style(".cell", "border-top-left-radius")).toBe("3px");
  expect(await styled.style("label", "text-transform")).toBe("uppercase");
  expect(await styled.style(".card", "font-family")).toBe('"Courier New", monospace');
  const hint = await styled.frame
    .locator("#number")
    .evaluate((input) => getComputedStyle(input, "::placeholder").color);
  expect(hint).toBe(rgb(0, 102, 0));

  const number = styled.frame.locator("#number");
  await number.pressSequentially("4242 4242");
  expect(await styled.style("[data-field=number]", "border-top-color")).toBe(rgb(102, 51, 153));
  expect(await ring(styled)).toBe(rgb(170, 0, 255));
  await number.evaluate((input) => Object.assign(input, { sameAsBefore: true }));
  const before = page.frames().length;

  await styled.update({
    appearance: { theme: "night", variables: { colorPrimary: "rgb(255, 200, 0)" } },
    layout: "stacked",
  });
  await expect(html).toHaveAttribute("data-theme", "night");
  expect(await ring(styled)).toBe(rgb(255, 200, 0));
  expect(await styled.style("label", "text-transform"), "rules of before are gone").toBe("none");
  expect(await number.inputValue()).toBe("4242 4242");
  expect(await number.evaluate((input) => "sameAsBefore" in input)).toBe(true);
  await expect(number).toBeFocused();
  expect(page.frames()).toHaveLength(before);
});

test("a field's outline is that of a rule, and the ring where there is none", async ({ styled }) => {
  await styled.open({ appearance: { rules: { field: { outline: "1px dashed #00ff00" } } } });
  const shown = async () => Promise.all(["style", "width", "color"].map((part) => ring(styled, `outline-${part}`)));
  expect(await shown()).toEqual(["dashed", "1px", rgb(0, 255, 0)]);
  await styled.frame.locator("#number").focus();
  expect(await shown()).toEqual(["solid", "2px", rgb(47, 111, 237)]);
  await styled.update({ appearance: { rules: { "field:focus": { outline: "4px dotted #0000ff" } } } });
  expect(await shown()).toEqual(["dotted", "4px", rgb(0, 0, 255)]);
  await styled.frame.locator("#expiry").focus();
  expect(await ring(styled, "outline-style")).toBe("none");
});

test("auto is night where dark colours are preferred, and changes with them", async ({ styled, page, browserName }) => {
  test.skip(browserName === "firefox", "what is emulated there does not reach frames of another origin");
  await page.emulateMedia({ colorScheme: "dark" });
  await styled.open();
  const html = styled.frame.locator("html");
  await expect(html).toHaveAttribute("data-theme", "night");
  await page.emulateMedia({ colorScheme: "light" });
  await expect(html).toHaveAttribute("data-theme", "plain");
  await styled.update({ appearance: { theme: "night" } });
  await expect(html).toHaveAttribute("data-theme", "night");
});

test("what is no look is named, and changes nothing", async ({ styled }) => {
  test.slow();
  await styled.open({ appearance: { variables: { colorPrimary: "red" } } });
  const wrong: [member: string, options: unknown][] = [
    ["appearance", { appearance: [] }],
    ["appearance.colour", { appearance: { colour: "red" } }],
    ["appearance.theme", { appearance: { theme: "fancy" } }],
    ["appearance.variables.colorpink", { appearance: { variables: { colorpink: "pink" } } }],
    ["appearance.rules.body", { appearance: { rules: { body: {} } } }],
    ["appearance.rules.label:focus:hover", { appearance: { rules: { "label:focus:hover": {} } } }],
    ["appearance.rules.field::before", { appearance: { rules: { "field::before": {} } } }],
    ["appearance.rules.total:focus", { appearance: { rules: { "total:focus": {} } } }],
    ["appearance.rules.total.boxShadow", { appearance: { rules: { total: { boxShadow: "inset 0 0 9px 9px #fff" } } } }],
    ["appearance.rules.total.fontFamily", { appearance: { rules: { total: { fontFamily: "Blank" } } } }],
    ...[
      "display",
      "position",
      "opacity",
      "visibility",
      "transform",
      "margin",
      "zIndex",
      "clipPath",
      "filter",
      "content",
    ].map((name): [string, unknown] => [
      `appearance.rules.field.${name}`,
      { appearance: { rules: { field: { [name]: "none" } } } },
    ]),
    ...Object.entries({
      color: [
        "url(x)",
        "var(--colorText)",
        "red;}",
        "#12345",
        "inherit",
        "rgb(1)",
        "nocolour",
        "red blue",
        "env(x)",
        "",
      ],
      backgroundColor: [
        "url(https://evil.example/x.png)",
        "linear-gradient(red, blue)",
        "image-set('x')",
        "rgb(calc(1) 0 0)",
      ],
      padding: ["-1px", "33px", "calc(1px + 1px)", "1px 1px 1px 1px 1px", "5", "1e9px", "10%", "1vw"],
      fontSize: ["0", "11px", "0.7rem", "29px", "1em", "smaller"],
      letterSpacing: ["-2px", "9px"],
      lineHeight: ["0", "0.5", "3"],
      borderWidth: ["9px", "-1px", "thick"],
      boxShadow: ["0 0 100px red", "url(x)", "0 0", "red"].filter((value) => value !== "0 0"),
      fontFamily: ["url(x)", "a{b", "a;b", '"a', "a, , b", "a(b)"],
      textDecoration: ["line-through", "blink"],
    }).flatMap(([name, values]) =>
      values.map((value): [string, unknown] => [
        `appearance.rules.input.${name}`,
        { appearance: { rules: { input: { [name]: value } } } },
      ]),
    ),
    ["layout", { layout: "spiral" }],
    ["layout.areas", { layout: { areas: ["number", "expiry"] } }],
    ["layout.areas", { layout: { areas: ["number number", "expiry code", "number number"] } }],
    ["layout.areas", { layout: { areas: ["number number", "expiry"] } }],
    ["layout.areas", { layout: { areas: ['number number" "x', "expiry code"] } }],
    ["layout.columns", { layout: { areas: ["number number", "expiry code"], columns: ["1fr", "auto"] } }],
    ["layout.columns", { layout: { areas: ["number number", "expiry code"], columns: ["1fr"] } }],
    ["fonts.src", { fonts: [{ family: "Inter", src: "data:font/woff2;base64,AA" }] }],
    ["fonts.family", { fonts: [{ family: 'a"b', src: "https://fonts.example/a.woff2" }] }],
    ["fonts.display", { fonts: [{ family: "a", src: "https://fonts.example/a.woff2", display: "block" }] }],
  ];
  for (const [member, options] of wrong) {
    const before = (await styled.refused()).length;
    await styled.update({
      appearance: { variables: { colorPrimary: "red" } },
      layout: "rows",
      fonts: [],
      ...(options as CardOptions),
    });
    expect((await styled.refused()).slice(before), JSON.stringify(options)).toEqual([member]);
  }
  expect(await styled.style("html", "--colorPrimary")).toBe("red");
  expect(await styled.frame.locator(".cells").getAttribute("data-layout")).toBe("rows");
});

test("total and problems stay legible, in letters of the browser's own, whatever the colours", async ({ styled }) => {
  await styled.open({ showTotal: true, order: await styled.order() });
  await styled.frame.locator("#number").pressSequentially("4242");
  await styled.frame.locator("#number").press("Tab");
  await expect(styled.frame.locator("#number-problem")).toBeVisible();
  const texts = [".total", "#number-problem"];
  const hiding: NonNullable<CardOptions["appearance"]>[] = [
    { theme: "plain", variables: { colorText: "white", colorDanger: "#fefefe" } },
    { theme: "plain", variables: { colorText: "transparent", colorDanger: "rgb(0 0 0 / 5%)" } },
    { theme: "night", variables: { colorText: "black", colorDanger: "oklch(0.2 0 0)" } },
    {
      theme: "plain",
      rules: { total: { color: "#777", backgroundColor: "#888" }, problem: { color: "hsl(0 0% 99%)" } },
    },
    { theme: "outline", variables: { colorField: "#000", colorBackground: "#111", colorDanger: "#222" } },
  ];
  for (const appearance of hiding) {
    await styled.update({ appearance });
    for (const text of texts) {
      await expect(styled.frame.locator(text), JSON.stringify(appearance)).toHaveClass(/\bown\b/);
      const [ink = 0, ground = 0] = await Promise.all(
        ["color", "background-color"].map(async (name) => Number(/\d+/.exec(await styled.style(text, name)))),
      );
      // Black and white as the browser has them for the scheme.
      expect(appearance.theme === "night" ? ink - ground : ground - ink).toBeGreaterThan(200);
      expect(await styled.style(text, "font-family")).toBe("system-ui, sans-serif");
    }
  }
  expect(await styled.refused()).toEqual([]);
  // The control: colours that can be read are the page's own.
  await styled.update({ appearance: { variables: { colorText: "navy", colorDanger: "#a00" } } });
  for (const text of texts) await expect(styled.frame.locator(text)).not.toHaveClass(/\bown\b/);
  expect(await styled.style(".total", "color")).toBe(rgb(0, 0, 128));
});

test("under a finger no input has letters so small that iOS zooms in", async ({ browser, browserName, vault }) => {
  test.skip(browserName === "firefox", "it does not emulate a phone");
  const { Styled } = await import("./styled.ts");
  const { Host } = await import("./host.ts");
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } });
  const host = await Host.start(vault);
  const styled = new Styled(await context.newPage(), vault, host);
  await styled.open({ appearance: { variables: { fontSize: "13px" }, rules: { input: { fontSize: "12px" } } } });
  expect(await styled.style("#number", "font-size")).toBe("16px");
  await styled.update({ appearance: { rules: { input: { fontSize: "18px" } } } });
  expect(await styled.style("#number", "font-size")).toBe("18px");
  await host.stop();
  await context.close();
});
