import { readFile } from "node:fs/promises";
import { KDF_SHAKE256, KEM_MLKEM768_P256 } from "@panva/hpke-noble";
import { expect, test } from "@playwright/test";
import { AEAD_AES_256_GCM, CipherSuite } from "hpke";
import { base64url, exportJWK, generateKeyPair, type JWK } from "jose";

/** How many cards are sealed in each suite, each looked for afterwards. */
const ROUNDS = 1000;

/** Makes the vault's public key. */
const keyOf: Record<string, () => Promise<JWK>> = {
  "HPKE-7": async () => exportJWK((await generateKeyPair("ECDH-ES", { crv: "P-256", extractable: true })).publicKey),
  "HPKE-8": async () => {
    const suite = new CipherSuite(KEM_MLKEM768_P256, KDF_SHAKE256, AEAD_AES_256_GCM);
    const { publicKey } = await suite.GenerateKeyPair();
    return { kty: "AKP", pub: base64url.encode(await suite.SerializePublicKey(publicKey)) };
  },
};

// The built module itself, on inputs of a bare page: what it leaves in its own memory is the same in the frame.
for (const [alg, makeKey] of Object.entries(keyOf)) {
  test(`no digits of a card stay in the module's memory, ${alg}`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.route("https://shop.example/**", async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/") {
        const inputs = ["number", "expiry", "code"].map((id) => `<input id="${id}">`).join("");
        return route.fulfill({ contentType: "text/html", body: `<!doctype html><title>Memory</title>${inputs}` });
      }
      const file = new URL(`../../pkg/wasm${pathname}`, import.meta.url);
      const contentType = pathname.endsWith(".wasm") ? "application/wasm" : "text/javascript";
      return route.fulfill({ contentType, body: await readFile(file) });
    });
    await page.goto("https://shop.example/");
    const report = await page.evaluate(sealCards, { rounds: ROUNDS, vaultKey: { ...(await makeKey()), alg } });
    expect(report.controls, "what is planted is found in each form, and is gone once it is freed").toEqual({
      whole: [9, 0],
      grouped: [9, 0],
      dashed: [9, 0],
      wide: [9, 0],
      rest: [1, 0],
      code: [1, 0],
      wideCode: [1, 0],
    });
    expect(report.outcomes).toEqual({
      sealed: (2 * ROUNDS) / 5,
      jti_reused: ROUNDS / 5,
      origin_not_allowed: ROUNDS / 5,
      card_incomplete: ROUNDS / 5,
    });
    expect(report.found).toEqual([]);
  });
}

/** Runs in the page. */
async function sealCards({ rounds, vaultKey }: { rounds: number; vaultKey: JWK }) {
  const module = "/cardseal.js";
  const { default: init, CardForm } = await import(module);
  const exports = await init();

  const encoder = new TextEncoder();
  const base64url = (bytes: Uint8Array) =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const orderKey = { kty, crv, x, y };
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(JSON.stringify({ crv, kty, x, y })));
  const kid = base64url(new Uint8Array(digest));
  const now = Math.floor(Date.now() / 1000);
  const signOrder = async (origin: string) => {
    const header = { alg: "ES256", typ: "cardseal-order+jwt", kid };
    const claims = {
      iss: "mer_demo",
      jti: "order-1",
      iat: now,
      exp: now + 3600,
      amount: 4200,
      currency: "EUR",
      origins: [origin],
    };
    const input = [header, claims].map((part) => base64url(encoder.encode(JSON.stringify(part)))).join(".");
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    const signature = await crypto.subtle.sign(algorithm, privateKey, encoder.encode(input));
    return `${input}.${base64url(new Uint8Array(signature))}`;
  };
  const order = await signOrder(location.origin);
  const elsewhere = await signOrder("https://other.example");

  let answers: { status: number; body: object }[] = [];
  globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    if (init?.method === "POST") {
      const answer = answers.shift();
      return Response.json(answer?.body, { status: answer?.status ?? 500 });
    }
    return Response.json({ keys: [pathname === "/v1/keys" ? vaultKey : orderKey] });
  };
  const created = {
    token: "tok_1",
    brand: "visa",
    last4: "0000",
    exp_month: 12,
    exp_year: 2030,
    order: "order-1",
    expires: now + 900,
  };

  const digit = () => Math.floor(Math.random() * 10);
  const luhn = (digits: number[]) =>
    digits.reduce((sum, digit, index) => {
      const value = index % 2 === 0 ? digit * 2 : digit;
      return sum + (value > 9 ? value - 9 : value);
    }, 0);
  const makeNumber = (): string => {
    const digits = [4, ...Array.from({ length: 14 }, digit)];
    const number = [...digits, (10 - (luhn(digits) % 10)) % 10].join("");
    return countIn(tables, number) === 0 ? number : makeNumber();
  };
  // In latin1, so that each byte is a character.
  const memory = () => new TextDecoder("latin1").decode(exports.memory.buffer);
  /** How many of the number's runs of eight digits are in the module's memory, as UTF-8 or UTF-16, with gaps or without. */
  const count = (number: string) => countIn(findRuns(), number);
  const pattern = /\d(?:[\0 -]{0,3}\d){7,}/g;
  const findRuns = () => (memory().match(pattern) ?? []).map((run) => run.replaceAll(/\D/g, "")).join("|");
  const windows = (number: string) => Array.from({ length: 9 }, (_, at) => number.slice(at, at + 8));
  const countIn = (runs: string, number: string) => windows(number).filter((run) => runs.includes(run)).length;
  /** Where they are and what stands around them, to tell what was left from what is there by chance. */
  const describe = (number: string) => {
    const text = memory();
    return [...text.matchAll(pattern)].flatMap((match) =>
      windows(number)
        .filter((window) => match[0].replaceAll(/\D/g, "").includes(window))
        .map((window) => {
          const around = text.slice(Math.max(0, match.index - 64), match.index + match[0].length + 64);
          return `${window} of ${number} at ${match.index} of ${text.length}: ${JSON.stringify(around)}`;
        }),
    );
  };
  // The module has tables of digits, such as 00 to 99: a number that shares eight with them would be found by chance.
  const tables = findRuns();
  /** How many security codes stand there as in what is sealed. Three digits alone would be found by chance. */
  const countCodes = () => memory().match(/c\0?o\0?d\0?e\0?"\0?:\0?"\0?\d/g)?.length ?? 0;

  const plant = (bytes: Uint8Array, count: () => number) => {
    const at = exports.__wbindgen_malloc(bytes.length, 1);
    new Uint8Array(exports.memory.buffer).set(bytes, at);
    const planted = count();
    exports.__wbindgen_free(at, bytes.length, 1);
    return [planted, count()];
  };
  const wide = (text: string) => Uint8Array.from([...text].flatMap((character) => [character.charCodeAt(0), 0]));
  const grouped = (number: string, gap: string) => number.replaceAll(/(?<=^(?:.{4})+)/g, gap);
  const plantNumber = (form: (number: string) => Uint8Array) => {
    const number = makeNumber();
    return plant(form(number), () => count(number));
  };
  const controls = {
    whole: plantNumber((number) => encoder.encode(number)),
    grouped: plantNumber((number) => encoder.encode(grouped(number, " "))),
    dashed: plantNumber((number) => encoder.encode(grouped(number, "-"))),
    wide: plantNumber((number) => wide(grouped(number, " "))),
    rest: plantNumber((number) => encoder.encode(number.slice(8))),
    code: plant(encoder.encode('{"code":"739"'), countCodes),
    wideCode: plant(wide('{"code":"739"'), countCodes),
  };

  const inputs = Object.fromEntries(
    ["number", "expiry", "code"].map((id) => [id, document.getElementById(id)]),
  ) as Record<"number" | "expiry" | "code", HTMLInputElement>;
  const options = { vault: "https://vault.example", merchant: "mer_demo", origin: location.origin };
  const form = new CardForm(inputs, options, () => {});
  await form.load();
  const year = String(new Date().getFullYear() + 3).slice(2);
  const insert = (input: HTMLInputElement, data: string) => {
    input.focus();
    input.dispatchEvent(new InputEvent("beforeinput", { data, inputType: "insertText" }));
    document.execCommand("insertText", false, data);
  };
  const type = (input: HTMLInputElement, text: string) => {
    for (const digit of text) insert(input, digit);
  };

  const outcomes: Record<string, number> = {};
  const found: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const number = makeNumber();
    // Typed where the code belongs; what is more than a code is cut off.
    const misplaced = makeNumber();
    const path = round % 5;
    form.clear();
    type(inputs.number, number);
    type(inputs.expiry, `12${year}`);
    if (path !== 3) insert(inputs.code, misplaced);
    answers = [{ status: 201, body: created }];
    if (path === 1) answers = [{ status: 409, body: { code: "jti_reused" } }];
    // The clock is put right, and the card is sealed again.
    if (path === 4) answers.unshift({ status: 400, body: { code: "clock_skew", now: Math.floor(Date.now() / 1000) } });
    const result = await form.tokenize(path === 2 ? elsewhere : order);
    const outcome = result.ok ? "sealed" : result.error.code;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const runs = findRuns();
    const hits = [number, misplaced].filter((planted) => countIn(runs, planted) > 0).flatMap(describe);
    const codes = countCodes();
    if (hits.length + codes > 0) found.push(`round ${round}, ${outcome}: ${codes} codes; ${hits.join("; ")}`);
  }
  return { controls, outcomes, found: found.slice(0, 20) };
}
