//! Running the vault: connections, the sweep, and an orderly end.

use std::{
    fs::File,
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
use cardseal_protocol::Origin;
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
    clock::SystemClock,
    keyring::{self, Keyring},
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
    // Before the store: two vaults on one store would take each other's payments for abandoned.
    let _lock = lock(&config.data)?;
    let vault = Arc::new(Vault {
        store: open_store(&config.data).await?,
        keyring: Keyring::open(&config.data.join("keys")).map_err(|error| error.to_string())?,
        clock: Arc::new(SystemClock),
        acquirer: Arc::new(Sandbox),
        origin: config.origin,
        frame: config.frame,
        limits: Limits { acquirer: config.acquirer_timeout, ..Limits::default() },
        payments: TaskTracker::new(),
    });
    // Whatever is pending now was left by a vault that stopped before it could answer.
    payment::reverse_abandoned(&vault, vault.clock.now()).await.map_err(|error| error.to_string())?;

    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let listener =
        TcpListener::bind(config.listen).await.map_err(|error| format!("--listen {}: {error}", config.listen))?;
    announce(listener.local_addr().map_err(|error| error.to_string())?)?;

    let (stop, stopping) = watch::channel(false);
    let sweeper = tokio::spawn(sweep(Arc::clone(&vault), stopping.clone()));
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
    vault.payments.close();
    if tokio::time::timeout(GRACE, vault.payments.wait()).await.is_err() {
        tracing::warn!("a payment is still under way; the next start reverses it");
    }
    vault.store.clone().close().await;
    tracing::info!("stopped");
    Ok(())
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

/// Keeps a second vault from serving the same directory.
fn lock(data: &Path) -> Result<File, String> {
    keyring::make_directory(data).map_err(|error| error.to_string())?;
    let path = data.join("serve.lock");
    let file = open_lock(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    file.try_lock().map_err(|_| format!("another vault serves {} already", data.display()))?;
    Ok(file)
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

/// Erases what has expired, and reverses what was never answered, once a minute.
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
