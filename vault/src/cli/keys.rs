//! `cardseal-vault keys`: what a vault's keys are, and their life.

use std::path::{Path, PathBuf};

use cardseal_protocol::{KeyId, directory::Delegation};
use clap::{Args, Subcommand};

use super::{Data, print};
use crate::{
    clock::{Clock, SystemClock},
    directory,
    keyring::{GRACE, KeyFiles, Kind},
    serve::open_store,
    store::{Store, keys::Key},
};

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List the keys there are and were: id, kind, algorithm, version and state, separated by tabs.
    ///
    /// Times are seconds since 1970. With GNU date, `date -d @SECONDS` reads them.
    List(ListArgs),
    /// Make new encryption and receipt keys and publish them. A vault that runs takes them up at once.
    Rotate(RotateArgs),
    /// Revoke a key for good: refuse what was sealed to it, erase it, and publish another if it was in use.
    Revoke(RevokeArgs),
    /// Print the public JWK of the directory key, for `root delegate --directory-key`; makes one if there is none.
    DirectoryKey(DirectoryKeyArgs),
    /// Check a delegation that the root key signed, install it, and publish the keys under it.
    InstallDelegation(InstallArgs),
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, Args)]
pub(super) struct RotateArgs {
    #[command(flatten)]
    data: Data,

    /// Seconds that the old encryption keys still open what was sealed to them; then they are erased.
    ///
    /// The default is as long as a browser can have a directory that names them. Less, and shoppers who are paying at
    /// this moment may have to press the button again.
    #[arg(long, value_name = "SECONDS", default_value_t = GRACE)]
    grace: u64,
}

#[derive(Debug, Args)]
pub(super) struct RevokeArgs {
    #[command(flatten)]
    data: Data,

    /// The key's id, as `keys list` prints it.
    #[arg(value_name = "KID", value_parser = key_id, allow_hyphen_values = true)]
    kid: KeyId,
}

#[derive(Debug, Args)]
pub(super) struct DirectoryKeyArgs {
    #[command(flatten)]
    data: Data,

    /// Make another one. The one before signs until a delegation for the new one is installed.
    #[arg(long)]
    new: bool,
}

#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    #[command(flatten)]
    data: Data,

    /// File with the delegation, as `root delegate --directory-key` printed it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl KeysCommand {
    pub(super) async fn run(self) -> Result<(), String> {
        let now = SystemClock.now();
        match self {
            Self::List(args) => {
                let (store, files) = open(&args.data.data).await?;
                let keys = store.keys().await;
                store.close().await;
                let delegation = directory::delegated(&files, now).ok();
                let keys = keys.map_err(|error| error.to_string())?;
                keys.iter().try_for_each(|key| print(&line(key, delegation.as_ref())))
            }
            Self::Rotate(args) => {
                let (store, files) = open(&args.data.data).await?;
                done(directory::rotate(&store, &files, now, args.grace).await, store).await
            }
            Self::Revoke(args) => {
                let (store, files) = open(&args.data.data).await?;
                done(directory::revoke(&store, &files, &args.kid, now).await, store).await
            }
            Self::DirectoryKey(args) => {
                let (store, files) = open(&args.data.data).await?;
                let key = done(directory::directory_key(&store, &files, now, args.new).await, store).await?;
                print(&serde_json::to_string(&key).map_err(|error| error.to_string())?)
            }
            Self::InstallDelegation(args) => {
                let text =
                    std::fs::read_to_string(&args.file).map_err(|error| format!("{}: {error}", args.file.display()))?;
                let (store, files) = open(&args.data.data).await?;
                done(directory::install(&store, &files, text.trim_ascii(), now).await, store).await.map(drop)
            }
        }
    }
}

/// The database and the keys of this data directory.
pub(super) async fn open(data: &Path) -> Result<(Store, KeyFiles), String> {
    let files = KeyFiles::in_data(data).map_err(|error| error.to_string())?;
    Ok((open_store(data).await?, files))
}

async fn done<T>(outcome: Result<T, directory::Error>, store: Store) -> Result<T, String> {
    store.close().await;
    outcome.map_err(|error| error.to_string())
}

fn line(key: &Key, delegation: Option<&Delegation>) -> String {
    let delegation = delegation.filter(|delegation| delegation.key.kid() == key.kid);
    let state = match (key.revoked, key.retired, key.closes) {
        (Some(revoked), _, _) => format!("revoked {}", revoked.as_secs()),
        (None, Some(retired), Some(closes)) if closes > retired => {
            format!("retired {}, opens until {}", retired.as_secs(), closes.as_secs())
        }
        (None, Some(retired), _) => format!("retired {}", retired.as_secs()),
        (None, None, _) => match delegation {
            Some(delegation) => format!("in use, delegated until {}", delegation.expires.as_secs()),
            None if key.kind == Kind::Directory => "not delegated".to_owned(),
            None => "in use".to_owned(),
        },
    };
    format!("{}\t{}\t{}\t{}\t{state}", key.kid, key.kind.as_str(), key.kind.alg(), key.version)
}

pub(super) fn key_id(text: &str) -> Result<KeyId, String> {
    KeyId::parse(text).map_err(|_| {
        "expected a thumbprint: 43 characters of base64url, as root init and keys list print them".to_owned()
    })
}
