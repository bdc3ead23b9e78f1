//! The Cardseal vault's command line: see `cardseal-vault --help`.

use std::process::ExitCode;

use cardseal_vault::cli::Cli;
use clap::Parser;
use zeroizing_alloc::ZeroAlloc;

/// Wipes all that is freed. Cards are wiped by their own types; this is for what a broken client sends in the clear, and
/// for copies that libraries make.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cardseal-vault: {error}");
            ExitCode::FAILURE
        }
    }
}
