//! Where the log goes: standard error, as lines for people.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging what `filter` lets through, and has panics logged by their place only.
///
/// # Errors
/// A sentence where the filter cannot be read.
pub(crate) fn start(filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("--log: {error}"))?;
    // Fails only where logging was started before, by a test for one.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    // A panic's message may quote the value it stumbled over.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "a panic");
    }));
    Ok(())
}
