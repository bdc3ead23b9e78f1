//! Merchants: who may take cards, from which pages, with which keys.

use cardseal_protocol::{
    MerchantId, Origin, UnixTime,
    keys::{Jwk, JwkSet, VerifyingKey},
};

use sqlx::SqliteConnection;

use super::{Error, Store, seconds, time};
use crate::id::ApiKeyHash;

/// A merchant to be registered.
#[derive(Clone, Debug)]
pub struct NewMerchant {
    /// Its public id.
    pub id: MerchantId,
    /// A name for people.
    pub name: String,
    /// Origins of the pages that may show its card form.
    pub origins: Vec<Origin>,
    /// Public keys that verify its orders.
    pub order_keys: Vec<Jwk>,
    /// SHA-256 of the API key it was given.
    pub api_key: ApiKeyHash,
}

/// A registered merchant.
#[derive(Clone, Debug)]
pub struct Merchant {
    /// Its public id.
    pub id: MerchantId,
    /// A name for people.
    pub name: String,
    /// Origins of the pages that may show its card form, in alphabetical order.
    pub origins: Vec<Origin>,
    /// Public keys that verify its orders.
    pub order_keys: JwkSet,
    /// When it was registered.
    pub created: UnixTime,
}

impl Merchant {
    /// The keys that verify its orders.
    ///
    /// # Errors
    /// [`Error::Corrupt`] where a stored key is none.
    pub fn verifying_keys(&self) -> Result<Vec<VerifyingKey>, Error> {
        self.order_keys
            .keys
            .iter()
            .map(|jwk| VerifyingKey::try_from(jwk).map_err(|_| Error::Corrupt("order key")))
            .collect()
    }
}

impl Store {
    /// Registers a merchant.
    ///
    /// # Errors
    /// [`Error::MerchantExists`] where its id is taken.
    pub async fn add_merchant(&self, merchant: &NewMerchant, now: UnixTime) -> Result<(), Error> {
        let merchant = merchant.clone();
        self.writer.write(move |connection| Box::pin(async move { add(connection, &merchant, now).await })).await
    }

    /// The merchant of this id.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn merchant(&self, id: &MerchantId) -> Result<Option<Merchant>, Error> {
        // One statement sees one state of the store, and costs one trip to its thread: every token asks for a merchant.
        let row: Option<(String, i64, String, String)> = sqlx::query_as(
            "SELECT name, created, \
             (SELECT json_group_array(origin) FROM (SELECT origin FROM merchant_origins WHERE merchant = id ORDER BY 1)), \
             (SELECT json_group_array(jwk) FROM (SELECT jwk FROM order_keys WHERE merchant = id ORDER BY kid)) \
             FROM merchants WHERE id = ?",
        )
        .bind(id.as_str())
        .fetch_optional(&self.reader)
        .await?;
        row.map(|(name, created, origins, order_keys)| {
            Ok(Merchant {
                id: id.clone(),
                name,
                origins: serde_json::from_str(&origins).map_err(|_| Error::Corrupt("origin"))?,
                order_keys: JwkSet { keys: read_keys(&order_keys)? },
                created: time(created)?,
            })
        })
        .transpose()
    }

    /// Every merchant, in the order of their ids.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn merchants(&self) -> Result<Vec<Merchant>, Error> {
        let ids: Vec<(String,)> =
            sqlx::query_as("SELECT id FROM merchants ORDER BY id").fetch_all(&self.reader).await?;
        let mut merchants = Vec::with_capacity(ids.len());
        for (id,) in ids {
            let id = MerchantId::parse(&id).map_err(|_| Error::Corrupt("merchant id"))?;
            merchants.extend(self.merchant(&id).await?);
        }
        Ok(merchants)
    }

    /// Removes a merchant with its keys, tokens and stored cards; payments stay on record. `false` where there was none.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be written.
    pub async fn remove_merchant(&self, id: &MerchantId) -> Result<bool, Error> {
        let id = id.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let removed =
                        sqlx::query("DELETE FROM merchants WHERE id = ?").bind(id.as_str()).execute(connection).await?;
                    Ok(removed.rows_affected() > 0)
                })
            })
            .await
    }

    /// Whose API key it is.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn merchant_of_api_key(&self, hash: &ApiKeyHash) -> Result<Option<MerchantId>, Error> {
        let row: Option<(String,)> = sqlx::query_as("SELECT merchant FROM api_keys WHERE hash = ?")
            .bind(hash.as_bytes().as_slice())
            .fetch_optional(&self.reader)
            .await?;
        row.map(|(id,)| MerchantId::parse(&id).map_err(|_| Error::Corrupt("merchant id"))).transpose()
    }

    /// Whether any merchant registered this origin.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn knows_origin(&self, origin: &Origin) -> Result<bool, Error> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM merchant_origins WHERE origin = ? LIMIT 1")
            .bind(origin.as_str())
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.is_some())
    }
}

/// Reads an array of JWKs, each as a text.
fn read_keys(array: &str) -> Result<Vec<Jwk>, Error> {
    let texts: Vec<String> = serde_json::from_str(array).map_err(|_| Error::Corrupt("order key"))?;
    texts.iter().map(|jwk| serde_json::from_str(jwk).map_err(|_| Error::Corrupt("order key"))).collect()
}

async fn add(connection: &mut SqliteConnection, merchant: &NewMerchant, now: UnixTime) -> Result<(), Error> {
    let added = sqlx::query("INSERT INTO merchants (id, name, created) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(merchant.id.as_str())
        .bind(&merchant.name)
        .bind(seconds(now))
        .execute(&mut *connection)
        .await?;
    if added.rows_affected() == 0 {
        return Err(Error::MerchantExists);
    }
    for origin in &merchant.origins {
        sqlx::query("INSERT INTO merchant_origins (merchant, origin) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(merchant.id.as_str())
            .bind(origin.as_str())
            .execute(&mut *connection)
            .await?;
    }
    for jwk in &merchant.order_keys {
        sqlx::query("INSERT INTO order_keys (merchant, kid, jwk) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(merchant.id.as_str())
            .bind(jwk.thumbprint().map_err(|_| Error::Corrupt("order key"))?.to_string())
            .bind(serde_json::to_string(jwk).map_err(|_| Error::Corrupt("order key"))?)
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("INSERT INTO api_keys (hash, merchant, created) VALUES (?, ?, ?)")
        .bind(merchant.api_key.as_bytes().as_slice())
        .bind(merchant.id.as_str())
        .bind(seconds(now))
        .execute(&mut *connection)
        .await?;
    Ok(())
}
