//! The audit of the receipts: each merchant's chain from its first link to its last.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
};

use cardseal_protocol::{
    MerchantId, ReceiptHash,
    brand::Brand,
    dual_signature::SignedDualSignature,
    keys::VerifyingKey,
    receipt::{Receipt, SignedReceipt},
};

use super::Report;
use crate::store::{Error, Link, Snapshot, TokenRow, seconds};

/// Receipts that a merchant or shopper holds. Only they tell whether a chain was cut off at its end.
#[derive(Debug, Default)]
pub(super) struct Held(Vec<(String, Result<SignedReceipt, cardseal_protocol::Error>)>);

impl Held {
    /// Reads files that hold a receipt on each line.
    pub(super) fn read(files: &[PathBuf]) -> Result<Self, String> {
        let mut held = Vec::new();
        for file in files {
            let text =
                std::fs::read_to_string(file).map_err(|error| format!("--receipt {}: {error}", file.display()))?;
            let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
            let before = held.len();
            held.extend(
                lines.map(|(number, line)| (format!("{}:{number}", file.display()), SignedReceipt::parse(line.trim()))),
            );
            if held.len() == before {
                return Err(format!("--receipt {}: there is no receipt in it", file.display()));
            }
        }
        Ok(Self(held))
    }

    fn hashes(&self) -> HashSet<ReceiptHash> {
        self.0.iter().filter_map(|(_, receipt)| Some(receipt.as_ref().ok()?.hash())).collect()
    }
}

/// Walks every chain, then looks for the receipts that others hold and for tokens without one.
pub(super) async fn audit(
    snapshot: &mut Snapshot,
    keys: &[VerifyingKey],
    held: &Held,
    report: &mut Report,
) -> Result<(), Error> {
    let wanted = held.hashes();
    let mut found = HashMap::new();
    for merchant in snapshot.merchants().await? {
        let mut chain = Chain::new(&merchant);
        loop {
            let links = snapshot.links(&merchant, chain.last).await?;
            if links.is_empty() {
                break;
            }
            for link in links {
                let hash = chain.follow(&link, keys, report);
                found.extend(hash.filter(|hash| wanted.contains(hash)).map(|hash| (hash, link.seq)));
            }
        }
        chain.end(report);
    }
    for bare in snapshot.bare_tokens().await? {
        let place = bare.receipt.map_or_else(|| "no receipt".to_owned(), |seq| format!("receipt {seq}"));
        report.fault(&bare.merchant, &place, &format!("is missing: it is that of {}", bare.token));
    }
    for (place, receipt) in &held.0 {
        match receipt.as_ref().map_err(|error| *error).and_then(|receipt| Ok((receipt.verify(keys)?, receipt.hash()))) {
            Err(error) => report.fault(place, "receipt", &error.to_string()),
            Ok((receipt, hash)) => match found.get(&hash) {
                Some(seq) => report.good(place, &format!("receipt {seq} of {}", receipt.merchant)),
                None => report.fault(
                    place,
                    &format!("receipt of {}", receipt.token),
                    &format!("is signed by this vault and not in the chain of {}", receipt.merchant),
                ),
            },
        }
    }
    Ok(())
}

/// A walk along one merchant's chain.
struct Chain<'a> {
    merchant: &'a MerchantId,
    /// The number of the last link, and its hash as the next one has to name it.
    last: u64,
    previous: Option<ReceiptHash>,
    length: u64,
    is_whole: bool,
}

impl<'a> Chain<'a> {
    const fn new(merchant: &'a MerchantId) -> Self {
        Self { merchant, last: 0, previous: None, length: 0, is_whole: true }
    }

    /// Goes on to the next link and reports what is wrong with it first. Gives the hash of its receipt.
    fn follow(&mut self, link: &Link, keys: &[VerifyingKey], report: &mut Report) -> Option<ReceiptHash> {
        let receipt = SignedReceipt::parse(&link.jws);
        let expected = self.last.saturating_add(1);
        let is_next = link.seq == expected;
        if !is_next {
            self.fault(
                report,
                expected,
                &format!("is missing: receipt {} comes after receipt {}", link.seq, self.last),
            );
        }
        let previous = is_next.then_some(self.previous);
        if let Err(wrong) = check(self.merchant, previous, link, receipt.as_ref().ok(), keys) {
            self.fault(report, link.seq, &wrong);
        }
        let hash = receipt.ok().map(|receipt| receipt.hash());
        // As it was kept: where the receipt is no more what it was, the next one still names what it was.
        self.previous = ReceiptHash::parse(&link.hash).ok().or(hash);
        self.last = link.seq;
        self.length += 1;
        hash
    }

    fn end(&self, report: &mut Report) {
        if self.is_whole {
            report.good(self.merchant.as_str(), &format!("receipts: {}", self.length));
        }
    }

    fn fault(&mut self, report: &mut Report, seq: u64, wrong: &str) {
        self.is_whole = false;
        report.fault(self.merchant.as_str(), &format!("receipt {seq}"), wrong);
    }
}

/// Checks one link. `previous` is what it has to name as the one before, where that is known.
fn check(
    merchant: &MerchantId,
    previous: Option<Option<ReceiptHash>>,
    link: &Link,
    receipt: Option<&SignedReceipt>,
    keys: &[VerifyingKey],
) -> Result<(), String> {
    let signed = receipt.ok_or("is malformed")?;
    let receipt = signed.verify(keys).map_err(|_| "is not signed by this vault")?;
    if signed.hash().to_string() != link.hash {
        return Err("is kept under another hash".to_owned());
    }
    if previous.is_some_and(|previous| receipt.previous != previous) {
        return Err("does not follow the one before it".to_owned());
    }
    if receipt.merchant != *merchant {
        return Err(format!("is one of {}", receipt.merchant));
    }
    if receipt.token != link.token {
        return Err(format!("is one of {}, not of {}", receipt.token, link.token));
    }
    check_dual_signature(&link.dual_signature, receipt)?;
    match &link.row {
        Some(row) => match differs(row, link.seq, receipt) {
            None => Ok(()),
            Some(column) => Err(format!("does not agree with the row of {}: {column}", link.token)),
        },
        // Tokens go with their merchant. One that was made since the merchant was registered has to be there.
        None if link.registered.is_some_and(|registered| registered < seconds(receipt.issued)) => {
            Err(format!("is one of {}, which is not there", link.token))
        }
        None => Ok(()),
    }
}

fn check_dual_signature(dual_signature: &str, receipt: &Receipt) -> Result<(), &'static str> {
    let signed = SignedDualSignature::parse(dual_signature).map_err(|_| "has a malformed dual signature")?;
    let (dual, device) = signed.verify().map_err(|_| "has a dual signature that does not verify")?;
    let sealing = &receipt.sealing;
    if dual.order == sealing.order && dual.card == sealing.card && device == sealing.device {
        Ok(())
    } else {
        Err("has a dual signature of another order, card or device")
    }
}

/// The first column of the token's row that says otherwise than the receipt.
fn differs(row: &TokenRow, seq: u64, receipt: &Receipt) -> Option<&'static str> {
    [
        ("merchant", row.merchant == receipt.merchant.as_str()),
        ("receipt", row.receipt.and_then(|number| u64::try_from(number).ok()) == Some(seq)),
        ("order_hash", row.order_hash == receipt.sealing.order.to_string()),
        ("brand", row.brand.as_deref() == receipt.brand.map(Brand::id)),
        ("last4", row.last4 == receipt.last4),
        ("created", row.created == seconds(receipt.issued)),
        ("expires", row.expires == seconds(receipt.expires)),
    ]
    .into_iter()
    .find_map(|(column, agrees)| (!agrees).then_some(column))
}
