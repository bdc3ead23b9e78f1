//! Running the vault: connections, the sweep, and an orderly end.

use std::{
    fs::{File, TryLockError},
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use cardseal_protocol::{Origin, UnixTime};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::{Semaphore, watch},
};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::{
    Limits, Vault,
    acquirer::Sandbox,
    app,
    clock::{Clock, SystemClock},
    directory,
    keyring::{self, KeyFiles, Keyring},
    payment,
    store::{self, Store},
};

/// Connections at one time; more wait in the listener's queue.
const CONNECTIONS: usize = 1024;
/// A client may take this long over a request's headers, and leave a connection idle as long.
const HEADERS: Duration = Duration::from_secs(15);
/// The largest header section in bytes.
const MAX_HEADERS: usize = 16 * 1024;
/// A connection is closed after this long, at its next idle moment.
const CONNECTION_LIFE: Duration = Duration::from_secs(15 * 60);
/// Requests under way may take this long to finish when the vault stops.
const GRACE: Duration = Duration::from_secs(20);
/// The time between two sweeps.
const SWEEP: Duration = Duration::from_secs(60);
/// The time between two looks at whether the keys have changed.
const KEY_WATCH: Duration = Duration::from_secs(1);
/// A delegation that ends within this many seconds is warned of.
const DELEGATION_WARNING: u64 = 7 * 24 * 60 * 60;

/// How the vault is to run.
pub(crate) struct Config {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) origin: Origin,
    pub(crate) frame: Option<PathBuf>,
    pub(crate) acquirer_timeout: Duration,
}

/// Runs until SIGTERM or SIGINT, then finishes what is under way.
pub(crate) async fn serve(config: Config) -> Result<(), String> {
    if let Some(frame) = &config.frame
        && !frame.join("index.html").is_file()
    {
        return Err(format!("--frame: there is no index.html in {}; build the frame first", frame.display()));
    }
    let place = Place::take(&config.data)?;
    let store = open_store(&config.data).await?;
    let keyring = open_keyring(&config, &store, SystemClock.now()).await?;
    let vault = Arc::new(Vault {
        store,
        keyring,
        clock: Arc::new(SystemClock),
        acquirer: Arc::new(Sandbox),
        origin: config.origin,
        frame: config.frame,
        limits: Limits { acquirer: config.acquirer_timeout, ..Limits::default() },
        payments: TaskTracker::new(),
    });
    let now = vault.clock.now();
    // Where no other vault serves, whatever is pending was left by one that stopped before it could answer. Where one
    // does, only what is too old to be under way there.
    let until = if place.alone { now } else { now.minus(payment::abandoned_after(&vault)) };
    payment::reverse_abandoned(&vault, until).await.map_err(|error| error.to_string())?;
    // Held until this process ends, however it ends.
    let _place = place.shared()?;

    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let listener =
        TcpListener::bind(config.listen).await.map_err(|error| format!("--listen {}: {error}", config.listen))?;
    announce(listener.local_addr().map_err(|error| error.to_string())?)?;

    let (stop, stopping) = watch::channel(false);
    let sweeper = tokio::spawn(sweep(Arc::clone(&vault), stopping.clone()));
    let key_watch = tokio::spawn(watch_keys(Arc::clone(&vault), stopping.clone()));
    let accepting = tokio::spawn(accept(listener, app(Arc::clone(&vault)), stopping));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    // Fails only where nobody listens any more.
    let _ = stop.send(true);
    let _ = accepting.await;
    let _ = sweeper.await;
    let _ = key_watch.await;
    vault.payments.close();
    if tokio::time::timeout(GRACE, vault.payments.wait()).await.is_err() {
        tracing::warn!("a payment is still under way; the next start, or another vault's sweep, reverses it");
    }
    vault.store.clone().close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Reads the keys and publishes them; refuses where the root key does not let this vault speak for its origin.
async fn open_keyring(config: &Config, store: &Store, now: UnixTime) -> Result<Keyring, String> {
    let files = KeyFiles::in_data(&config.data).map_err(|error| error.to_string())?;
    let keyring = Keyring::open(files, store, now).await.map_err(|error| error.to_string())?;
    // What was interrupted before it was done.
    keyring.erase_closed(store, now).await.map_err(|error| error.to_string())?;
    let publish = async {
        let delegation = directory::delegation(keyring.files(), &config.origin, now)?;
        directory::renew(store, keyring.files(), now).await?;
        Ok(delegation)
    };
    match publish.await {
        Ok(delegation) => warn_of_end(delegation.expires, now),
        Err(error @ directory::Error::Keys(_)) => return Err(error.to_string()),
        Err(error) => return Err(no_delegation(&error, config)),
    }
    Ok(keyring)
}

/// What to do where no valid delegation is there.
fn no_delegation(error: &directory::Error, config: &Config) -> String {
    let (origin, data) = (&config.origin, config.data.display());
    format!(
        "{error}; without a delegation for {origin} browsers take no keys from this vault.
Where the root key is on this machine:
  cardseal-vault root init --out root.jwk.json   # once; prints the thumbprint that shops pin
  cardseal-vault root delegate --root root.jwk.json --origin {origin} --data {data}
Where it is kept apart from the vault, as it should be:
  cardseal-vault keys directory-key --data {data} > directory-key.jwk.json
  cardseal-vault root delegate --root root.jwk.json --origin {origin} --directory-key directory-key.jwk.json \\
      > delegation.jwt   # there
  cardseal-vault keys install-delegation --data {data} delegation.jwt"
    )
}

fn warn_of_end(expires: UnixTime, now: UnixTime) {
    if expires <= now.plus(DELEGATION_WARNING) {
        let hours = expires.as_secs().saturating_sub(now.as_secs()) / 3600;
        tracing::warn!(hours, "the delegation ends soon; then browsers take no keys any more: make a new one");
    }
}

/// Makes the directory and opens the store in it.
pub(crate) async fn open_store(data: &Path) -> Result<Store, String> {
    keyring::make_directory(data).map_err(|error| error.to_string())?;
    // One process at a time may make the tables.
    let path = data.join("setup.lock");
    let failed = |error: io::Error| format!("{}: {error}", path.display());
    let setup = open_lock(&path).map_err(failed)?;
    setup.lock().map_err(failed)?;
    Store::open(&store::Options::in_directory(data)).await.map_err(|error| error.to_string())
}

/// A place among the vaults that serve a directory, held by a lock on a file in it.
///
/// A vault that finds no other holds the lock for itself until it has read the keys, made them where there were none, and
/// reversed what was left pending; it shares the lock before it takes its first connection. So whoever gets the lock for
/// itself knows that no payment is under way anywhere.
struct Place {
    lock: File,
    path: PathBuf,
    alone: bool,
}

impl Place {
    /// Takes the lock: for itself if it can, and else shared, once no other vault has it for itself.
    fn take(data: &Path) -> Result<Self, String> {
        keyring::make_directory(data).map_err(|error| error.to_string())?;
        let path = data.join("serve.lock");
        let failed = |error: io::Error| format!("{}: {error}", path.display());
        let lock = open_lock(&path).map_err(failed)?;
        let alone = match lock.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => {
                lock.lock_shared().map_err(failed)?;
                false
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        };
        Ok(Self { lock, path, alone })
    }

    /// Lets other vaults in.
    ///
    /// The system may give the lock to another vault in between. It then reverses payments while this one waits, which
    /// has none yet.
    fn shared(self) -> Result<File, String> {
        if self.alone {
            self.lock.lock_shared().map_err(|error| format!("{}: {error}", self.path.display()))?;
        }
        Ok(self.lock)
    }
}

fn open_lock(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(false).open(path)
}

/// Says where the vault listens, on a line that programs can wait for.
fn announce(address: SocketAddr) -> Result<(), String> {
    let mut out = io::stdout().lock();
    writeln!(out, "cardseal-vault listening on http://{address}").and_then(|()| out.flush()).map_err(|e| e.to_string())
}

/// Takes connections until told to stop, then waits for those that are in the middle of a request.
async fn accept(listener: TcpListener, app: Router, mut stopping: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let connections = TaskTracker::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = stopping.changed() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = hold(stream, app.clone(), stopping.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors, most likely: give connections time to end.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Serves one connection.
async fn hold(stream: TcpStream, app: Router, mut stopping: watch::Receiver<bool>) {
    // Answers are small and waited for. Where it cannot be set, they are only slower.
    let _ = stream.set_nodelay(true);
    let under_way = Arc::new(AtomicUsize::new(0));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (app, under_way) = (app.clone(), Arc::clone(&under_way));
        async move {
            under_way.fetch_add(1, Ordering::Relaxed);
            let response = app.oneshot(request).await;
            under_way.fetch_sub(1, Ordering::Relaxed);
            response
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .max_buf_size(MAX_HEADERS)
            .serve_connection(TokioIo::new(stream), service)
    );
    tokio::select! {
        // The client ended it, or broke HTTP: either way there is no one to tell.
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|stop| *stop) => {}
        () = tokio::time::sleep(CONNECTION_LIFE) => {}
    }
    connection.as_mut().graceful_shutdown();
    // An idle connection ends at once, but for one that has not sent a byte yet: browsers open such in advance.
    let patience = tokio::time::Instant::now() + GRACE;
    while tokio::time::timeout(Duration::from_millis(200), connection.as_mut()).await.is_err() {
        if under_way.load(Ordering::Relaxed) == 0 || tokio::time::Instant::now() > patience {
            break;
        }
    }
}

/// Erases what has expired, and reverses what was never answered, once a minute. Several vaults may do so at once: erasing
/// and reversing again change nothing.
async fn sweep(vault: Arc<Vault>, mut stopping: watch::Receiver<bool>) {
    let mut minute = tokio::time::interval(SWEEP);
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = minute.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        let now = vault.clock.now();
        match vault.store.sweep(now).await {
            Ok(swept) => tracing::debug!(?swept, "swept"),
            Err(error) => tracing::warn!(%error, "nothing could be swept; the next sweep is in a minute"),
        }
        let until = now.minus(payment::abandoned_after(&vault));
        if let Err(error) = payment::reverse_abandoned(&vault, until).await {
            tracing::warn!(%error, "abandoned payments could not be read");
        }
    }
}

/// Learns of changes to the keys, erases those whose time is over, and publishes a directory when one is due.
async fn watch_keys(vault: Arc<Vault>, mut stopping: watch::Receiver<bool>) {
    let mut second = tokio::time::interval(KEY_WATCH);
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut next_renewal = tokio::time::Instant::now() + SWEEP;
    loop {
        tokio::select! {
            _ = second.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        let now = vault.clock.now();
        let changed = vault.keyring.refresh(&vault.store, now).await;
        if !matches!(changed, Ok(false))
            && let Err(error) = vault.keyring.erase_closed(&vault.store, now).await
        {
            tracing::warn!(%error, "keys whose time is over could not be erased");
        }
        if let Err(error) = changed {
            tracing::warn!(%error, "the keys could not be read; those read before stay in use");
        }
        if next_renewal <= tokio::time::Instant::now() {
            next_renewal += SWEEP;
            renew(&vault, now).await;
        }
    }
}

async fn renew(vault: &Vault, now: UnixTime) {
    let files = vault.keyring.files();
    let renewed = directory::renew(&vault.store, files, now).await;
    match (renewed, directory::delegation(files, &vault.origin, now)) {
        // Twice a day, which is enough.
        (Ok(true), Ok(delegation)) => warn_of_end(delegation.expires, now),
        (Ok(false), Ok(_)) => {}
        (_, Err(error)) => tracing::error!(%error, "browsers take no keys from this vault"),
        (Err(error), Ok(_)) => tracing::warn!(%error, "no key directory could be published"),
    }
}
