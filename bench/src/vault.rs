//! A vault as a process of its own, with its data in a folder that goes with it.

use std::{path::Path, process::Stdio, time::Duration};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{Result, requests::Shop};

/// The unit of processor time in /proc, fixed at 100 Hz on Linux whatever the kernel's own clock (proc(5), USER_HZ).
const TICK: Duration = Duration::from_millis(10);

/// Processor time by /proc's `stat` of a process, in the process and in the kernel for it.
pub(crate) fn processor_time(stat: &str) -> Result<Duration> {
    // The second field is the name in brackets and may hold spaces; utime and stime are fields 14 and 15 (proc(5)).
    let (_, fields) = stat.rsplit_once(')').ok_or("/proc stat has another form")?;
    let ticks: u32 =
        fields.split_whitespace().skip(11).take(2).map(str::parse::<u32>).sum::<std::result::Result<_, _>>()?;
    Ok(TICK * ticks)
}

/// A running vault; killed when dropped.
pub(crate) struct Vault {
    process: Child,
    address: String,
    _data: TempDir,
}

impl Vault {
    /// Registers the shop and starts the vault on a free port.
    pub(crate) async fn start(binary: &Path, frame: &Path, shop: &Shop) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let store = data.path().join("data");
        let named = ["--id", Shop::MERCHANT, "--name", "Bench", "--origin", Shop::ORIGIN, "--order-key"];
        let add = ["merchant", "add", "--data"];
        run(Command::new(binary).args(add).arg(&store).args(named).arg(shop.public_key_file())).await?;

        let root = data.path().join("root.jwk.json");
        run(Command::new(binary).args(["root", "init", "--out"]).arg(&root)).await?;
        let delegate = ["root", "delegate", "--origin", Shop::VAULT, "--root"];
        run(Command::new(binary).args(delegate).arg(&root).arg("--data").arg(&store)).await?;

        let mut process = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--origin", Shop::VAULT, "--data"])
            .arg(&store)
            .arg("--frame")
            .arg(frame)
            .env("CARDSEAL_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().ok_or("the vault has no output")?;
        let mut lines = BufReader::new(output).lines();
        let address = timeout(Duration::from_secs(10), async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, address)) = line.split_once("listening on http://") {
                    return Ok(address.to_owned());
                }
            }
            Err("the vault stopped before it listened".into())
        })
        .await
        .map_err(|_| "the vault did not start within 10 s")?;
        let address: Result<String> = address;
        // Drained, so that the vault never waits for somebody to read what it prints.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { process, address: address?, _data: data })
    }

    /// Where it listens: host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Processor time used so far, by itself and by the kernel for it.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        processor_time(&self.read("stat")?)
    }

    /// Resident memory, in KiB.
    pub(crate) fn resident(&self) -> Result<u64> {
        let status = self.read("status")?;
        let line =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("/proc status has another form")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Ends it.
    pub(crate) async fn stop(mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }

    fn read(&self, file: &str) -> Result<String> {
        let id = self.process.id().ok_or("the vault has stopped")?;
        Ok(std::fs::read_to_string(format!("/proc/{id}/{file}"))?)
    }
}

/// Runs the vault's program to its end.
async fn run(command: &mut Command) -> Result<()> {
    let output = command.output().await?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}
