//! `cardseal-vault root`: the key that everything is trusted by.

use std::path::PathBuf;

use cardseal_protocol::{Origin, keys::Jwk};
use clap::{Args, Subcommand};

use super::{keys::open, origin, print};
use crate::{
    clock::{Clock, SystemClock},
    directory, root,
};

#[derive(Debug, Subcommand)]
pub(super) enum RootCommand {
    /// Make a root key in a new file of mode 0600, and print its thumbprint, which shops pin.
    ///
    /// Keep the file offline: whoever has it can name keys that every one of your shops takes.
    Init(InitArgs),
    /// Sign that a vault's directory key may speak for an origin for some weeks.
    Delegate(DelegateArgs),
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The new file. One that is there is never overwritten. Example: root.jwk.json
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct DelegateArgs {
    /// File of the root key, as `root init` made it.
    #[arg(long, value_name = "FILE")]
    root: PathBuf,

    /// The vault's origin, as browsers see it. Example: https://vault.example
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    origin: Origin,

    #[command(flatten)]
    to: To,

    /// Days that the delegation is valid for. Whoever steals the directory key can use it as long.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=90))]
    days: u32,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct To {
    /// The vault's data directory, where it is on this machine: makes its directory key if there is none, installs the
    /// delegation and publishes the keys.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// File with the directory key, as the vault's `keys directory-key` printed it: prints the delegation.
    #[arg(long, value_name = "FILE")]
    directory_key: Option<PathBuf>,
}

impl RootCommand {
    pub(super) async fn run(self) -> Result<(), String> {
        match self {
            Self::Init(args) => print(&root::init(&args.out)?.kid().to_string()),
            Self::Delegate(args) => args.run().await,
        }
    }
}

impl DelegateArgs {
    async fn run(self) -> Result<(), String> {
        let root = root::read(&self.root)?;
        let now = SystemClock.now();
        if let Some(path) = &self.to.directory_key {
            return print(&root::delegate(&root, self.origin, &read_directory_key(path)?, now, self.days)?);
        }
        let Some(data) = &self.to.data else { return Err("--data or --directory-key is missing".to_owned()) };
        let (store, files) = open(data).await?;
        let delegate = async {
            let key = directory::directory_key(&store, &files, now, false).await.map_err(|error| error.to_string())?;
            let delegation = root::delegate(&root, self.origin, &key, now, self.days)?;
            directory::install(&store, &files, &delegation, now).await.map_err(|error| error.to_string())
        };
        let delegated = delegate.await;
        store.close().await;
        delegated.map(drop)
    }
}

fn read_directory_key(path: &std::path::Path) -> Result<Jwk, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("--directory-key {}: {error}", path.display()))?;
    // The parser's own message could quote a private key that was given by mistake.
    serde_json::from_str(&text)
        .map_err(|_| format!("--directory-key {}: expected a public P-256 JWK, without \"d\"", path.display()))
}
