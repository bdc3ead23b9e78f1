//! The root key: made once, kept offline, asked only for delegations.
//!
//! Its file is a private JWK (RFC 7517) of mode 0600; whoever trusts the vault pins its thumbprint (RFC 7638).

use std::path::Path;

use cardseal_protocol::{
    Origin, UnixTime,
    directory::Delegation,
    keys::{Jwk, SigningKey, VerifyingKey},
};

use crate::keyring::{self, read_private, write_private};

const DAY: u64 = 24 * 60 * 60;

/// Makes a root key in a new file.
///
/// # Errors
/// A sentence for people; a file that is there stays as it is.
pub fn init(path: &Path) -> Result<SigningKey, String> {
    let key = SigningKey::generate().map_err(|error| error.to_string())?;
    let mut jwk = key.to_private_jwk();
    jwk.push('\n');
    match write_private(path, jwk.as_bytes()) {
        Ok(()) => Ok(key),
        Err(keyring::Error::File(_, error)) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(format!(
            "--out {}: the file is there already; a root key is never replaced by accident",
            path.display()
        )),
        Err(error) => Err(format!("--out {error}")),
    }
}

/// Reads a root key.
///
/// # Errors
/// A sentence for people, also where others than its owner may read the file.
pub fn read(path: &Path) -> Result<SigningKey, String> {
    let jwk = read_private(path).map_err(|error| format!("--root {error}"))?;
    SigningKey::from_jwk(&jwk).map_err(|_| {
        format!("--root {}: expected a private P-256 JWK, as cardseal-vault root init makes it", path.display())
    })
}

/// Signs that the directory key may speak for the vault of this origin for so many days: the delegation as JWS.
///
/// # Errors
/// A sentence for people.
pub fn delegate(
    root: &SigningKey,
    vault: Origin,
    directory_key: &Jwk,
    now: UnixTime,
    days: u32,
) -> Result<String, String> {
    let key =
        VerifyingKey::try_from(directory_key).map_err(|_| "the directory key is no public P-256 JWK".to_owned())?;
    let expires = now.plus(u64::from(days) * DAY);
    let delegation = Delegation { root: root.kid(), vault, issued: now, expires, key };
    delegation.sign(root).map_err(|error| format!("the delegation cannot be signed: {error}"))
}

#[cfg(test)]
mod tests {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn a_root_key_is_private_and_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.jwk.json");
        let key = init(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read(&path).unwrap().kid(), key.kid());
        let error = init(&path).unwrap_err();
        assert!(error.contains("never replaced"), "{error}");
        assert_eq!(read(&path).unwrap().kid(), key.kid());
        assert_eq!(directory.path().read_dir().unwrap().count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn a_root_key_that_others_may_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.jwk.json");
        init(&path).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o604)).unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.contains("--root") && error.contains("chmod go="), "{error}");
    }

    #[test]
    fn what_is_no_root_key_is_refused_without_quoting_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.jwk.json");
        let public = serde_json::to_string(&init(&path).unwrap().jwk()).unwrap();
        for text in [public.as_str(), "", "{}", "secret"] {
            std::fs::write(&path, text).unwrap();
            let error = read(&path).unwrap_err();
            assert!(error.contains("expected a private P-256 JWK") && !error.contains("secret"), "{error}");
        }
    }
}
