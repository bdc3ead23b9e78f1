//! The audit of the key directories: the chain of all that the vault ever published, each under its delegation.

use std::collections::BTreeSet;

use cardseal_protocol::{
    DirectoryHash, KeyId,
    directory::{Directory, SignedDelegation, SignedDirectory},
};

use super::Report;
use crate::store::{Error, Snapshot, directories::Entry};

/// Walks the chain. Where there are `roots`, a delegation has to be by one of them.
pub(super) async fn audit(snapshot: &mut Snapshot, roots: &[KeyId], report: &mut Report) -> Result<(), Error> {
    let mut chain = Chain { roots, count: 0, last: 0, before: None, seen: BTreeSet::new(), is_whole: true };
    loop {
        let entries = snapshot.directories(chain.last).await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            chain.follow(&entry, report);
        }
    }
    if chain.is_whole {
        let seen: Vec<String> = chain.seen.iter().map(KeyId::to_string).collect();
        report.good(WHAT, &format!("directories: {}, root keys: {}", chain.count, seen.join(" ")));
    }
    Ok(())
}

/// What the lines are about.
const WHAT: &str = "key directory";

/// The chain as far as it was walked.
struct Chain<'a> {
    roots: &'a [KeyId],
    count: usize,
    last: u64,
    before: Option<(Directory, DirectoryHash)>,
    /// The root keys that stood behind it.
    seen: BTreeSet<KeyId>,
    is_whole: bool,
}

impl Chain<'_> {
    fn follow(&mut self, entry: &Entry, report: &mut Report) {
        for missing in self.last + 1..entry.sequence {
            let wrong = format!("is missing: directory {} comes after directory {}", entry.sequence, self.last);
            self.fault(missing, &wrong, report);
        }
        self.count += 1;
        self.last = entry.sequence;
        match self.verify(entry) {
            Ok((directory, hash)) => {
                let follows = match &self.before {
                    Some((earlier, earlier_hash)) => directory.follows(earlier, *earlier_hash),
                    // After one that is no directory nothing can be said.
                    None => self.count > 1 || directory.previous.is_none(),
                };
                if !follows {
                    self.fault(entry.sequence, "does not follow the one before it", report);
                }
                self.before = Some((directory, hash));
            }
            Err(wrong) => {
                self.before = None;
                self.fault(entry.sequence, wrong, report);
            }
        }
    }

    /// The directory, verified as it was when it was published.
    fn verify(&mut self, entry: &Entry) -> Result<(Directory, DirectoryHash), &'static str> {
        let delegation =
            SignedDelegation::parse(&entry.published.delegation).map_err(|_| "has a malformed delegation")?;
        let directory = SignedDirectory::parse(&entry.published.directory).map_err(|_| "is malformed")?;
        if directory.hash() != entry.hash {
            return Err("is kept under another hash");
        }
        let root = delegation.root();
        if !self.roots.is_empty() && !self.roots.contains(&root) {
            return Err("is under a root key that was not given");
        }
        let vault = delegation.vault().clone();
        let delegation =
            delegation.verify(&[root], &vault, entry.issued).map_err(|_| "has a delegation that does not verify")?;
        let hash = directory.hash();
        let directory =
            directory.verify(&delegation, entry.issued).map_err(|_| "is not signed under its delegation")?;
        if directory.sequence != entry.sequence || directory.issued != entry.issued {
            return Err("does not agree with its row");
        }
        self.seen.insert(root);
        Ok((directory, hash))
    }

    fn fault(&mut self, sequence: u64, wrong: &str, report: &mut Report) {
        self.is_whole = false;
        report.fault(WHAT, &format!("directory {sequence}"), wrong);
    }
}
