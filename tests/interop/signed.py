"""PyPI's jwcrypto verifies the directories, dual signatures and receipts that we made (first argument) and signs as many
for us to verify (second argument)."""

import base64
import hashlib
import json
import sys

from jwcrypto import jwk, jws


def main(ours_path, theirs_path):
    with open(ours_path, encoding="utf-8") as file:
        ours = json.load(file)
    for case in ours["cases"]:
        read(case, ours["root"])
    count = len(ours["cases"])
    print(f"{count} delegations, directories, receipts and dual signatures of ours verified by jwcrypto: 0 mismatches")
    with open(theirs_path, "w", encoding="utf-8") as file:
        json.dump(write(ours), file)


def read(case, root):
    # The delegation by the key in its header, which is the pinned one; the directory by the key that it delegates to.
    delegation = embedded(case["delegation"])
    assert delegation.thumbprint() == root
    verified(case["delegation"], delegation, "cardseal-delegation+jwt", case["delegation_claims"])
    online = jwk.JWK(**case["delegation_claims"]["cnf"]["jwk"])
    header = verified(case["directory"], online, "cardseal-keys+jwt", case["directory_claims"])
    assert header["kid"] == online.thumbprint()

    device = embedded(case["dual_signature"])
    verified(case["dual_signature"], device, "cardseal-dual-signature+jwt", case["dual_signature_claims"])
    keys = {key["kid"]: key for key in case["directory_claims"]["keys"] if key["alg"] == "ES256"}
    # nbf and exp of a published key are no members of a JWK.
    key = {name: value for name, value in keys[header_of(case["receipt"])["kid"]].items() if name not in ("nbf", "exp")}
    verified(case["receipt"], jwk.JWK(**key), "cardseal-receipt+jwt", case["receipt_claims"])
    assert case["receipt_claims"]["device"] == device.thumbprint()
    for claims in (case["dual_signature_claims"], case["receipt_claims"]):
        assert claims["order"] == hash_of(case["order"])
        assert claims["card"] == sha256(case["envelope"])


def verified(text, key, typ, claims):
    token = verify(text, key)
    signer = "jwk" if "jwk" in token.jose_header else "kid"
    assert token.jose_header == {"alg": "ES256", "typ": typ, signer: token.jose_header[signer]}
    assert json.loads(token.payload) == claims
    # The control: what is altered is refused.
    head, rest = text.split(".", 1)
    altered = head + "." + ("B" if rest[0] == "A" else "A") + rest[1:]
    try:
        verify(altered, key)
    except jws.InvalidJWSSignature:
        return token.jose_header
    raise AssertionError("what was altered was accepted")


def verify(text, key):
    token = jws.JWS()
    token.allowed_algs = ["ES256"]
    token.deserialize(text, key)
    return token


def write(ours):
    root = generate()
    previous_directory = previous_receipt = None
    cases = []
    for case in ours["cases"]:
        online, vault, device = generate(), generate(), generate()
        delegation_claims = {**case["delegation_claims"], "iss": root.thumbprint(), "cnf": {"jwk": bare(online)}}
        keys = [key for key in case["directory_claims"]["keys"] if key["use"] == "enc"]
        keys.append({**bare(vault), "kid": vault.thumbprint(), "alg": "ES256", "use": "sig"})
        directory_claims = {**case["directory_claims"], "keys": keys}
        receipt_claims = {**case["receipt_claims"], "device": device.thumbprint()}
        if previous_directory:
            directory_claims["prev"] = hash_of(previous_directory)
            receipt_claims["prev"] = hash_of(previous_receipt)
        previous_directory = sign(directory_claims, "cardseal-keys+jwt", online, {"kid": online.thumbprint()})
        previous_receipt = sign(receipt_claims, "cardseal-receipt+jwt", vault, {"kid": vault.thumbprint()})
        cases.append({
            **case,
            "delegation": sign(delegation_claims, "cardseal-delegation+jwt", root, {"jwk": bare(root)}),
            "delegation_claims": delegation_claims,
            "directory": previous_directory,
            "directory_claims": directory_claims,
            "dual_signature": sign(case["dual_signature_claims"], "cardseal-dual-signature+jwt", device, {"jwk": bare(device)}),
            "receipt": previous_receipt,
            "receipt_claims": receipt_claims,
        })
    return {**ours, "by": "PyPI's jwcrypto", "root": root.thumbprint(), "cases": cases}


def sign(claims, typ, key, signer):
    # Indented and with members in another order: the same JSON, spelled otherwise.
    token = jws.JWS(json.dumps(claims, indent=1).encode())
    token.add_signature(key, protected=json.dumps({**signer, "typ": typ, "alg": "ES256"}))
    return token.serialize(compact=True)


def generate():
    return jwk.JWK.generate(kty="EC", crv="P-256")


def bare(key):
    public = json.loads(key.export_public())
    return {name: public[name] for name in ("kty", "crv", "x", "y")}


def embedded(text):
    return jwk.JWK(**header_of(text)["jwk"])


def header_of(text):
    head = text.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))


def hash_of(text):
    return sha256(text.rsplit(".", 1)[0])


def sha256(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


main(*sys.argv[1:])
