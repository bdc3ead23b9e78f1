// npm's jose verifies the directories, dual signatures and receipts that we made (first argument) and signs as many for us
// to verify (second argument).

import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import * as jose from "jose";

const [, , oursPath, theirsPath] = process.argv;
const ours = JSON.parse(readFileSync(oursPath, "utf8"));
const altered = jose.errors.JWSSignatureVerificationFailed;

for (const one of ours.cases) await read(one);
console.log(
  `${ours.cases.length} delegations, directories, receipts and dual signatures of ours verified by jose: 0 mismatches`,
);
writeFileSync(theirsPath, JSON.stringify(await write()));

async function read(one) {
  // The delegation by the key in its header, which is the pinned one; the directory by the key that it delegates to.
  const delegation = await verified(one.delegation, jose.EmbeddedJWK, "cardseal-delegation+jwt", one.delegation_claims);
  assert.equal(await jose.calculateJwkThumbprint(delegation.jwk), ours.root);
  const online = one.delegation_claims.cnf.jwk;
  const directory = await verified(
    one.directory,
    await jose.importJWK(online, "ES256"),
    "cardseal-keys+jwt",
    one.directory_claims,
  );
  assert.equal(directory.kid, await jose.calculateJwkThumbprint(online));

  const dual = await verified(
    one.dual_signature,
    jose.EmbeddedJWK,
    "cardseal-dual-signature+jwt",
    one.dual_signature_claims,
  );
  // The receipt by the directory's keys as they stand, those for other uses among them.
  const keys = jose.createLocalJWKSet({ keys: one.directory_claims.keys });
  await verified(one.receipt, keys, "cardseal-receipt+jwt", one.receipt_claims);
  assert.equal(one.receipt_claims.device, await jose.calculateJwkThumbprint(dual.jwk));
  for (const { order, card } of [one.dual_signature_claims, one.receipt_claims]) {
    assert.equal(order, hashOf(one.order));
    assert.equal(card, sha256(one.envelope));
  }
}

async function verified(jws, key, typ, claims) {
  const { payload, protectedHeader } = await jose.compactVerify(jws, key, { algorithms: ["ES256"] });
  const signer = protectedHeader.jwk ? "jwk" : "kid";
  assert.deepEqual(protectedHeader, { alg: "ES256", typ, [signer]: protectedHeader[signer] });
  assert.deepEqual(JSON.parse(new TextDecoder().decode(payload)), claims);
  // The control: what is altered is refused.
  const spoiled = jws.replace(/\.(.)/, (_, letter) => (letter === "A" ? ".B" : ".A"));
  await assert.rejects(jose.compactVerify(spoiled, key, { algorithms: ["ES256"] }), altered);
  return protectedHeader;
}

async function write() {
  const root = await generate();
  let previousDirectory;
  let previousReceipt;
  const cases = [];
  for (const { now, order, envelope, ...one } of ours.cases) {
    const [online, vault, device] = [await generate(), await generate(), await generate()];
    const delegationClaims = { ...one.delegation_claims, iss: root.kid, cnf: { jwk: online.jwk } };
    const keys = one.directory_claims.keys.filter(({ use }) => use === "enc");
    const directoryClaims = {
      ...one.directory_claims,
      keys: [...keys, { ...vault.jwk, kid: vault.kid, alg: "ES256", use: "sig" }],
      ...(previousDirectory && { prev: hashOf(previousDirectory) }),
    };
    const receiptClaims = {
      ...one.receipt_claims,
      device: device.kid,
      ...(previousReceipt && { prev: hashOf(previousReceipt) }),
    };
    const directory = await sign(directoryClaims, "cardseal-keys+jwt", online, { kid: online.kid });
    const receipt = await sign(receiptClaims, "cardseal-receipt+jwt", vault, { kid: vault.kid });
    [previousDirectory, previousReceipt] = [directory, receipt];
    cases.push({
      now,
      delegation: await sign(delegationClaims, "cardseal-delegation+jwt", root, { jwk: root.jwk }),
      delegation_claims: delegationClaims,
      directory,
      directory_claims: directoryClaims,
      order,
      envelope,
      dual_signature: await sign(one.dual_signature_claims, "cardseal-dual-signature+jwt", device, { jwk: device.jwk }),
      dual_signature_claims: one.dual_signature_claims,
      receipt,
      receipt_claims: receiptClaims,
    });
  }
  return { by: "npm's jose", vault: ours.vault, root: root.kid, order_key: ours.order_key, cases };
}

async function generate() {
  const { publicKey, privateKey } = await jose.generateKeyPair("ES256", { extractable: true });
  const jwk = await jose.exportJWK(publicKey);
  return { privateKey, jwk, kid: await jose.calculateJwkThumbprint(jwk) };
}

function sign(claims, typ, { privateKey }, signer) {
  return new jose.CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: "ES256", typ, ...signer })
    .sign(privateKey);
}

function hashOf(jws) {
  return sha256(jws.slice(0, jws.lastIndexOf(".")));
}

function sha256(text) {
  return createHash("sha256").update(text).digest("base64url");
}
