// npm's hpke and jose read what we made (first argument) and make as much for us to read (second argument). What hpke takes
// from the platform and Node 20 lacks, the hybrid with ML-KEM and SHAKE, comes from @panva/hpke-noble.

import { strict as assert } from "node:assert";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import * as noble from "@panva/hpke-noble";
import * as HPKE from "hpke";
import * as jose from "jose";

const [, , oursPath, theirsPath] = process.argv;
const ours = JSON.parse(readFileSync(oursPath, "utf8"));
const { alg } = ours.opening.public;
const [kem, kdf] = {
  "HPKE-7": [HPKE.KEM_DHKEM_P256_HKDF_SHA256, HPKE.KDF_HKDF_SHA256],
  "HPKE-8": [noble.KEM_MLKEM768_P256, noble.KDF_SHAKE256],
}[alg];
const suite = new HPKE.CipherSuite(kem, kdf, HPKE.AEAD_AES_256_GCM);
const utf8 = new TextEncoder();

await read();
await write();

async function read() {
  const privateKey = await suite.DeserializePrivateKey(new Uint8Array(ours.opening.bytes), true);
  const verifyingKey = await jose.importJWK(ours.signing.public, "ES256");
  assert.equal(await jose.calculateJwkThumbprint(ours.opening.public), ours.opening.public.kid);
  assert.equal(await jose.calculateJwkThumbprint(ours.signing.public), ours.signing.public.kid);

  for (const { envelope, header, card, order, claims } of ours.cases) {
    const [aad, key, iv, ciphertext, tag, ...more] = envelope.split(".");
    assert.deepEqual([iv, tag, more], ["", "", []]);
    assert.deepEqual(jose.decodeProtectedHeader(envelope), header);
    const open = (bytes) => suite.Open(privateKey, jose.base64url.decode(key), bytes, { aad: utf8.encode(aad) });
    const sealed = jose.base64url.decode(ciphertext);
    const plaintext = await open(sealed);
    assert.equal(plaintext.length, 512);
    assert.deepEqual(JSON.parse(new TextDecoder().decode(plaintext)), card);

    const verified = await jose.compactVerify(order, verifyingKey, { algorithms: ["ES256"] });
    const kid = ours.signing.public.kid;
    assert.deepEqual(verified.protectedHeader, { alg: "ES256", typ: "cardseal-order+jwt", kid });
    assert.deepEqual(JSON.parse(new TextDecoder().decode(verified.payload)), claims);
    assert.equal(header.order, hashOf(order));

    // The control: what is altered is refused.
    sealed[0] ^= 1;
    await assert.rejects(open(sealed), HPKE.OpenError);
    const altered = order.replace(/\.(.)/, (_, letter) => (letter === "A" ? ".B" : ".A"));
    await assert.rejects(jose.compactVerify(altered, verifyingKey), jose.errors.JWSSignatureVerificationFailed);
  }
  console.log(
    `${ours.cases.length} envelopes (${alg}) of ours opened by npm's hpke, as many orders verified by jose: 0 mismatches`,
  );
}

async function write() {
  const { x, y, pub } = ours.opening.public;
  // An AKP key is its bytes, an EC key a point.
  const parts = pub ? [pub] : ["BA", x, y];
  const sealingKey = await suite.DeserializePublicKey(HPKE.concat(...parts.map((part) => jose.base64url.decode(part))));
  const signing = await jose.generateKeyPair("ES256", { extractable: true });
  const jwk = await jose.exportJWK(signing.publicKey);
  const kid = await jose.calculateJwkThumbprint(jwk);

  const cases = [];
  for (const { header: ourHeader, card, claims } of ours.cases) {
    const order = await new jose.CompactSign(utf8.encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: "ES256", typ: "cardseal-order+jwt", kid })
      .sign(signing.privateKey);
    const header = { ...ourHeader, jti: randomBytes(16).toString("base64url"), order: hashOf(order) };
    const aad = jose.base64url.encode(JSON.stringify(header));
    const json = utf8.encode(JSON.stringify(card));
    const plaintext = new Uint8Array(512).fill(0x20);
    plaintext.set(json);
    const { encapsulatedSecret, ciphertext } = await suite.Seal(sealingKey, plaintext, { aad: utf8.encode(aad) });
    const envelope = `${aad}.${jose.base64url.encode(encapsulatedSecret)}..${jose.base64url.encode(ciphertext)}.`;
    cases.push({ envelope, header, card, order, claims });
  }
  const theirs = { by: "npm's hpke and jose", opening: ours.opening, signing: { public: { ...jwk, kid } }, cases };
  writeFileSync(theirsPath, JSON.stringify(theirs));
}

/** The order hash: base64url(SHA-256(signing input)). */
function hashOf(jws) {
  return createHash("sha256")
    .update(jws.slice(0, jws.lastIndexOf(".")))
    .digest("base64url");
}
