"""PyPI's pyhpke and jwcrypto read what we made (first argument) and make as much for us to read (second argument)."""

import base64
import hashlib
import json
import os
import sys

from jwcrypto import jwk, jws
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey
from pyhpke.exceptions import OpenError

SUITE = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)


def main(ours_path, theirs_path):
    with open(ours_path, encoding="utf-8") as file:
        ours = json.load(file)
    read(ours)
    with open(theirs_path, "w", encoding="utf-8") as file:
        json.dump(write(ours), file)


def read(ours):
    private = {**ours["opening"]["public"], "d": encode(bytes(ours["opening"]["bytes"]))}
    opening = KEMKey.from_jwk(private)
    verifying = jwk.JWK(**ours["signing"]["public"])
    assert verifying.thumbprint() == ours["signing"]["public"]["kid"]
    assert jwk.JWK(**private).thumbprint() == ours["opening"]["public"]["kid"]

    for case in ours["cases"]:
        aad, key, iv, ciphertext, tag = case["envelope"].split(".")
        assert (iv, tag) == ("", "")
        assert json.loads(decode(aad)) == case["header"]

        def unseal(sealed):
            return SUITE.create_recipient_context(decode(key), opening).open(sealed, aad.encode("ascii"))

        sealed = decode(ciphertext)
        plaintext = unseal(sealed)
        assert len(plaintext) == 512
        assert json.loads(plaintext) == case["card"]

        token = verified(case["order"], verifying)
        kid = ours["signing"]["public"]["kid"]
        assert token.jose_header == {"alg": "ES256", "typ": "cardseal-order+jwt", "kid": kid}
        assert json.loads(token.payload) == case["claims"]
        assert case["header"]["order"] == hash_of(case["order"])

        # The control: what is altered is refused.
        refused(OpenError, unseal, bytes([sealed[0] ^ 1]) + sealed[1:])
        head, rest = case["order"].split(".", 1)
        altered = head + "." + ("B" if rest[0] == "A" else "A") + rest[1:]
        refused(jws.InvalidJWSSignature, verified, altered, verifying)
    print(f"{len(ours['cases'])} envelopes (HPKE-7) of ours opened by PyPI's pyhpke, as many orders verified by jwcrypto: 0 mismatches")


def write(ours):
    sealing = KEMKey.from_jwk(ours["opening"]["public"])
    signing = jwk.JWK.generate(kty="EC", crv="P-256")
    kid = signing.thumbprint()
    cases = []
    for case in ours["cases"]:
        token = jws.JWS(json.dumps(case["claims"]).encode())
        token.add_signature(signing, protected=json.dumps({"kid": kid, "typ": "cardseal-order+jwt", "alg": "ES256"}))
        order = token.serialize(compact=True)
        header = {**case["header"], "jti": encode(os.urandom(16)), "order": hash_of(order)}
        aad = encode(json.dumps(header, indent=1).encode())
        # Python escapes what is not ASCII: the same JSON, spelled otherwise.
        plaintext = json.dumps(case["card"]).encode().ljust(512)
        key, context = SUITE.create_sender_context(sealing)
        envelope = f"{aad}.{encode(key)}..{encode(context.seal(plaintext, aad.encode('ascii')))}."
        cases.append({"envelope": envelope, "header": header, "card": case["card"], "order": order, "claims": case["claims"]})
    public = {**json.loads(signing.export_public()), "kid": kid}
    return {"by": "PyPI's pyhpke and jwcrypto", "opening": ours["opening"], "signing": {"public": public}, "cases": cases}


def verified(order, key):
    token = jws.JWS()
    token.allowed_algs = ["ES256"]
    token.deserialize(order, key)
    return token


def refused(error, function, *arguments):
    try:
        function(*arguments)
    except error:
        return
    raise AssertionError("what was altered was accepted")


def hash_of(order):
    return encode(hashlib.sha256(order.rsplit(".", 1)[0].encode("ascii")).digest())


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


main(*sys.argv[1:])
