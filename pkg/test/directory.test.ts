import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  CardsealError,
  type DirectoryResult,
  fetchDirectory,
  type PublishedDirectory,
  verifyDirectory,
} from "../src/server/index.js";
import { alterations, makePair, type Pair, sign, vectors, withHeader } from "./signed.js";

const [one, second, third] = vectors.cases;
const now = one.now;
const vault = vectors.vault;
const roots = [vectors.root];
const DAY = 86_400;

let root: Pair;
let online: Pair;
let signing: Pair;
let stranger: Pair;
beforeAll(async () => {
  [root, online, signing, stranger] = await Promise.all([makePair(), makePair(), makePair(), makePair()]);
});

const delegationHeader = () => ({ typ: "cardseal-delegation+jwt", jwk: root.jwk });
const directoryHeader = () => ({ typ: "cardseal-keys+jwt", kid: online.kid });
const delegationClaims = () => ({
  iss: root.kid,
  sub: vault,
  iat: now - 1000,
  exp: now - 1000 + 90 * DAY,
  cnf: { jwk: online.jwk },
});
const receiptKey = () => ({ ...signing.jwk, kid: signing.kid, alg: "ES256", use: "sig" });
const directoryClaims = () => ({
  iss: vault,
  iat: now,
  exp: now + DAY,
  seq: 7,
  prev: "A".repeat(43),
  keys: [receiptKey()] as unknown[],
  revoked: [] as string[],
});

/** A chain by jose; what is given takes the place of claims, headers and signers. */
async function publish({
  delegation = {},
  directory = {},
  by = root,
  directoryBy = online,
}: {
  delegation?: object | string;
  directory?: object | string;
  by?: Pair;
  directoryBy?: Pair;
} = {}): Promise<PublishedDirectory> {
  const whole = (claims: object, changes: object | string) =>
    typeof changes === "string" ? changes : { ...claims, ...changes };
  return {
    delegation: await sign(delegationHeader(), whole(delegationClaims(), delegation), by),
    directory: await sign(directoryHeader(), whole(directoryClaims(), directory), directoryBy),
  };
}

async function refusal(published: unknown, options: object = {}): Promise<string | undefined> {
  const trust = { vault, roots: [stranger.kid, root.kid], now, ...options };
  const result = await verifyDirectory(published as PublishedDirectory, trust);
  return result.ok ? undefined : result.error.code;
}

function accepted(result: DirectoryResult) {
  if (!result.ok) throw new Error(result.error.code);
  return result.directory;
}

describe("verifyDirectory", () => {
  it.each(vectors.cases)("takes what the protocol crate signed, and reads it whole", async (each) => {
    const { iat, exp, seq, keys, revoked } = each.directory_claims;
    const directory = accepted(await verifyDirectory(each, { vault, roots, now: each.now }));
    expect(directory).toEqual({
      vault,
      sequence: seq,
      issued: iat,
      expires: Math.min(exp, each.delegation_claims.exp),
      receiptKeys: keys
        .filter(({ alg }) => alg === "ES256")
        .map(({ kty, crv, x, y, kid }) => ({ kty, crv, x, y, kid, alg: "ES256", use: "sig" })),
      revoked,
      seen: expect.stringMatching(new RegExp(`^${each.delegation_claims.iat}\\.${seq}\\.[\\w-]{43}$`)),
    });
    expect(directory.receiptKeys).toHaveLength(2);
  });

  it("takes what jose signed", async () => {
    expect(await refusal(await publish())).toBeUndefined();
    expect(await refusal({ ...(await publish()), newer: 1 })).toBeUndefined();
  });

  it("takes the vault's origin as a person may write it", async () => {
    expect(await refusal(await publish(), { vault: "https://Vault.example:443/" })).toBeUndefined();
  });

  it("trusts only a pinned root, for its vault", async () => {
    const published = await publish();
    expect(await refusal(published, { roots: [stranger.kid] })).toBe("directory_untrusted");
    expect(await refusal(published, { vault: "https://vault.example:8443" })).toBe("directory_untrusted");
    expect(await refusal(await publish({ by: stranger }))).toBe("directory_untrusted");
    // A stranger's root in the place of a pinned one, and a pinned one under another's name.
    const header = { ...delegationHeader(), jwk: (await makePair()).jwk };
    const other = await sign(header, delegationClaims(), root);
    expect(await refusal({ ...published, delegation: other })).toBe("directory_untrusted");
    expect(await refusal(await publish({ delegation: { iss: stranger.kid } }))).toBe("directory_untrusted");
    expect(await refusal(await publish({ delegation: { sub: "https://other.example" } }))).toBe("directory_untrusted");
    const off = { alg: "ES256", typ: "cardseal-delegation+jwt", jwk: { ...root.jwk, y: "A".repeat(43) } };
    expect(await refusal({ ...published, delegation: withHeader(published.delegation, off) })).toBe(
      "directory_untrusted",
    );
  });

  it("trusts only a directory by the key that was delegated to, for its vault", async () => {
    expect(await refusal(await publish({ directoryBy: stranger }))).toBe("directory_untrusted");
    expect(await refusal(await publish({ directoryBy: root }))).toBe("directory_untrusted");
    expect(await refusal(await publish({ directory: { iss: "https://other.example" } }))).toBe("directory_untrusted");
    const named = await sign({ ...directoryHeader(), kid: root.kid }, directoryClaims(), root);
    expect(await refusal({ ...(await publish()), directory: named })).toBe("directory_untrusted");
    // Signed by the right key, under another's name.
    const renamed = await sign({ ...directoryHeader(), kid: root.kid }, directoryClaims(), online);
    expect(await refusal({ ...(await publish()), directory: renamed })).toBe("directory_untrusted");
    // Two halves of different chains.
    expect(await refusal({ ...one, directory: second.directory }, { roots })).toBe("directory_untrusted");
  });

  it("judges the time of both, with 60 seconds of leeway before and none after", async () => {
    const published = await publish();
    expect(await refusal(published, { now: now - 61 })).toBe("directory_expired");
    expect(await refusal(published, { now: now - 60 })).toBeUndefined();
    expect(await refusal(published, { now: now + DAY - 1 })).toBeUndefined();
    expect(await refusal(published, { now: now + DAY })).toBe("directory_expired");
    expect(await refusal(await publish({ delegation: { exp: now } }))).toBe("directory_expired");
    expect(await refusal(await publish({ delegation: { iat: now + 61 } }))).toBe("directory_expired");
    expect(await refusal(await publish({ delegation: { iat: now + 60 } }))).toBeUndefined();
  });

  it("says when to fetch anew: before the first of the two expires", async () => {
    const trust = { vault, roots: [root.kid], now };
    const short = await publish({ delegation: { exp: now + 10 } });
    expect(accepted(await verifyDirectory(short, trust)).expires).toBe(now + 10);
    expect(accepted(await verifyDirectory(await publish(), trust)).expires).toBe(now + DAY);
  });

  it("judges by its own clock unless told the time", async () => {
    const at = async (iat: number) => {
      const times = { iat, exp: iat + 100 };
      const published = await publish({ delegation: times, directory: times });
      const result = await verifyDirectory(published, { vault, roots: [root.kid] });
      return result.ok ? undefined : result.error.code;
    };
    const present = Math.floor(Date.now() / 1000);
    expect(await at(present)).toBeUndefined();
    expect(await at(present - 200)).toBe("directory_expired");
    expect(await at(present + 200)).toBe("directory_expired");
  });

  it("refuses to go back to an older directory than was seen", async () => {
    const at = (published: PublishedDirectory, seen?: string | null) =>
      verifyDirectory(published, { vault, roots: [root.kid], now, seen });
    const seventh = await publish();
    const { seen } = accepted(await at(seventh));
    expect(accepted(await at(seventh, seen)).seen).toBe(seen);
    expect(accepted(await at(await publish({ directory: { seq: 8 } }), seen)).sequence).toBe(8);
    expect(accepted(await at(seventh, null)).sequence).toBe(7);

    const rolledBack = { ok: false, error: { code: "directory_rolled_back", retryable: false } };
    expect(await at(await publish({ directory: { seq: 6 } }), seen)).toMatchObject(rolledBack);
    // Another of the same number.
    expect(await at(await publish({ directory: { exp: now + 5 } }), seen)).toMatchObject(rolledBack);
    // The root key has the last word: under a later delegation the numbers begin anew, under an earlier they do not.
    const first = { seq: 1, prev: undefined };
    expect(accepted(await at(await publish({ delegation: { iat: now }, directory: first }), seen)).sequence).toBe(1);
    expect(
      await at(await publish({ delegation: { iat: now - 2000, exp: now + DAY }, directory: { seq: 9 } }), seen),
    ).toMatchObject(rolledBack);
    // Its word must be proven before it is compared.
    expect(await refusal(await publish({ directoryBy: stranger, directory: { seq: 6 } }), { seen })).toBe(
      "directory_untrusted",
    );
  });

  it("remembers what the vault's chain is made of: each directory names the hash of the one before", async () => {
    for (const [before, after] of [
      [one, second],
      [second, third],
    ] as const) {
      const { seen } = accepted(await verifyDirectory(before, { vault, roots, now: before.now }));
      expect(seen.split(".")[2]).toBe(after.directory_claims.prev);
      expect(accepted(await verifyDirectory(after, { vault, roots, now: after.now, seen })).sequence).toBe(
        after.directory_claims.seq,
      );
    }
  });

  it("lists as receipt keys only those that are for that alone, and never a revoked one", async () => {
    const listed = async (keys: unknown[], revoked: string[] = []) => {
      const result = await verifyDirectory(await publish({ directory: { keys, revoked } }), {
        vault,
        roots: [root.kid],
        now,
      });
      return accepted(result).receiptKeys.map(({ kid }) => kid);
    };
    const other = { ...stranger.jwk, alg: "ES256" };
    expect(await listed([receiptKey(), other])).toEqual([signing.kid, stranger.kid]);
    expect(await listed([receiptKey(), other], [signing.kid])).toEqual([stranger.kid]);
    expect(await listed([{ ...receiptKey(), nbf: now - 9, exp: now - 1 }])).toEqual([signing.kid]);
    expect(
      await listed([
        { ...receiptKey(), alg: undefined },
        { ...receiptKey(), alg: "HPKE-7", use: "enc" },
        { ...receiptKey(), use: "enc" },
        { ...receiptKey(), kid: stranger.kid },
        { ...receiptKey(), y: "A".repeat(43), kid: undefined },
        { kty: "AKP", alg: "HPKE-99", use: "enc", pub: "AA", kid: "x", level: 5 },
      ]),
    ).toEqual([]);
  });

  it.each<object | string>([
    ...["iss", "iat", "exp", "seq", "prev", "keys", "revoked"].map((name) => ({ [name]: undefined })),
    ...["iss", "iat", "exp", "seq", "prev", "keys", "revoked"].map((name) => ({ [name]: null })),
    { extra: 1 },
    { toString: 1 },
    { iss: "https://vault.example/" },
    { seq: 0 },
    { seq: 1 },
    { seq: 7.5 },
    { seq: "7" },
    { prev: "AA" },
    { exp: now + DAY + 1 },
    { exp: now },
    { iat: now + 0.5 },
    { keys: {} },
    { keys: ["AA"] },
    { keys: [null] },
    { keys: [{}] },
    { keys: Array(65).fill({ kty: "AKP" }) },
    { keys: [{ kty: "EC", d: "AA" }] },
    { keys: [{ kty: "AKP", priv: "AA" }] },
    { keys: [{ kty: "EC", kid: 1 }] },
    { keys: [{ kty: "EC", nbf: "1" }] },
    { keys: [{ kty: "EC", exp: -1 }] },
    { keys: [{ kty: "EC", key_ops: ["verify"] }] },
    { revoked: ["AA"] },
    { revoked: [1] },
    { revoked: Array(513).fill("A".repeat(43)) },
  ])("refuses the directory's claims %o though they are signed", async (directory) => {
    expect(await refusal(await publish({ directory }))).toBe("directory_malformed");
  });

  it.each<object>([
    ...["iss", "sub", "iat", "exp", "cnf"].map((name) => ({ [name]: undefined })),
    ...["iss", "sub", "iat", "exp", "cnf"].map((name) => ({ [name]: null })),
    { extra: 1 },
    { exp: now - 1000 + 90 * DAY + 1 },
    { exp: now - 1000 },
    { sub: "vault.example" },
    { cnf: {} },
    { cnf: { jwk: {} } },
    { cnf: { jwk: { kty: "EC" } } },
    { cnf: { kid: "x" } },
    { cnf: { jwk: { ...one.delegation_claims.cnf.jwk, y: "A".repeat(43) } } },
    { cnf: { jwk: { ...one.delegation_claims.cnf.jwk, alg: "ES256" } } },
    { cnf: { jwk: one.delegation_claims.cnf.jwk, kid: "x" } },
  ])("refuses the delegation's claims %o though they are signed", async (delegation) => {
    expect(await refusal(await publish({ delegation }))).toBe("directory_malformed");
  });

  it("refuses a member that comes twice", async () => {
    const twice = (claims: object, member: string) => JSON.stringify(claims).replace("{", `{${member},`);
    const key = JSON.stringify(directoryClaims()).replace('"kty":"EC"', '"kty":"EC","kty":"EC"');
    for (const published of [
      await publish({ directory: twice(directoryClaims(), '"seq":9') }),
      await publish({ directory: key }),
      await publish({ delegation: twice(delegationClaims(), `"sub":"${vault}"`) }),
    ]) {
      expect(await refusal(published)).toBe("directory_malformed");
    }
  });

  it("refuses any other header", async () => {
    const published = await publish();
    const [delegation, directory] = [
      { alg: "ES256", ...delegationHeader() },
      { alg: "ES256", ...directoryHeader() },
    ];
    for (const changes of [{ typ: "JWT" }, { typ: "cardseal-order+jwt" }, { crit: [] }, { alg: undefined }]) {
      const headers = [withHeader(published.delegation, { ...delegation, ...changes })];
      expect(await refusal({ ...published, delegation: headers[0] })).toBe("directory_malformed");
      const other = withHeader(published.directory, { ...directory, ...changes });
      expect(await refusal({ ...published, directory: other })).toBe("directory_malformed");
    }
    for (const alg of ["none", "HS256", "ES384"]) {
      const unsupported = "directory_algorithm_unsupported";
      const first = withHeader(published.delegation, { ...delegation, alg });
      expect(await refusal({ ...published, delegation: first })).toBe(unsupported);
      const last = withHeader(published.directory, { ...directory, alg });
      expect(await refusal({ ...published, directory: last })).toBe(unsupported);
    }
    // One in the place of the other.
    expect(await refusal({ delegation: published.directory, directory: published.delegation })).toBe(
      "directory_malformed",
    );
  });

  it("refuses what is too long", async () => {
    const spaces = (claims: object, length: number) => JSON.stringify(claims) + " ".repeat(length);
    expect(await refusal(await publish({ delegation: spaces(delegationClaims(), 2048) }))).toBe("directory_malformed");
    expect(await refusal(await publish({ directory: spaces(directoryClaims(), 65_536) }))).toBe("directory_malformed");
    expect(await refusal(await publish({ directory: spaces(directoryClaims(), 32_768) }))).toBeUndefined();
  });

  it.each([undefined, null, 1, "", [], {}, { delegation: "" }, { delegation: 1, directory: 1 }])(
    "refuses %o",
    async (published) => {
      expect(await refusal(published)).toBe("directory_malformed");
    },
  );

  it("refuses every flipped bit and every cut of both", { timeout: 120_000 }, async () => {
    const published = await publish();
    expect(await refusal(published)).toBeUndefined();
    for (const member of ["delegation", "directory"] as const) {
      let count = 0;
      for (const altered of alterations(published[member])) {
        expect(await refusal({ ...published, [member]: altered }), altered).toMatch(
          /^directory_(malformed|untrusted|algorithm_unsupported)$/,
        );
        count++;
      }
      expect(count).toBe(8 * published[member].length);
    }
  });

  it.each<[string, object]>([
    ["no roots", { roots: undefined }],
    ["roots that are no list", { roots: "A".repeat(43) }],
    ["an empty list of roots", { roots: [] }],
    ["nine roots", { roots: Array(9).fill("A".repeat(43)) }],
    ["a root that is no thumbprint", { roots: ["A".repeat(42)] }],
    ["roots that are keys", { roots: [one.delegation_claims.cnf.jwk] }],
    ["no vault", { vault: undefined }],
    ["a vault that is no origin", { vault: "https://vault.example/pay" }],
    ["a vault without TLS", { vault: "http://vault.example" }],
    ["what was not seen", { seen: "" }],
    ["what was spoiled since it was seen", { seen: `1.2.${"A".repeat(42)}` }],
    ["what was seen twice", { seen: `1.2.${"A".repeat(43)}.` }],
    ["what was seen at no time", { seen: `-1.2.${"A".repeat(43)}` }],
    ["what was seen as a number", { seen: 1 }],
  ])("rejects for %s", async (_, options) => {
    await expect(refusal(one, { roots, ...options })).rejects.toBeInstanceOf(CardsealError);
    await expect(refusal(one, { roots, ...options })).rejects.toMatchObject({
      code: "options_invalid",
      message: expect.stringContaining(Object.keys(options)[0] as string),
    });
  });
});

describe("fetchDirectory", () => {
  let server: Server | undefined;
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  });

  /** A vault that answers so, and its origin. */
  async function serve(answer: RequestListener): Promise<string> {
    server = createServer(answer);
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** One time for all: under a delegation that is a second newer, the numbers of directories may begin anew. */
  const iat = Math.floor(Date.now() / 1000);

  /** A chain that is valid now, for the vault of this origin. */
  async function current(origin: string, directory: object = {}): Promise<PublishedDirectory> {
    const times = { iat, exp: iat + 1000 };
    return publish({
      delegation: { ...times, sub: origin },
      directory: { ...times, iss: origin, ...directory },
    });
  }

  it("asks the vault, once, and gives what is verified", async () => {
    const asked: (string | undefined)[] = [];
    const origin = await serve(async ({ method, url, headers }, response) => {
      asked.push(`${method} ${url} ${headers.authorization ?? "without a key"}`);
      response.setHeader("content-type", "application/json").end(JSON.stringify(await current(origin)));
    });
    const directory = accepted(await fetchDirectory({ vault: origin, roots: [root.kid] }));
    expect(directory).toMatchObject({ vault: origin, sequence: 7, receiptKeys: [{ kid: signing.kid }] });
    expect(asked).toEqual(["GET /.well-known/cardseal/keys without a key"]);
  });

  it("verifies what it is given: another vault's, an older one", async () => {
    let answer: PublishedDirectory = one;
    const origin = await serve((_, response) => response.end(JSON.stringify(answer)));
    const code = async (seen?: string) => {
      const result = await fetchDirectory({ vault: origin, roots: [root.kid, vectors.root], seen });
      return result.ok ? undefined : result.error.code;
    };
    expect(await code()).toBe("directory_untrusted");
    answer = await current(origin);
    expect(await code()).toBeUndefined();
    const { seen } = accepted(await fetchDirectory({ vault: origin, roots: [root.kid] }));
    answer = await current(origin, { seq: 6 });
    expect(await code(seen)).toBe("directory_rolled_back");
    answer = {} as PublishedDirectory;
    expect(await code()).toBe("directory_malformed");
  });

  it("asks again where the vault cannot answer yet", async () => {
    let count = 0;
    const origin = await serve(async (_, response) => {
      if (++count === 1) response.writeHead(503).end();
      else response.end(JSON.stringify(await current(origin)));
    });
    expect((await fetchDirectory({ vault: origin, roots: [root.kid] })).ok).toBe(true);
    expect(count).toBe(2);
  });

  it.each<[string, RequestListener]>([
    ["response_invalid", (_, response) => response.end("<html>")],
    ["response_invalid", (_, response) => response.writeHead(404).end()],
    ["network", (_, response) => response.writeHead(302, { location: "/elsewhere" }).end()],
    ["timeout", () => {}],
  ])("resolves to the failure %s", async (code, answer) => {
    const origin = await serve(answer);
    const result = await fetchDirectory({ vault: origin, roots: [root.kid], timeout: 700 });
    expect(result).toMatchObject({ ok: false, error: { code } });
  });

  it("takes a fetch of one's own", async () => {
    const answer = await current(vault);
    const own = (async (url: string) => Response.json(url.startsWith(`${vault}/`) ? answer : {})) as typeof fetch;
    expect((await fetchDirectory({ vault, roots: [root.kid], fetch: own })).ok).toBe(true);
  });

  it("rejects for options that are wrong", async () => {
    for (const wrong of [{ roots: [] }, { vault: "x" }, { timeout: 0 }, { seen: "x" }]) {
      await expect(fetchDirectory({ vault, roots, ...wrong })).rejects.toMatchObject({ code: "options_invalid" });
    }
  });
});
