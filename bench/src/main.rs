//! Starts a vault, sends it real envelopes over loopback, each with a signed order of its own, and prints tokens a second,
//! latencies, processor time a token and memory; then what a receipt adds to a token. Everything is bounded in count, and
//! nothing leaves the machine.
//!
//! Usage: `cardseal-bench PATH-OF-cardseal-vault FOLDER-OF-THE-FRAME`

mod receipts;
mod requests;
mod traffic;
mod vault;

use std::{
    error::Error,
    io::{Write, stdout},
    time::Duration,
};

use requests::Shop;
use traffic::Run;
use vault::Vault;

/// Any failure, with its own words: there is nothing to do but to print them.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Connections kept busy at once, and tokens asked for over them.
const LOADS: [(usize, usize); 3] = [(1, 2_000), (16, 10_000), (64, 10_000)];

/// Tokens before the clock starts.
const WARM_UP: usize = 500;

/// Memory at rest, by the project's own limit, in KiB.
const REST_LIMIT: u64 = 40 * 1024;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(binary), Some(frame)) = (arguments.next(), arguments.next()) else {
        return Err("usage: cardseal-bench PATH-OF-cardseal-vault FOLDER-OF-THE-FRAME".into());
    };
    let shop = Shop::open()?;
    let vault = Vault::start(binary.as_ref(), frame.as_ref(), &shop).await?;
    let key = traffic::sealing_key(&vault).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let rest = vault.resident()?;

    traffic::run(&vault, 16, shop.requests(&key, WARM_UP).await?).await?;
    let mut out = stdout().lock();
    writeln!(
        out,
        "{:<40}{:>10}{:>10}{:>10}{:>14}",
        "vault, POST /v1/tokens", "tokens/s", "p50 ms", "p99 ms", "CPU ms/token"
    )?;
    for (connections, tokens) in LOADS {
        let requests = shop.requests(&key, tokens).await?;
        let before = vault.processor_time()?;
        let Run { took, latencies } = traffic::run(&vault, connections, requests).await?;
        let processor = vault.processor_time()? - before;
        writeln!(
            out,
            "{:<40}{:>10.0}{:>10.2}{:>10.2}{:>14.3}",
            format!("{connections} connections, {tokens} tokens"),
            count(tokens) / took.as_secs_f64(),
            milliseconds(latencies.percentile(50)),
            milliseconds(latencies.percentile(99)),
            milliseconds(processor) / count(tokens),
        )?;
    }
    let verdict = if rest <= REST_LIMIT { "ok" } else { "OVER" };
    writeln!(out, "{:<40}{:>10.1} MiB, limit 40: {verdict}", "vault, resident at rest", mebibytes(rest))?;
    writeln!(out, "{:<40}{:>10.1} MiB", "vault, resident after the load", mebibytes(vault.resident()?))?;
    vault.stop().await?;
    drop(out);
    receipts::measure().await
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}

fn count(number: usize) -> f64 {
    number as f64
}
