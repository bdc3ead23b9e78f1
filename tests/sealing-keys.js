// Public keys as a vault has them, one kind for each suite, by npm's jose and hpke: whoever opens what is sealed to them is no
// part of the tests that take these.

import { KDF_SHAKE256, KEM_MLKEM768_P256 } from "@panva/hpke-noble";
import { AEAD_AES_256_GCM, CipherSuite } from "hpke";
import { base64url, calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";

const makePublicKey = {
  "HPKE-7": async () => exportJWK((await generateKeyPair("ECDH-ES", { crv: "P-256", extractable: true })).publicKey),
  "HPKE-8": async () => {
    const suite = new CipherSuite(KEM_MLKEM768_P256, KDF_SHAKE256, AEAD_AES_256_GCM);
    const { publicKey } = await suite.GenerateKeyPair();
    return { kty: "AKP", pub: base64url.encode(await suite.SerializePublicKey(publicKey)) };
  },
};

/** The suites by their JOSE names. */
export const SUITES = Object.keys(makePublicKey);

/** So many keys of a suite as JWKs, as a key directory lists them. */
export async function makeSealingKeys(alg, count) {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const jwk = { ...(await makePublicKey[alg]()), alg };
      return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: "enc" };
    }),
  );
}
