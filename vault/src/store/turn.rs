//! Turns at writing, among the processes that have one database open.
//!
//! SQLite lets one writer in at a time, but keeps no queue: who finds it busy looks again a while later, and beside a
//! process that writes without a pause may look for ever. So a process first takes a lock on a file beside the database,
//! which the system wakes it for. There are two: who writes holds `turn`; who is to write next holds `next`, so that the
//! one who has just written stands behind it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

/// This process's place among the others. One task uses it.
#[derive(Debug)]
pub(super) struct Turns {
    next: PathBuf,
    turn: PathBuf,
    /// A thread that still waits, for an earlier change that does not wait any more.
    waiting: Option<oneshot::Receiver<io::Result<Turn>>>,
}

/// The right to write; it ends when this is dropped, or the process ends.
#[derive(Debug)]
pub(super) struct Turn {
    _turn: File,
}

impl Turns {
    pub(super) fn beside(database: &Path) -> Self {
        Self { next: database.with_extension("next"), turn: database.with_extension("turn"), waiting: None }
    }

    /// Waits for this process's turn, for as long as `patience`.
    pub(super) async fn take(&mut self, patience: Duration) -> Result<Turn, sqlx::Error> {
        if self.waiting.is_none() {
            if let Some(turn) = self.take_now()? {
                return Ok(turn);
            }
            let (answer, waiting) = oneshot::channel();
            let (next, turn) = (self.next.clone(), self.turn.clone());
            // No task of the runtime's: a lock cannot be given up waiting for, and the vault would wait for it to stop.
            thread::spawn(move || answer.send(take_whenever(&next, &turn)));
            self.waiting = Some(waiting);
        }
        let Some(waiting) = &mut self.waiting else { return Err(sqlx::Error::WorkerCrashed) };
        let Ok(taken) = timeout(patience, waiting).await else { return Err(sqlx::Error::PoolTimedOut) };
        self.waiting = None;
        Ok(taken.map_err(|_| sqlx::Error::WorkerCrashed)??)
    }

    /// The turn, where nobody has it or waits for it.
    fn take_now(&self) -> io::Result<Option<Turn>> {
        let next = open(&self.next)?;
        let turn = open(&self.turn)?;
        Ok((try_lock(&next)? && try_lock(&turn)?).then_some(Turn { _turn: turn }))
    }
}

fn take_whenever(next: &Path, turn: &Path) -> io::Result<Turn> {
    let (next, turn) = (open(next)?, open(turn)?);
    next.lock()?;
    turn.lock()?;
    Ok(Turn { _turn: turn })
}

/// Opens a file to lock. A lock belongs to the opening, so each wait needs its own.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn one_at_a_time_has_the_turn() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("vault.db");
        let (mut one, mut other) = (Turns::beside(&database), Turns::beside(&database));
        let turn = one.take(SHORT).await.unwrap();
        // It waits, gives up, and goes on waiting with the same thread.
        for _ in 0..3 {
            assert!(matches!(other.take(SHORT).await, Err(sqlx::Error::PoolTimedOut)));
        }
        drop(turn);
        other.take(LONG).await.unwrap();
        one.take(LONG).await.unwrap();
    }

    #[tokio::test]
    async fn who_has_just_written_stands_behind_who_waits() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("vault.db");
        let (mut one, mut other) = (Turns::beside(&database), Turns::beside(&database));
        let turn = one.take(SHORT).await.unwrap();
        assert!(other.take(SHORT).await.is_err());
        while try_lock(&open(&other.next).unwrap()).unwrap() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(turn);
        // The other's thread has the turn by now, or has `next` and gets it: either way it is not `one`'s.
        assert!(matches!(one.take(SHORT).await, Err(sqlx::Error::PoolTimedOut)));
        drop(other.take(LONG).await.unwrap());
        one.take(LONG).await.unwrap();
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_opened_is_an_error() {
        let nowhere = Path::new("/nowhere/vault.db");
        assert!(matches!(Turns::beside(nowhere).take(SHORT).await, Err(sqlx::Error::Io(_))));
    }
}
