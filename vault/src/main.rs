//! The Cardseal vault's command line: see `cardseal-vault --help`.

use std::process::ExitCode;

use cardseal_vault::cli::Cli;
use clap::Parser;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cardseal-vault: {error}");
            ExitCode::FAILURE
        }
    }
}
