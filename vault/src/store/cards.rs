//! Sealed cards and security codes. Only [`super::Store::issue`] writes them; whatever ends a token's life erases them.

use cardseal_protocol::UnixTime;
use sqlx::SqliteConnection;

use super::{Error, seconds};
use crate::{
    at_rest::{Part, Sealed},
    id::TokenId,
};

pub(super) async fn keep(
    connection: &mut SqliteConnection,
    token: &TokenId,
    card: &Sealed,
    code: &Sealed,
    expires: UnixTime,
) -> Result<(), Error> {
    let mut insert = sqlx::query(
        "INSERT INTO sealed (token, part, key_version, wrapped_key, ciphertext, expires) \
         VALUES (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)",
    );
    for (part, sealed) in [(Part::Card, card), (Part::Code, code)] {
        insert = insert
            .bind(token.as_str())
            .bind(part.as_str())
            .bind(sealed.key_version)
            .bind(&sealed.wrapped_key)
            .bind(&sealed.ciphertext)
            .bind(seconds(expires));
    }
    insert.execute(connection).await?;
    Ok(())
}

pub(super) async fn read(
    connection: &mut SqliteConnection,
    token: &TokenId,
    part: Part,
) -> Result<Option<Sealed>, Error> {
    let row: Option<(u32, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("SELECT key_version, wrapped_key, ciphertext FROM sealed WHERE token = ? AND part = ?")
            .bind(token.as_str())
            .bind(part.as_str())
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|(key_version, wrapped_key, ciphertext)| Sealed { key_version, wrapped_key, ciphertext }))
}

/// Erases card and code. A token pays once, so neither has a use after that.
pub(super) async fn erase(connection: &mut SqliteConnection, token: &TokenId) -> Result<(), Error> {
    sqlx::query("DELETE FROM sealed WHERE token = ?").bind(token.as_str()).execute(connection).await?;
    Ok(())
}
