//! The command line.

mod keys;
mod root;

use std::{io::Write, net::SocketAddr, path::PathBuf, time::Duration};

use cardseal_protocol::{KeyId, MerchantId, Origin};
use clap::{Args, Parser, Subcommand};

use crate::{audit, logging, merchant, serve};

use self::{keys::KeysCommand, root::RootCommand};

const EXAMPLES: &str = "\
Example, a vault for a shop on the same machine:
  cardseal-vault merchant add --data ./data --id mer_demo --name \"Demo shop\" \\
      --origin http://localhost:8788 --order-key shop.public.jwk.json
  cardseal-vault root init --out root.jwk.json
  cardseal-vault root delegate --root root.jwk.json --origin http://localhost:8787 --data ./data
  cardseal-vault serve --data ./data --origin http://localhost:8787 --frame pkg/dist/frame

Browsers reach a vault in production through a proxy that speaks TLS; --origin is then the address that they see.";

/// The Cardseal vault: opens cards that browsers sealed, keeps them encrypted, and pays with tokens.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the vault until SIGTERM or SIGINT; requests under way are finished first.
    ///
    /// Prints `cardseal-vault listening on http://ADDRESS` on standard output once it takes connections, and logs to
    /// standard error. The first start makes the data directory and the vault's keys in it. Several vaults on one machine
    /// may serve one directory, each at its own address. Payments go to a sandbox acquirer that moves no money.
    Serve(ServeArgs),
    /// Register, list and remove merchants, also while the vault runs.
    #[command(subcommand)]
    Merchant(MerchantCommand),
    /// List, rotate and revoke the vault's keys, also while the vault runs.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make the root key, which shops pin, and delegate from it.
    #[command(subcommand)]
    Root(RootCommand),
    /// Check that what the vault has signed is all there and unaltered, also while the vault runs.
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[derive(Debug, Args)]
struct Data {
    /// Directory of the vault's database and keys; made with mode 0700 if it is not there.
    ///
    /// Back up `keys/` apart from the rest: a stored card opens only with both.
    #[arg(long, env = "CARDSEAL_DATA", value_name = "DIR", default_value = "cardseal-data")]
    data: PathBuf,
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    data: Data,

    /// Address and port to listen on; port 0 takes a free one.
    ///
    /// The vault speaks plain HTTP: let only a TLS proxy on the same machine or network reach it.
    #[arg(long, env = "CARDSEAL_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,

    /// The vault's own origin, as browsers see it. Example: https://vault.example
    #[arg(long, env = "CARDSEAL_ORIGIN", value_name = "ORIGIN", default_value = "http://localhost:8787", value_parser = origin)]
    origin: Origin,

    /// Folder of the built fields frame, served at /frame/. Example: pkg/dist/frame
    ///
    /// Without it the vault has no frame: pages can then only use `cardseal/direct`.
    #[arg(long, env = "CARDSEAL_FRAME", value_name = "DIR")]
    frame: Option<PathBuf>,

    /// Seconds to wait for the acquirer before a payment is given up and reversed.
    #[arg(
        long,
        env = "CARDSEAL_ACQUIRER_TIMEOUT",
        value_name = "SECONDS",
        default_value_t = 5,
        value_parser = clap::value_parser!(u64).range(1..=60)
    )]
    acquirer_timeout: u64,

    /// What to log: error, warn, info, debug, trace or off, also by module. Example: info,cardseal_vault=debug
    ///
    /// No level logs anything of a card.
    #[arg(long, env = "CARDSEAL_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
}

#[derive(Debug, Subcommand)]
enum MerchantCommand {
    /// Register a merchant and print its API key: once, alone on its line. The vault keeps only a hash of it.
    Add(AddArgs),
    /// List merchants: id, name and origins, separated by tabs.
    List(ListArgs),
    /// Remove a merchant with its API key, tokens and stored cards. Its payments stay on record.
    Remove(RemoveArgs),
}

#[derive(Debug, Args)]
struct AddArgs {
    #[command(flatten)]
    data: Data,

    /// Public id of 1 to 64 letters, digits, dots, dashes and underscores. Example: mer_demo
    #[arg(long, value_name = "ID", value_parser = merchant_id)]
    id: MerchantId,

    /// Name for people. Example: "Demo shop"
    #[arg(long, value_name = "NAME")]
    name: String,

    /// Origin of pages that show the card form; give it once for each. Example: https://shop.example
    #[arg(long = "origin", value_name = "ORIGIN", required = true, value_parser = origin)]
    origins: Vec<Origin>,

    /// File with the public JWK (P-256) that verifies the merchant's orders; give it once for each key.
    ///
    /// `generateOrderKey()` of `cardseal/server` makes one. A file with a private key is refused.
    #[arg(long = "order-key", value_name = "FILE", required = true)]
    order_keys: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, Args)]
struct RemoveArgs {
    #[command(flatten)]
    data: Data,

    /// Public id of the merchant. Example: mer_demo
    #[arg(value_name = "ID", value_parser = merchant_id)]
    id: MerchantId,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Walk every merchant's chain of receipts, and the chain of key directories, and print a line for each, separated by
    /// tabs: what it is, how many there are and `ok`, or what is wrong and where. Fails if anything is wrong.
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    #[command(flatten)]
    data: Data,

    /// File with receipts that a merchant or shopper holds, one on each line: each must be in its chain.
    ///
    /// Only such receipts tell whether a chain was cut off at its end.
    #[arg(long = "receipt", value_name = "FILE", num_args = 1..)]
    receipts: Vec<PathBuf>,

    /// Thumbprint of a root key that pages pin; give it once for each. Every directory must be under one of them.
    #[arg(long = "root", value_name = "THUMBPRINT", value_parser = keys::key_id)]
    roots: Vec<KeyId>,
}

impl Cli {
    /// Does what the command line says.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn run(self) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            // Requests wait for the disk, not for processors; each thread costs memory.
            .worker_threads(std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8))
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        runtime.block_on(async {
            match self.command {
                Command::Serve(args) => {
                    logging::start(&args.log)?;
                    forbid_core_dumps();
                    let config = serve::Config {
                        data: args.data.data,
                        listen: args.listen,
                        origin: args.origin,
                        frame: args.frame,
                        acquirer_timeout: Duration::from_secs(args.acquirer_timeout),
                    };
                    serve::serve(config).await
                }
                Command::Keys(command) => command.run().await,
                Command::Root(command) => command.run().await,
                Command::Merchant(MerchantCommand::Add(args)) => {
                    merchant::add(&args.data.data, args.id, args.name, args.origins, &args.order_keys).await
                }
                Command::Merchant(MerchantCommand::List(args)) => merchant::list(&args.data.data).await,
                Command::Merchant(MerchantCommand::Remove(args)) => merchant::remove(&args.data.data, &args.id).await,
                Command::Audit(AuditCommand::Verify(args)) => {
                    audit::verify(&args.data.data, &args.receipts, &args.roots).await
                }
            }
        })
    }
}

/// A core dump would hold keys and cards. It also keeps other processes of the same user from reading the memory.
fn forbid_core_dumps() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
}

fn print(line: &str) -> Result<(), String> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(|error| error.to_string())
}

fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).map_err(|_| {
        "expected a scheme and host as browsers write them, without a path: https://shop.example; http only on localhost"
            .to_owned()
    })
}

fn merchant_id(text: &str) -> Result<MerchantId, String> {
    MerchantId::parse(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_origin_with_a_path_is_refused_with_an_example() {
        let error = Cli::try_parse_from(["cardseal-vault", "serve", "--origin", "https://vault.example/"]).unwrap_err();
        assert!(error.to_string().contains("https://shop.example"), "{error}");
    }

    #[test]
    fn a_key_id_may_begin_with_a_dash() {
        let kid = format!("-{}", "A".repeat(42));
        for arguments in [["revoke", &kid, "--data", "d"], ["revoke", "--data", "d", &kid]] {
            let cli = Cli::try_parse_from(["cardseal-vault", "keys"].into_iter().chain(arguments)).unwrap();
            assert!(format!("{cli:?}").contains(&kid), "{cli:?}");
            assert!(format!("{cli:?}").contains("\"d\""), "{cli:?}");
        }
    }
}
