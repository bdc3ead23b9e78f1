import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, run } from "./run.js";
import { type Case, makePair, type Pair, sign, vectors } from "./signed.js";

/** What the auditor is given. */
interface Evidence {
  merchant: { order: string; dual_signature: string; receipt: string };
  vault: {
    token: string;
    merchant: string;
    order_hash: string;
    card_hash: string;
    created: number;
    dual_signature: string;
    receipt: string;
  };
  public: { vault: string; root: string; order_key: object; directory: { delegation: string; directory: string } };
}

/** A folder inside the repository, so that the program finds `jose`. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(`${ROOT}pkg/test/.disputes-`);
  const page = await readFile(`${ROOT}docs/disputes.md`, "utf8");
  const blocks = [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);
  expect(blocks).toHaveLength(7);
  await writeFile(`${folder}/audit.mjs`, blocks.join("\n"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the program of the page. */
async function audit(evidence: Evidence): Promise<{ code: number; output: string }> {
  for (const [name, value] of Object.entries(evidence))
    await writeFile(`${folder}/${name}.json`, JSON.stringify(value));
  return run(process.execPath, ["audit.mjs"], folder);
}

function evidenceOf(one: Case, root = vectors.root, orderKey: object = vectors.order_key): Evidence {
  const { order, dual_signature, receipt, delegation, directory, receipt_claims: claims } = one;
  return {
    merchant: { order, dual_signature, receipt },
    vault: {
      token: claims.sub,
      merchant: claims.aud,
      order_hash: claims.order,
      card_hash: claims.card,
      created: claims.iat,
      dual_signature,
      receipt,
    },
    public: { vault: vectors.vault, root, order_key: orderKey, directory: { delegation, directory } },
  };
}

/** Another letter in the middle of what is signed. */
function spoiled(jws: string): string {
  const at = jws.lastIndexOf(".") - 20;
  return `${jws.slice(0, at)}${jws[at] === "A" ? "B" : "A"}${jws.slice(at + 1)}`;
}

const [one, other, third] = vectors.cases;

describe("the audit of docs/disputes.md", { timeout: 60_000 }, () => {
  it.each(vectors.cases)("passes with what the protocol crate signed", async (each) => {
    const { code, output } = await audit(evidenceOf(each));
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(each.receipt_claims.last4) });
    const { sub, device, origin } = each.receipt_claims;
    for (const fact of [sub, device, origin, "mer_demo"]) expect(output).toContain(fact);
  });

  /** Each alteration, and what the program must say of it. */
  const alterations: [string, (evidence: Evidence) => unknown, string][] = [
    ["the order is altered", ({ merchant }) => (merchant.order = spoiled(merchant.order)), "the order: not authentic"],
    [
      "another order is in its place",
      ({ merchant }) => (merchant.order = other.order),
      "the merchant's dual signature: for another order",
    ],
    [
      "the order is by another key",
      (evidence) => (evidence.public.order_key = one.delegation_claims.cnf.jwk),
      "the order: not authentic",
    ],
    ...(["merchant", "vault"] as const).flatMap((who): [string, (evidence: Evidence) => unknown, string][] => [
      [
        `the ${who}'s dual signature is altered`,
        ({ [who]: half }) => (half.dual_signature = spoiled(half.dual_signature)),
        `the ${who}'s dual signature: not authentic`,
      ],
      [
        `the ${who}'s dual signature is another's`,
        ({ [who]: half }) => (half.dual_signature = other.dual_signature),
        `the ${who}'s dual signature: for another order`,
      ],
      [
        `the ${who}'s dual signature is something else that is signed`,
        ({ [who]: half }) => (half.dual_signature = one.delegation),
        `the ${who}'s dual signature: not authentic`,
      ],
      [
        `the ${who}'s receipt is altered`,
        ({ [who]: half }) => (half.receipt = spoiled(half.receipt)),
        `the ${who}'s receipt: not authentic`,
      ],
      [
        `the ${who}'s receipt is another's`,
        ({ [who]: half }) => (half.receipt = other.receipt),
        `the ${who}'s receipt: not authentic`,
      ],
    ]),
    ["the record's token is another", ({ vault }) => (vault.token = "tok_1"), "the vault's record: another sub"],
    ["the record's merchant is another", ({ vault }) => (vault.merchant = "m"), "the vault's record: another aud"],
    [
      "the record's order is another",
      ({ vault }) => (vault.order_hash = other.receipt_claims.order),
      "the vault's record: another order",
    ],
    [
      "the record's card is another",
      ({ vault }) => (vault.card_hash = other.receipt_claims.card),
      "the vault's record: another card",
    ],
    ["the record's time is another", ({ vault }) => vault.created++, "the vault's record: another iat"],
    [
      "the root key is another",
      (evidence) => (evidence.public.root = other.receipt_claims.key),
      "the delegation: by another root key",
    ],
    [
      "the delegation is altered",
      ({ public: { directory } }) => (directory.delegation = spoiled(directory.delegation)),
      "the delegation: not authentic",
    ],
    [
      "the directory is altered",
      ({ public: { directory } }) => (directory.directory = spoiled(directory.directory)),
      "the directory: not authentic",
    ],
    [
      "the directory is of another day",
      (evidence) => (evidence.public.directory = third),
      "the merchant's receipt: not authentic",
    ],
    [
      "the vault is another",
      (evidence) => (evidence.public.vault = "https://other.example"),
      "the delegation: for another vault",
    ],
  ];

  it.each(alterations)("finds that %s", async (_, alter, found) => {
    const evidence = structuredClone(evidenceOf(one));
    alter(evidence);
    expect(evidence).not.toEqual(evidenceOf(one));
    const { code, output } = await audit(evidence);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(found) });
  });

  describe("with keys of one's own, where everything is well signed", () => {
    let keys: Record<"root" | "online" | "vault" | "device" | "merchant" | "stranger", Pair>;
    beforeAll(async () => {
      const [root, online, vault, device, merchant, stranger] = await Promise.all([
        makePair(),
        makePair(),
        makePair(),
        makePair(),
        makePair(),
        makePair(),
      ]);
      keys = { root, online, vault, device, merchant, stranger };
    });

    /** The first case signed anew, with these claims in place of its own. */
    async function signAnew({
      order: orderChanges = {},
      dual = {},
      receipt = {},
      directory = {},
      by = keys.device,
    }: {
      order?: object;
      dual?: object;
      receipt?: object;
      directory?: object;
      by?: Pair;
    }): Promise<Evidence> {
      const { root, online, vault, device, merchant } = keys;
      const orderClaims = JSON.parse(Buffer.from(one.order.split(".")[1] as string, "base64url").toString());
      const header = { typ: "cardseal-order+jwt", kid: merchant.kid };
      const order = await sign(header, { ...orderClaims, ...orderChanges }, merchant);
      const hashes = { order: await hashOf(order), card: one.receipt_claims.card };
      const listed = {
        ...one.directory_claims,
        keys: [{ ...vault.jwk, kid: vault.kid, alg: "ES256", use: "sig" }],
        ...directory,
      };
      const receiptClaims = { ...one.receipt_claims, ...hashes, device: device.kid, ...receipt };
      return evidenceOf(
        {
          ...one,
          order,
          dual_signature: await sign(
            { typ: "cardseal-dual-signature+jwt", jwk: by.jwk },
            { iat: one.dual_signature_claims.iat, ...hashes, ...dual },
            by,
          ),
          receipt: await sign({ typ: "cardseal-receipt+jwt", kid: vault.kid }, receiptClaims, vault),
          receipt_claims: receiptClaims,
          delegation: await sign(
            { typ: "cardseal-delegation+jwt", jwk: root.jwk },
            { ...one.delegation_claims, iss: root.kid, cnf: { jwk: online.jwk } },
            root,
          ),
          directory: await sign({ typ: "cardseal-keys+jwt", kid: online.kid }, listed, online),
        },
        root.kid,
        merchant.jwk,
      );
    }

    const { order, card } = other.receipt_claims;
    const { iat } = one.receipt_claims;
    it.each<[string, () => Parameters<typeof signAnew>[0], string]>([
      ["nothing", () => ({}), ""],
      ["the device, which is another", () => ({ by: keys.stranger }), "receipt: for another device"],
      ["the dual signature's order", () => ({ dual: { order } }), "dual signature: for another order"],
      ["the dual signature's card", () => ({ dual: { card } }), "receipt: for another card"],
      ["the dual signature's time", () => ({ dual: { iat: iat - 301 } }), "dual signature: of another time"],
      ["the order's end", () => ({ order: { exp: iat } }), "the order: not valid when the token was made"],
      ["the order's beginning", () => ({ order: { iat: iat + 61 } }), "the order: not valid when the token was made"],
      ["the receipt's order", () => ({ receipt: { order } }), "receipt: for another order"],
      ["the receipt's card", () => ({ receipt: { card } }), "receipt: for another card"],
      ["the receipt's merchant", () => ({ receipt: { aud: "mer_other" } }), "receipt: for another merchant"],
      ["the receipt's vault", () => ({ receipt: { iss: "https://other.example" } }), "receipt: of another vault"],
      ["the receipt's time", () => ({ receipt: { iat: iat - 1000 } }), "the directory was not in force"],
      ["the directory's vault", () => ({ directory: { iss: "https://other.example" } }), "directory: of another vault"],
      ["the directory's time", () => ({ directory: { exp: iat } }), "the directory was not in force"],
      ["a key, which is revoked", () => ({ directory: { revoked: [keys.vault.kid] } }), "receipt: not authentic"],
      ["a key, which is not listed", () => ({ directory: { keys: [] } }), "receipt: not authentic"],
    ])("finds what does not fit: %s", async (_, changes, found) => {
      const { code, output } = await audit(await signAnew(changes()));
      expect({ code, output }).toEqual({ code: found ? 1 : 0, output: expect.stringContaining(found) });
    });

    it("finds that the halves hold two receipts or dual signatures, each right in itself", async () => {
      const evidence = await signAnew({});
      const { vault } = await signAnew({ receipt: { last4: "0000" } });
      const twice = await audit({ ...evidence, vault: { ...evidence.vault, receipt: vault.receipt } });
      expect(twice).toEqual({ code: 1, output: expect.stringContaining("the halves hold different receipts") });
      const later = (await signAnew({ dual: { iat: iat + 1 } })).vault.dual_signature;
      const twoDuals = await audit({ ...evidence, vault: { ...evidence.vault, dual_signature: later } });
      expect(twoDuals).toEqual({ code: 1, output: expect.stringContaining("different dual signatures") });
    });
  });
});

async function hashOf(jws: string): Promise<string> {
  const input = new TextEncoder().encode(jws.slice(0, jws.lastIndexOf(".")));
  return Buffer.from(await crypto.subtle.digest("SHA-256", input)).toString("base64url");
}
