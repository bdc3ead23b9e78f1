//! The audit: whether all that the vault has signed is still there, and still says what was signed.
//!
//! It reads the store as it is at one moment, also while the vault runs, and changes nothing.

mod directories;
mod receipts;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use cardseal_protocol::KeyId;

use crate::{
    serve::open_store,
    store::{self, Store},
};

/// What an audit found, line by line as it is printed.
#[derive(Debug, Default)]
struct Report {
    lines: Vec<String>,
    faults: usize,
}

impl Report {
    /// Something is as it should be.
    fn good(&mut self, what: &str, how_much: &str) {
        self.lines.push(format!("{what}\t{how_much}\tok"));
    }

    /// Something is not.
    fn fault(&mut self, what: &str, place: &str, wrong: &str) {
        self.lines.push(format!("{what}\t{place}\t{wrong}"));
        self.faults += 1;
    }
}

/// Audits a vault and prints what it found. `held` are files of receipts that merchants or shoppers hold, `roots` the root
/// keys that pages pin.
pub(crate) async fn verify(data: &Path, held: &[PathBuf], roots: &[KeyId]) -> Result<(), String> {
    // Opening makes what is not there, and an audit of a vault made a moment ago finds nothing.
    for part in ["vault.db", "keys"] {
        if !data.join(part).exists() {
            return Err(format!("--data: there is no {part} in {}", data.display()));
        }
    }
    let held = receipts::Held::read(held)?;
    let store = open_store(data).await?;
    let report = audit(&store, &held, roots).await;
    store.close().await;
    let report = report.map_err(|error| error.to_string())?;
    print(&report.lines).map_err(|error| error.to_string())?;
    match report.faults {
        0 => Ok(()),
        faults => Err(format!("the audit found faults: {faults}")),
    }
}

async fn audit(store: &Store, held: &receipts::Held, roots: &[KeyId]) -> Result<Report, store::Error> {
    let mut report = Report::default();
    let mut snapshot = store.snapshot().await?;
    // Of the same moment as the receipts: a key that was made since has signed none of them.
    let keys = snapshot.receipt_keys().await?;
    receipts::audit(&mut snapshot, &keys, held, &mut report).await?;
    directories::audit(&mut snapshot, roots, &mut report).await?;
    Ok(report)
}

fn print(lines: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}
