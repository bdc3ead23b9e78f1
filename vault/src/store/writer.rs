//! Group commit: changes that wait at the same time go to disk together.
//!
//! A commit waits for the disk, for milliseconds; the statements before it take microseconds. So one task takes every
//! change that has gathered while the last commit waited, runs each in a savepoint of one transaction, commits once, and
//! only then answers them all. One that fails takes none of the others with it.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use sqlx::{Acquire, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tokio::sync::{mpsc, oneshot};

use super::{
    Error, begin,
    turn::{Turn, Turns},
};

/// Changes that may wait; more are told to come back later.
const QUEUE: usize = 1024;
/// Changes in one transaction.
const BATCH: usize = 128;

pub(super) type Running<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// Hands changes to the task that makes them.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Change>>,
    patience: Duration,
}

impl Writer {
    /// Starts the task; it ends when the last `Writer` is gone. `patience` is how long a change may wait for its turn.
    pub(super) fn start(pool: SqlitePool, mut turns: Turns, patience: Duration) -> Self {
        let (queue, mut waiting) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while waiting.recv_many(&mut batch, BATCH).await > 0 {
                let turn = turns.take(patience).await;
                // A task of its own: should one panic, its changes are refused and the next ones are still made.
                let _ = tokio::spawn(make(pool.clone(), turn, std::mem::take(&mut batch))).await;
            }
        });
        Self { queue, patience }
    }

    /// Makes a change and returns once it is on disk. Where it returns an error, nothing is changed.
    pub(super) async fn write<T, F>(&self, change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Running<'c, Result<T, Error>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let waiting = Box::new(Waiting { change, answer });
        match self.queue.send_timeout(waiting, self.patience).await {
            Ok(()) => answered.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into())),
            Err(_) => Err(sqlx::Error::PoolTimedOut.into()),
        }
    }
}

/// A change that someone waits for.
trait Change: Send {
    /// Makes the change; gives whether it is to be kept, and the answer, which is held back until it is on disk.
    fn run<'c>(self: Box<Self>, connection: &'c mut SqliteConnection) -> Running<'c, (bool, Box<dyn Answer>)>;

    /// Answers that the change could not even be tried.
    fn refuse(self: Box<Self>, error: Error);
}

/// An answer that is held back.
trait Answer: Send {
    fn give(self: Box<Self>, committed: Result<(), Error>);
}

struct Waiting<F, T> {
    change: F,
    answer: oneshot::Sender<Result<T, Error>>,
}

struct Held<T> {
    outcome: Result<T, Error>,
    answer: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> Change for Waiting<F, T>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Running<'c, Result<T, Error>> + Send,
{
    fn run<'c>(self: Box<Self>, connection: &'c mut SqliteConnection) -> Running<'c, (bool, Box<dyn Answer>)> {
        let Self { change, answer } = *self;
        let running = change(connection);
        Box::pin(async move {
            let outcome = running.await;
            (outcome.is_ok(), Box::new(Held { outcome, answer }) as Box<dyn Answer>)
        })
    }

    fn refuse(self: Box<Self>, error: Error) {
        // Fails only where nobody waits any more.
        let _ = self.answer.send(Err(error));
    }
}

impl<T: Send> Answer for Held<T> {
    fn give(self: Box<Self>, committed: Result<(), Error>) {
        let Self { outcome, answer } = *self;
        // Fails only where nobody waits any more.
        let _ = answer.send(outcome.and_then(|value| committed.map(|()| value)));
    }
}

/// Makes the changes in one turn and answers each.
async fn make(pool: SqlitePool, turn: Result<Turn, sqlx::Error>, batch: Vec<Box<dyn Change>>) {
    let mut held = Vec::with_capacity(batch.len());
    let mut batch = batch.into_iter();
    let done = async {
        let _turn = turn?;
        let mut transaction = begin(&pool).await?;
        for change in batch.by_ref() {
            run_one(&mut transaction, change, &mut held).await?;
        }
        transaction.commit().await
    }
    .await
    .map_err(Arc::new);
    for answer in held {
        answer.give(done.clone().map_err(Error::from));
    }
    // Where the transaction broke half way, the rest was not tried.
    if let Err(error) = done {
        for change in batch {
            change.refuse(error.clone().into());
        }
    }
}

/// Makes one change in a savepoint. An error is one of the whole transaction, not of this change.
async fn run_one(
    transaction: &mut Transaction<'static, Sqlite>,
    change: Box<dyn Change>,
    held: &mut Vec<Box<dyn Answer>>,
) -> Result<(), sqlx::Error> {
    let mut savepoint = match transaction.begin().await {
        Ok(savepoint) => savepoint,
        Err(error) => {
            change.refuse(sqlx::Error::PoolTimedOut.into());
            return Err(error);
        }
    };
    let (keep, answer) = change.run(&mut savepoint).await;
    held.push(answer);
    if keep { savepoint.commit().await } else { savepoint.rollback().await }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::store::{Options, Store};

    async fn store(directory: &tempfile::TempDir) -> Store {
        Store::open(&Options::in_directory(directory.path())).await.unwrap()
    }

    fn insert(id: String) -> impl for<'c> FnOnce(&'c mut SqliteConnection) -> Running<'c, Result<(), Error>> {
        move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO merchants (id, name, created) VALUES (?, 'n', 0)")
                    .bind(id)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        }
    }

    async fn ids(store: &Store) -> Vec<String> {
        store.merchants().await.unwrap().into_iter().map(|merchant| merchant.id.to_string()).collect()
    }

    #[tokio::test]
    async fn changes_that_wait_together_share_a_commit_and_fail_alone() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(&directory).await;
        store.writer.write(insert("a".to_owned())).await.unwrap();
        let (first, twice, second) = tokio::join!(
            store.writer.write(insert("b".to_owned())),
            store.writer.write(insert("a".to_owned())),
            store.writer.write(insert("c".to_owned())),
        );
        first.unwrap();
        assert!(matches!(twice, Err(Error::Fault(_))), "{twice:?}");
        second.unwrap();
        assert_eq!(ids(&store).await, ["a", "b", "c"]);
    }

    #[tokio::test]
    async fn what_a_failed_change_did_is_undone() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(&directory).await;
        let failed: Result<(), Error> = store
            .writer
            .write(|connection| {
                Box::pin(async move {
                    insert("a".to_owned())(connection).await?;
                    Err(Error::MerchantExists)
                })
            })
            .await;
        assert!(matches!(failed, Err(Error::MerchantExists)));
        assert!(ids(&store).await.is_empty());
    }

    #[tokio::test]
    async fn a_panic_refuses_its_batch_and_no_more() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(&directory).await;
        let panicked: Result<(), Error> = store.writer.write(|_| panic!("on purpose")).await;
        assert!(matches!(panicked, Err(Error::Unavailable(_))), "{panicked:?}");
        store.writer.write(insert("a".to_owned())).await.unwrap();
        assert_eq!(ids(&store).await, ["a"]);
    }

    #[tokio::test]
    async fn a_change_whose_asker_went_away_is_made_all_the_same() {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let directory = tempfile::tempdir().unwrap();
        let store = store(&directory).await;
        let change = store.writer.write(|_| {
            MADE.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Ok(()) })
        });
        tokio::select! {
            biased;
            _ = change => panic!("it was waited for"),
            () = std::future::ready(()) => {}
        }
        store.check().await.unwrap();
        assert_eq!(MADE.load(Ordering::Relaxed), 1);
    }
}
