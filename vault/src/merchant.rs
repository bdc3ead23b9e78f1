//! Merchants, from the command line.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use cardseal_protocol::{
    MerchantId, Origin,
    keys::{Jwk, VerifyingKey},
};

use crate::{
    clock::{Clock, SystemClock},
    id::ApiKey,
    serve::open_store,
    store::{self, NewMerchant},
};

/// Registers a merchant and prints its API key.
pub(crate) async fn add(
    data: &Path,
    id: MerchantId,
    name: String,
    origins: Vec<Origin>,
    order_keys: &[PathBuf],
) -> Result<(), String> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err("--name: expected a name of visible characters".to_owned());
    }
    let order_keys = order_keys.iter().map(|path| read_key(path)).collect::<Result<Vec<_>, _>>()?;
    let api_key = ApiKey::random().map_err(|error| error.to_string())?;
    let merchant = NewMerchant { id, name, origins, order_keys, api_key: api_key.hash() };
    let store = open_store(data).await?;
    let added = store.add_merchant(&merchant, SystemClock.now()).await;
    store.close().await;
    match added {
        // Shown this once: it is the merchant's from here on.
        Ok(()) => print(api_key.expose()),
        Err(store::Error::MerchantExists) => {
            Err(format!("there is a merchant {} already; remove it first to register it anew", merchant.id))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Prints every merchant.
pub(crate) async fn list(data: &Path) -> Result<(), String> {
    let store = open_store(data).await?;
    let merchants = store.merchants().await;
    store.close().await;
    for merchant in merchants.map_err(|error| error.to_string())? {
        let origins: Vec<&str> = merchant.origins.iter().map(Origin::as_str).collect();
        print(&format!("{}\t{}\t{}", merchant.id, merchant.name, origins.join(" ")))?;
    }
    Ok(())
}

/// Removes a merchant and what it stored.
pub(crate) async fn remove(data: &Path, id: &MerchantId) -> Result<(), String> {
    let store = open_store(data).await?;
    let removed = store.remove_merchant(id).await;
    store.close().await;
    match removed {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("there is no merchant {id}")),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads a public JWK and brings it into the form that is published: with `kid`, `alg` and `use`.
fn read_key(path: &Path) -> Result<Jwk, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("--order-key {}: {error}", path.display()))?;
    // The parser's own message could quote a private key that was given by mistake.
    serde_json::from_str::<Jwk>(&text)
        .ok()
        .and_then(|jwk| VerifyingKey::try_from(&jwk).ok())
        .map(|key| key.jwk())
        .ok_or_else(|| format!("--order-key {}: expected a public P-256 JWK, without \"d\"", path.display()))
}

fn print(line: &str) -> Result<(), String> {
    writeln!(io::stdout().lock(), "{line}").map_err(|error| error.to_string())
}
