//! What the vault answers, read from its JSON.

use cardseal_protocol::brand::Brand;
use cardseal_protocol::directory::PublishedDirectory;
use cardseal_protocol::keys::{Jwk, JwkSet};
use cardseal_protocol::{Code, TokenResponse, UnixTime};

use crate::fetch::Answer;
use crate::js::Foreign;

/// The longest sentence that is taken from an answer, in bytes. The vault's are far shorter.
const LONGEST_TITLE: usize = 256;

/// Why the vault gave no token.
pub(crate) struct Refusal {
    pub(crate) code: Code,
    /// What the vault says that the code means; empty where it says nothing, or too much.
    pub(crate) title: String,
    /// The vault's time, with [`Code::ClockSkew`].
    pub(crate) now: Option<UnixTime>,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, title: String::new(), now: None }
    }
}

/// The vault's keys, not verified.
pub(crate) fn directory(answer: &Answer) -> Option<PublishedDirectory> {
    let json = Foreign::parse(&answer.body);
    Some(PublishedDirectory {
        delegation: json.member("delegation").text()?,
        directory: json.member("directory").text()?,
    })
}

/// A merchant: its display name, where the vault tells one, and the keys of its orders.
pub(crate) fn merchant(answer: &Answer) -> (Option<String>, JwkSet) {
    let json = Foreign::parse(&answer.body);
    let keys = json.member("keys").items();
    let public = keys.iter().filter_map(|key| {
        if !key.member("d").is_absent() {
            return None;
        }
        let mut jwk = Jwk::new(key.member("kty").text()?);
        jwk.crv = key.member("crv").text();
        jwk.x = key.member("x").text();
        jwk.y = key.member("y").text();
        jwk.kid = key.member("kid").text();
        jwk.alg = key.member("alg").text();
        jwk.key_use = key.member("use").text();
        Some(jwk)
    });
    (json.member("name").text(), JwkSet { keys: public.collect() })
}

/// A token.
pub(crate) fn token(answer: &Answer) -> Option<TokenResponse> {
    let json = Foreign::parse(&answer.body);
    let brand = match json.member("brand").text() {
        Some(id) => Some(Brand::from_id(&id)?),
        None => None,
    };
    Some(TokenResponse {
        token: json.member("token").text()?,
        brand,
        last4: json.member("last4").text()?,
        exp_month: json.member("exp_month").integer()?.try_into().ok()?,
        exp_year: json.member("exp_year").integer()?.try_into().ok()?,
        order: json.member("order").text()?,
        expires: UnixTime::from_secs(json.member("expires").integer()?),
        receipt: json.member("receipt").text()?,
    })
}

/// What the vault says in an answer that is no success: a problem document (RFC 9457). A proxy in between may have
/// answered in its place.
pub(crate) fn refusal(answer: &Answer) -> Refusal {
    let problem = Foreign::parse(&answer.body);
    let code = problem.member("code").text().and_then(|code| Code::parse(&code)).unwrap_or(match answer.status {
        429 | 500.. => Code::Unavailable,
        _ => Code::ResponseInvalid,
    });
    let title = problem.member("title").text().filter(|title| title.len() <= LONGEST_TITLE).unwrap_or_default();
    Refusal { code, title, now: problem.member("now").integer().map(UnixTime::from_secs) }
}
