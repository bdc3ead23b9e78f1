import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { CardsealError, createVaultClient, type VaultClient } from "../src/server/index.js";

const apiKey = "sk_test_3vRzP0mQ";
const request = { token: "tok_abc", order: "aGVhZA.Ym9keQ.c2ln" };
const approved = {
  payment: "pay_1",
  status: "approved",
  decline_code: null,
  authorization_code: "123456",
  order: "order-1",
  amount: 4200,
  currency: "EUR",
  token: "tok_abc",
  brand: "visa",
  last4: "4242",
  created: 1_800_000_000,
};
const token = {
  token: "tok_abc",
  status: "active",
  brand: "visa",
  last4: "4242",
  exp_month: 12,
  exp_year: 2030,
  order: "order-1",
  amount: 4200,
  currency: "EUR",
  created: 1_800_000_000,
  expires: 1_800_000_900,
  receipt: "a.b.c",
  dual_signature: "d.e.f",
};

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** A vault that gives these answers in turn, the last one again and again. */
async function vault(...answers: RequestListener[]): Promise<{ origin: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    const answer = answers[Math.min(seen.length, answers.length - 1)] as RequestListener;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const json =
  (status: number, body: unknown, headers = {}) =>
  (_: unknown, response: ServerResponse) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const text =
  (status: number, body: string, headers = {}) =>
  (_: unknown, response: ServerResponse) =>
    void response.writeHead(status, headers).end(body);
const problem = (status: number, code: string, headers = {}) =>
  json(status, { code, status, title: `Title of ${code}.` }, headers);
const drop = (request: IncomingMessage) => void request.socket.destroy();
const dropHalfway = (request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(201, { "content-length": "1000" });
  response.write('{"payment":', () => request.socket.destroy());
};
const hang = () => undefined;

const client = (origin: string, options = {}): VaultClient => createVaultClient({ vault: origin, apiKey, ...options });

describe("pay", () => {
  it("sends what docs/protocol.md says and reads an approved payment", async () => {
    const { origin, seen } = await vault(json(201, { ...approved, member_of_a_newer_vault: 1 }));
    const result = await client(origin).pay(request);
    expect(result).toEqual({
      ok: true,
      payment: "pay_1",
      status: "approved",
      authorizationCode: "123456",
      order: "order-1",
      amount: 4200,
      currency: "EUR",
      token: "tok_abc",
      brand: "visa",
      last4: "4242",
      created: 1_800_000_000,
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: "POST", url: "/v1/payments", body: JSON.stringify(request) });
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      "content-type": "application/json",
      "idempotency-key": expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it("reads a declined payment", async () => {
    const declined = { ...approved, status: "declined", decline_code: "insufficient_funds", authorization_code: null };
    const { origin } = await vault(json(201, declined));
    const result = await client(origin).pay(request);
    expect(result).toMatchObject({ ok: true, status: "declined", declineCode: "insufficient_funds" });
    expect(result).not.toHaveProperty("authorizationCode");
  });

  it("takes a card of no known brand", async () => {
    const { origin } = await vault(json(201, { ...approved, brand: null }));
    expect(await client(origin).pay(request)).toMatchObject({ ok: true, status: "approved", brand: null });
  });

  it("sends the same bytes and Idempotency-Key again after a lost connection and a 503", async () => {
    const { origin, seen } = await vault(
      drop,
      problem(503, "unavailable", { "retry-after": "1" }),
      json(201, approved),
    );
    const before = performance.now();
    expect(await client(origin).pay(request)).toMatchObject({ ok: true, status: "approved" });
    expect(performance.now() - before).toBeGreaterThan(1000);
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ body, headers }) => `${body}${headers["idempotency-key"]}`)).size).toBe(1);
  });

  it("uses the same Idempotency-Key for the same token and order only", async () => {
    const { origin, seen } = await vault(json(201, approved));
    await client(origin).pay(request);
    await client(origin).pay(request);
    await client(origin).pay({ ...request, token: "tok_abd" });
    await client(origin).pay({ ...request, order: "aGVhZA.Ym9keQ.c2lo" });
    const [first, second, third, fourth] = seen.map(({ headers }) => headers["idempotency-key"]);
    expect(second).toBe(first);
    expect(new Set([first, third, fourth]).size).toBe(3);
  });

  it("sends again what broke off in the middle of an answer", async () => {
    const { origin, seen } = await vault(dropHalfway, json(201, approved));
    expect(await client(origin).pay(request)).toMatchObject({ ok: true });
    expect(seen).toHaveLength(2);
  });

  it.each([
    ["a connection that is always dropped", drop, "network"],
    ["a vault that stays unavailable", problem(503, "unavailable"), "unavailable"],
    ["a gateway in front of it", text(502, "<html>Bad Gateway</html>"), "unavailable"],
  ])("gives up after three attempts: %s", async (_, answer, code) => {
    const { origin, seen } = await vault(answer);
    expect(await client(origin).pay(request)).toMatchObject({ ok: false, error: { code, retryable: true } });
    expect(seen).toHaveLength(3);
  });

  it.each([
    [401, "api_key_invalid"],
    [404, "token_unknown"],
    [409, "order_mismatch"],
    [409, "order_paid"],
    [410, "token_spent"],
    [504, "acquirer_timeout"],
    [500, "internal"],
    [418, "a_code_of_a_newer_vault"],
  ])("gives a %i once, as the vault's own code: %s", async (status, code) => {
    const { origin, seen } = await vault(problem(status, code));
    expect(await client(origin).pay(request)).toEqual({
      ok: false,
      error: { code, message: `Title of ${code}.`, retryable: false },
    });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ["malformed JSON", text(201, "{")],
    ["no body", text(201, "")],
    ["null", json(201, null)],
    ["an empty object", json(201, {})],
    ["neither approved nor declined", json(201, { ...approved, status: "pending" })],
    ["approved without an authorisation code", json(201, { ...approved, authorization_code: null })],
    ["declined without a code", json(201, { ...approved, status: "declined" })],
    ["an amount that is text", json(201, { ...approved, amount: "4200" })],
    ["an error that is no problem document", text(400, "<html>")],
  ])("never takes a strange answer for a payment: %s", async (_, answer) => {
    const { origin, seen } = await vault(answer);
    expect(await client(origin).pay(request)).toMatchObject({ ok: false, error: { code: "response_invalid" } });
    expect(seen).toHaveLength(1);
  });

  it("ends within its time-out when the vault says nothing", async () => {
    const { origin, seen } = await vault(hang);
    const before = performance.now();
    const result = await client(origin, { timeout: 200 }).pay(request);
    expect(result).toMatchObject({ ok: false, error: { code: "timeout", retryable: true } });
    expect(performance.now() - before).toBeLessThan(2000);
    expect(seen).toHaveLength(1);
  });

  it("ends within its time-out when the vault says to come back much later", async () => {
    const { origin, seen } = await vault(problem(503, "unavailable", { "retry-after": "60" }));
    expect(await client(origin, { timeout: 500 }).pay(request)).toMatchObject({
      ok: false,
      error: { code: "unavailable" },
    });
    expect(seen).toHaveLength(1);
  });

  it("follows no redirect, so that the API key goes nowhere else", async () => {
    const elsewhere = await vault(json(201, approved));
    const first = server;
    const { origin } = await vault(text(307, "", { location: `${elsewhere.origin}/v1/payments` }));
    expect(await client(origin, { timeout: 1000 }).pay(request)).toMatchObject({
      ok: false,
      error: { code: "network" },
    });
    expect(elsewhere.seen).toEqual([]);
    await new Promise((resolve) => first?.close(resolve));
  });

  it.each([
    [{ ...request, token: "" }, "request_malformed"],
    [{ ...request, token: "tok_../../v1/keys" }, "request_malformed"],
    [{ ...request, token: 7 }, "request_malformed"],
    [{ ...request, order: undefined }, "request_malformed"],
    [{ ...request, order: "a.b" }, "request_malformed"],
    [{ ...request, order: `a.b.${"c".repeat(16_384)}` }, "order_too_large"],
  ])("sends nothing for what no page of ours makes, and does not throw: case %#", async (malformed, code) => {
    const { origin, seen } = await vault(json(201, approved));
    expect(await client(origin).pay(malformed as never)).toMatchObject({
      ok: false,
      error: { code, retryable: false },
    });
    expect(seen).toEqual([]);
  });

  it("says nothing of the key, the token or the order when it fails", async () => {
    const { origin } = await vault(drop);
    const result = await client(origin).pay(request);
    for (const secret of [apiKey, request.token, request.order]) expect(inspect(result)).not.toContain(secret);
  });
});

describe("token", () => {
  it("reads what the vault tells", async () => {
    const { origin, seen } = await vault(json(200, token));
    const { exp_month: expMonth, exp_year: expYear, dual_signature: dualSignature, ...members } = token;
    expect(await client(origin).token("tok_abc")).toEqual({ ok: true, ...members, expMonth, expYear, dualSignature });
    expect(seen[0]).toMatchObject({ method: "GET", url: "/v1/tokens/tok_abc", body: "" });
    expect(seen[0]?.headers["idempotency-key"]).toBeUndefined();
  });

  it("reads a token from before there were receipts", async () => {
    const { receipt, dual_signature, ...before } = token;
    for (const body of [before, { ...before, receipt: null, dual_signature: null }]) {
      const { origin } = await vault(json(200, body));
      expect(await client(origin).token("tok_abc")).toMatchObject({ ok: true, receipt: null, dualSignature: null });
    }
    const { origin } = await vault(json(200, { ...before, receipt: 1 }));
    expect(await client(origin).token("tok_abc")).toMatchObject({ ok: false, error: { code: "response_invalid" } });
  });

  it("gives the vault's refusal, and refuses strange answers and ids", async () => {
    const { origin, seen } = await vault(problem(404, "token_unknown"), json(200, { ...token, status: "?" }));
    expect(await client(origin).token("tok_abc")).toMatchObject({ ok: false, error: { code: "token_unknown" } });
    expect(await client(origin).token("tok_abc")).toMatchObject({ ok: false, error: { code: "response_invalid" } });
    expect(await client(origin).token("../keys")).toMatchObject({ ok: false, error: { code: "request_malformed" } });
    expect(seen).toHaveLength(2);
  });
});

describe("deleteToken", () => {
  it("is content with 204, and sends again after a lost connection", async () => {
    const { origin, seen } = await vault(drop, text(204, ""));
    expect(await client(origin).deleteToken("tok_abc")).toEqual({ ok: true });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(2).fill("DELETE /v1/tokens/tok_abc"));
  });
});

describe("createVaultClient", () => {
  it.each([
    { vault: "vault.example" },
    { vault: "http://vault.example" },
    { vault: "https://vault.example/v1" },
    { vault: undefined },
    { apiKey: "" },
    { apiKey: "pk_test" },
    { apiKey: "sk_a\r\nx-injected: 1" },
    { apiKey: undefined },
    { timeout: 0 },
    { timeout: Number.NaN },
    { timeout: 120_001 },
    { timeout: "1000" },
  ])("throws options_invalid for %o, without the key", (options) => {
    const make = () => createVaultClient({ vault: "https://vault.example", apiKey, ...options } as never);
    expect(make).toThrow(CardsealError);
    expect(make).toThrow(
      expect.objectContaining({ code: "options_invalid", message: expect.not.stringContaining("sk_a") }),
    );
  });

  it("does not show the key to whoever logs the client", () => {
    const made = createVaultClient({ vault: "https://vault.example", apiKey });
    expect(inspect(made, { depth: null, showHidden: true })).not.toContain(apiKey);
    expect(JSON.stringify(made)).not.toContain(apiKey);
  });

  it("uses the fetch it is given", async () => {
    const urls: unknown[] = [];
    const fetch = async (url: unknown) => {
      urls.push(url);
      return Response.json(token);
    };
    const made = createVaultClient({
      vault: "https://vault.example/",
      apiKey,
      fetch: fetch as typeof globalThis.fetch,
    });
    expect(await made.token("tok_abc")).toMatchObject({ ok: true });
    expect(urls).toEqual(["https://vault.example/v1/tokens/tok_abc"]);
  });
});

describe("receipts", () => {
  const kept = { seq: 8, receipt: "a.b.c", dual_signature: "d.e.f" };

  it("reads a page of the merchant's chain", async () => {
    const { origin, seen } = await vault(json(200, { receipts: [kept] }), json(200, { receipts: [] }));
    expect(await client(origin).receipts(7)).toEqual({
      ok: true,
      receipts: [{ seq: 8, receipt: "a.b.c", dualSignature: "d.e.f" }],
    });
    expect(await client(origin).receipts()).toEqual({ ok: true, receipts: [] });
    expect(seen.map(({ url }) => url)).toEqual(["/v1/receipts?after=7", "/v1/receipts?after=0"]);
  });

  it("gives the vault's refusal, and refuses strange answers and numbers", async () => {
    const strange = [
      {},
      { receipts: [null] },
      { receipts: [{ ...kept, seq: "8" }] },
      { receipts: [{ ...kept, receipt: "" }] },
    ];
    const { origin } = await vault(problem(401, "api_key_invalid"), ...strange.map((body) => json(200, body)));
    expect(await client(origin).receipts()).toMatchObject({ ok: false, error: { code: "api_key_invalid" } });
    for (const _ of strange) {
      expect(await client(origin).receipts()).toMatchObject({ ok: false, error: { code: "response_invalid" } });
    }
    for (const after of [-1, 1.5, Number.NaN]) {
      expect(await client(origin).receipts(after)).toMatchObject({ ok: false, error: { code: "request_malformed" } });
    }
  });
});
