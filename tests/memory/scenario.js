// Cards typed into a form of the built module, each sealed or refused in one of the ways there are; after each the module's
// whole linear memory is searched for its digits. Runs in a page and in Node, which differ in `host` only.

import { createTestVault, makeDevice } from "../../pkg/dist/testing/index.js";

const PAGE = "https://shop.example";
const DIRECTORY = "/.well-known/cardseal/keys";

/**
 * `host` has what the module exports to JavaScript (`CardForm`) and to its glue (`exports`), `inputs` for a form, and `insert`,
 * which types or pastes into one as the browser does.
 */
export async function sealCards({ CardForm, exports, inputs, insert }, { rounds, suite }) {
  const memory = new Memory(exports);
  const controls = memory.findPlanted();

  const vault = await createTestVault({ suite, origins: [PAGE] });
  globalThis.fetch = vault.fetch;
  const device = await makeDevice();
  const broken = { ...device, sign: () => Promise.reject(new Error("broken")) };
  let signer = device;
  const options = {
    ...vault.options,
    origin: PAGE,
    device: Promise.resolve({ ...device, sign: (input) => signer.sign(input) }),
    showTotal: true,
    defaultCountry: "IR",
  };
  const form = new CardForm(inputs, options, () => {});
  await form.load();

  const order = await vault.signOrder();
  const elsewhere = await vault.signOrder({ origins: ["https://other.example"] });
  const dearer = await vault.signOrder({ amount: 4300 });
  const impostor = await directoryOf(await createTestVault({ url: vault.url, suite }));
  let other = "";
  const ways = {
    sealed: () => {},
    "refused as used before": () => vault.answerNext({ status: 409, code: "jti_reused" }),
    "for another page's order": () => ({ order: elsewhere }),
    incomplete: () => ({ lacksCode: true }),
    // The clock is put right, and the card is sealed again.
    "at a wrong time": () => vault.answerNext({ status: 400, code: "clock_skew", now: Math.floor(Date.now() / 1000) }),
    // The new directory is fetched, and the card is sealed again.
    "to a revoked key": () => vault.revokeKey(),
    "with a receipt for another card": () =>
      vault.answerNext(async (answer) => {
        const body = await (await answer()).json();
        return Response.json({ ...body, receipt: other }, { status: 201 });
      }),
    "for a total that was not shown": () => ({ order: dearer }),
    "to a vault that an impostor speaks for": () => {
      vault.answerNext({ status: 400, code: "key_unknown" });
      vault.answerNext(() => Response.json(impostor), { path: DIRECTORY });
    },
    "by a device that does not sign": () => {
      signer = broken;
    },
  };
  const year = String(new Date().getFullYear() + 3).slice(2);
  const type = (input, text) => {
    for (const digit of text) insert(input, digit);
  };

  const outcomes = {};
  const found = [];
  for (let round = 0; round < rounds; round++) {
    const number = memory.makeNumber();
    // Typed where the code belongs; what is more than a code is cut off.
    const misplaced = memory.makeNumber();
    // As long as a postal code gets: Iran's have ten digits.
    const postalCode = memory.makeNumber().slice(0, 10);
    const way = Object.keys(ways)[round % Object.keys(ways).length];
    signer = device;
    const { order: given = order, lacksCode = false } = (await ways[way]()) ?? {};
    form.clear();
    form.show(order);
    type(inputs.number, number);
    type(inputs.expiry, `12${year}`);
    if (!lacksCode) insert(inputs.code, misplaced);
    type(inputs.postalCode, postalCode);
    const result = await form.tokenize(given);
    if (result.ok) other = result.receipt;
    const outcome = `${way}: ${result.ok ? "a token" : result.error.code}`;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const left = memory.search([number, misplaced, postalCode]);
    if (left) found.push(`round ${round}, ${outcome}: ${left}`);
  }
  const count = (wanted) => vault.requests.filter(({ path }) => path === wanted).length;
  const asked = { directory: count(DIRECTORY), token: count("/v1/tokens") };
  return { controls, outcomes, asked, found: found.slice(0, 20) };
}

/** What `sealCards` reports of so many rounds, where all is right. */
export function expectedReport(rounds) {
  const each = rounds / 10;
  return {
    // What is planted is found in each form, and is gone once it is freed.
    controls: {
      whole: [9, 0],
      grouped: [9, 0],
      dashed: [9, 0],
      wide: [9, 0],
      rest: [1, 0],
      code: [1, 0],
      wideCode: [1, 0],
    },
    outcomes: {
      "sealed: a token": each,
      "refused as used before: jti_reused": each,
      "for another page's order: origin_not_allowed": each,
      "incomplete: card_incomplete": each,
      "at a wrong time: a token": each,
      "to a revoked key: a token": each,
      "with a receipt for another card: receipt_invalid": each,
      "for a total that was not shown: total_changed": each,
      "to a vault that an impostor speaks for: directory_untrusted": each,
      "by a device that does not sign: internal": each,
    },
    // Twice where the card was sealed again, and not where it was not sealed or not signed.
    asked: { directory: 1 + 2 * each, token: 8 * each },
    found: [],
  };
}

async function directoryOf(vault) {
  const answer = await vault.fetch(`${vault.url}${DIRECTORY}`);
  return answer.json();
}

/** The module's linear memory. */
class Memory {
  #exports;
  /** The runs of digits that were there before a number was made, tables of the module's such as 00 to 99 among them. */
  #standing;

  constructor(exports) {
    this.#exports = exports;
    this.#standing = this.#runs();
  }

  /** A card number that shares no eight digits with what stands there already, and would be found by chance. */
  makeNumber() {
    const digits = [4, ...Array.from({ length: 14 }, () => Math.floor(Math.random() * 10))];
    const sum = digits.reduce((sum, digit, index) => {
      const value = index % 2 === 0 ? digit * 2 : digit;
      return sum + (value > 9 ? value - 9 : value);
    }, 0);
    const number = [...digits, (10 - (sum % 10)) % 10].join("");
    return countIn(this.#standing, number) === 0 ? number : this.makeNumber();
  }

  /** Says what is left of these numbers and of security codes; nothing, where nothing is. */
  search(numbers) {
    const runs = this.#runs();
    const hits = numbers.filter((number) => countIn(runs, number) > 0).flatMap((number) => this.#describe(number));
    const codes = this.#countCodes();
    this.#standing = runs;
    return hits.length + codes > 0 ? `${codes} codes; ${hits.join("; ")}` : "";
  }

  /** Copies of a number and a code, put into allocated memory: how much of each is found, then and after it was freed. */
  findPlanted() {
    const plantNumber = (form) => {
      const number = this.makeNumber();
      return this.#plant(form(number), () => countIn(this.#runs(), number));
    };
    return {
      whole: plantNumber((number) => bytes(number)),
      grouped: plantNumber((number) => bytes(grouped(number, " "))),
      dashed: plantNumber((number) => bytes(grouped(number, "-"))),
      wide: plantNumber((number) => wide(grouped(number, " "))),
      rest: plantNumber((number) => bytes(number.slice(8))),
      code: this.#plant(bytes('{"code":"739"'), () => this.#countCodes()),
      wideCode: this.#plant(wide('{"code":"739"'), () => this.#countCodes()),
    };
  }

  #plant(bytes, count) {
    const at = this.#exports.__wbindgen_malloc(bytes.length, 1);
    new Uint8Array(this.#exports.memory.buffer).set(bytes, at);
    const planted = count();
    this.#exports.__wbindgen_free(at, bytes.length, 1);
    return [planted, count()];
  }

  /** In latin1, so that each byte is a character. */
  #text() {
    return new TextDecoder("latin1").decode(this.#exports.memory.buffer);
  }

  #runs() {
    return (this.#text().match(RUN) ?? []).map(digitsOf).join("|");
  }

  /** How many security codes stand there as in what is sealed. Three digits alone would be found by chance. */
  #countCodes() {
    return this.#text().match(/c\0?o\0?d\0?e\0?"\0?:\0?"\0?\d/g)?.length ?? 0;
  }

  /** Where digits of the number are and what stands around them, to tell what was left from what is there by chance. */
  #describe(number) {
    const text = this.#text();
    return [...text.matchAll(RUN)].flatMap((match) =>
      windows(number)
        .filter((window) => digitsOf(match[0]).includes(window))
        .map((window) => {
          const around = text.slice(Math.max(0, match.index - 64), match.index + match[0].length + 64);
          return `${window} of ${number} at ${match.index} of ${text.length}: ${JSON.stringify(around)}`;
        }),
    );
  }
}

/** Eight digits or more, as UTF-8 or UTF-16, with gaps or without. */
const RUN = /\d(?:[\0 -]{0,3}\d){7,}/g;

function digitsOf(run) {
  return run.replaceAll(/\D/g, "");
}

/** Every eight digits in a row: an allocator overwrites the start of what is freed, so the whole is not looked for. */
function windows(number) {
  return Array.from({ length: number.length - 7 }, (_, at) => number.slice(at, at + 8));
}

function countIn(runs, number) {
  return windows(number).filter((window) => runs.includes(window)).length;
}

function bytes(text) {
  return new TextEncoder().encode(text);
}

function wide(text) {
  return Uint8Array.from([...text].flatMap((character) => [character.charCodeAt(0), 0]));
}

function grouped(number, gap) {
  return number.replaceAll(/(?<=^(?:.{4})+)/g, gap);
}
