// `cardseal/server`, as it was built, verifies what the protocol crate and other implementations made (each argument).

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { verifyDirectory, verifyDualSignature, verifyOrder, verifyReceipt } from "cardseal/server";

for (const path of process.argv.slice(2)) {
  const { by, vault, root, order_key: orderKey, cases } = JSON.parse(readFileSync(path, "utf8"));
  let seen;
  let previous;
  for (const one of cases) {
    const trust = { vault, roots: [root], seen, now: one.now };
    const listed = await verifyDirectory(one, trust);
    assert.equal(listed.error, undefined);
    assert.equal(listed.directory.sequence, one.directory_claims.seq);
    seen = listed.directory.seen;

    const { order, envelope, dual_signature: dualSignature } = one;
    const { iat, ...hashes } = one.dual_signature_claims;
    const dual = await verifyDualSignature(dualSignature, { order, envelope, card: one.receipt_claims.card });
    assert.deepEqual(dual, { ok: true, dualSignature: { issued: iat, ...hashes, device: one.receipt_claims.device } });

    const keys = listed.directory.receiptKeys;
    const { aud: merchant, sub: token } = one.receipt_claims;
    const about = { keys, vault, merchant, token, order, envelope, dualSignature };
    const { receipt, error } = await verifyReceipt(one.receipt, about);
    assert.equal(error, undefined);
    assert.equal(receipt.previous, previous ?? null);
    previous = receipt.hash;
    // Within its time, which is not that of the other objects.
    const { iat: now } = JSON.parse(Buffer.from(order.split(".")[1], "base64url"));
    assert.equal((await verifyOrder(order, orderKey, { merchant, now })).error, undefined);

    // The control: what is altered is refused.
    const altered = (jws) => jws.replace(/.(?=.{20}$)/, (letter) => (letter === "A" ? "B" : "A"));
    const refusals = await Promise.all([
      verifyDirectory({ ...one, delegation: altered(one.delegation) }, trust),
      verifyDirectory({ ...one, directory: altered(one.directory) }, trust),
      verifyDualSignature(altered(dualSignature)),
      verifyReceipt(altered(one.receipt), about),
    ]);
    assert.deepEqual(
      refusals.map(({ error }) => error?.code),
      ["directory_untrusted", "directory_untrusted", "dual_signature_invalid", "receipt_invalid"],
    );
  }
  console.log(`${cases.length} of ${by} verified by cardseal/server: 0 mismatches`);
}
