import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { env as environment } from "node:process";
import { Builder, By, Key, until, type WebDriver, type WebElement } from "selenium-webdriver";
import type { TypedCard } from "./checkout.ts";
import { freePort } from "./vault.ts";

const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
/** How long to wait for anything, in milliseconds. */
const PATIENCE = 20_000;

/**
 * WebKitGTK, which has Safari's engine. Playwright drives only a WebKit of its own, so this goes over W3C WebDriver; the
 * browser draws on a display that nobody sees.
 */
export class WebKit {
  readonly driver: WebDriver;
  readonly #process: ChildProcess;

  private constructor(driver: WebDriver, process: ChildProcess) {
    this.driver = driver;
    this.#process = process;
  }

  /** Starts a browser; `settings` are variables of its environment, such as its engine's options. */
  static async start(settings: Record<string, string> = {}): Promise<WebKit> {
    const port = await freePort();
    const process = spawn("xvfb-run", ["--auto-servernum", "WebKitWebDriver", `--port=${port}`], {
      env: { ...environment, ...settings },
      stdio: "ignore",
      detached: true,
    });
    const server = `http://127.0.0.1:${port}`;
    await answers(server);
    const driver = await new Builder()
      .usingServer(server)
      .withCapabilities({
        browserName: "MiniBrowser",
        "webkitgtk:browserOptions": { binary: MINI_BROWSER, args: ["--automation"] },
      })
      .build();
    return new WebKit(driver, process);
  }

  async stop(): Promise<void> {
    await this.driver.quit().catch(() => undefined);
    // The driver and its display, which are in a group of their own.
    if (this.#process.pid) process.kill(-this.#process.pid, "SIGTERM");
    await once(this.#process, "exit");
  }

  /** Opens a page with a card element and waits until the element can be filled in. */
  async open(url: string): Promise<void> {
    await this.driver.get(url);
    await this.driver.wait(until.elementLocated(By.css("iframe.cardseal-frame")), PATIENCE);
  }

  /** An element of the page, once it is shown. */
  async find(selector: string): Promise<WebElement> {
    await this.driver.switchTo().defaultContent();
    return this.driver.wait(until.elementIsVisible(await this.#located(selector)), PATIENCE);
  }

  /** An element of the card element's frame, which is switched to. */
  async findInFrame(selector: string): Promise<WebElement> {
    await this.driver.switchTo().defaultContent();
    await this.driver.switchTo().frame(await this.#located("iframe.cardseal-frame"));
    return this.driver.wait(until.elementIsVisible(await this.#located(selector)), PATIENCE);
  }

  /** Types a card key by key. */
  async type({ number, expiry, code }: TypedCard): Promise<void> {
    for (const [field, text] of Object.entries({ number, expiry, code })) {
      const input = await this.findInFrame(`#${field}`);
      await input.click();
      await input.sendKeys(text);
    }
  }

  /** Presses keys wherever the focus is. */
  async press(...keys: string[]): Promise<void> {
    await this.driver
      .actions()
      .sendKeys(...keys)
      .perform();
  }

  /** The id of the frame's element that has the focus. */
  async focused(): Promise<string> {
    return this.ask("return document.hasFocus() ? document.activeElement.id : ''");
  }

  /** What a script in the frame returns. */
  async ask<T>(script: string): Promise<T> {
    await this.findInFrame("#number");
    return this.driver.executeScript(script);
  }

  /** What the page's element makes of the card for an order. */
  async tokenize(order: string): Promise<unknown> {
    await this.driver.switchTo().defaultContent();
    return this.driver.executeAsyncScript(
      "const [order, done] = arguments; card.tokenize({ order }).then(done)",
      order,
    );
  }

  /** Waits until an element of the page has a text in it. */
  async expectText(selector: string, text: string): Promise<void> {
    const element = await this.find(selector);
    await this.driver.wait(until.elementTextContains(element, text), PATIENCE, `${selector} does not say: ${text}`);
  }

  #located(selector: string) {
    return this.driver.wait(until.elementLocated(By.css(selector)), PATIENCE, `there is no ${selector}`);
  }
}

export { Key };

async function answers(server: string): Promise<void> {
  for (const end = Date.now() + PATIENCE; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    try {
      if ((await fetch(`${server}/status`)).ok) return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
