//! JWKs inside signed objects, read as strictly as what is around them.

use super::Jwk;
use crate::json::{Malformed, Reader, once};

/// Reads the JWK of a P-256 public key and nothing else in it: `crv`, `kty`, `x` and `y`, the members that the
/// thumbprint is made of (RFC 7638, section 3.2).
pub(crate) fn read_public_jwk(reader: &mut Reader<'_>) -> Result<Jwk, Malformed> {
    let jwk = read_jwk(reader, &mut |_, _| Err(Malformed))?;
    let others = [&jwk.public, &jwk.kid, &jwk.alg, &jwk.key_use];
    if others.into_iter().all(Option::is_none) { Ok(jwk) } else { Err(Malformed) }
}

/// Reads a JWK. `other` is called with each member that [`Jwk`] does not have, and must read its value. A member that
/// comes twice and a private one are malformed.
pub(crate) fn read_jwk<'a>(
    reader: &mut Reader<'a>,
    other: &mut dyn FnMut(&str, &mut Reader<'a>) -> Result<(), Malformed>,
) -> Result<Jwk, Malformed> {
    let mut kty = None;
    let mut jwk = Jwk::new(String::new());
    reader.object(&mut |name, reader| {
        let member = match name {
            "kty" => &mut kty,
            "crv" => &mut jwk.crv,
            "x" => &mut jwk.x,
            "y" => &mut jwk.y,
            "pub" => &mut jwk.public,
            "kid" => &mut jwk.kid,
            "alg" => &mut jwk.alg,
            "use" => &mut jwk.key_use,
            "d" | "priv" => return Err(Malformed),
            name => return other(name, reader),
        };
        once(member, (*reader.string()?).into())
    })?;
    jwk.kty = kty.ok_or(Malformed)?;
    Ok(jwk)
}
