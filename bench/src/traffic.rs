//! Sends requests over kept connections and takes the time of each.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use cardseal_protocol::{
    Origin, UnixTime,
    directory::{PublishedDirectory, SignedDelegation},
    keys::SealingKey,
};
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
    header::{CONTENT_TYPE, HOST, ORIGIN},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{Result, requests::Shop, vault::Vault};

/// Where the vault publishes its keys.
const KEYS: &str = "/.well-known/cardseal/keys";

/// What a run measured.
pub(crate) struct Run {
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// Of each request, from sending it to having its whole answer.
    pub(crate) latencies: Latencies,
}

/// Latencies in rising order.
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    /// The latency that `percent` of the requests did not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let index = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
        self.0.get(index).copied().unwrap_or_default()
    }
}

/// Sends every request over so many connections, each with one request under way at a time.
///
/// # Errors
/// The first answer that is not 201: a vault that refuses quickly is not a fast vault.
pub(crate) async fn run(vault: &Vault, connections: usize, requests: Vec<Vec<u8>>) -> Result<Run> {
    let queue = Arc::new(Mutex::new(requests));
    let mut senders = Vec::with_capacity(connections);
    for _ in 0..connections {
        senders.push(connect(vault).await?);
    }
    let began = Instant::now();
    let tasks: Vec<_> = senders.into_iter().map(|sender| tokio::spawn(send_all(sender, Arc::clone(&queue)))).collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    let took = began.elapsed();
    latencies.sort_unstable();
    Ok(Run { took, latencies: Latencies(latencies) })
}

/// Asks the vault for the key to seal to.
pub(crate) async fn sealing_key(vault: &Vault) -> Result<SealingKey> {
    let mut sender = connect(vault).await?;
    let (status, body) = send(&mut sender, Method::GET, KEYS, Bytes::new()).await?;
    if status != StatusCode::OK {
        return Err(format!("GET {KEYS}: {status}").into());
    }
    let published: PublishedDirectory = serde_json::from_slice(&body)?;
    let now = UnixTime::from_secs(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs());
    // The bench trusts the vault it has just started: its root key is the one that the delegation names.
    let root = SignedDelegation::parse(&published.delegation)?.root();
    let (directory, _) = published.verify(&[root], &Origin::parse(Shop::VAULT)?, now)?;
    Ok(directory.sealing_key(now).ok_or("the vault has no key to seal to")?)
}

async fn send_all(mut sender: SendRequest<Full<Bytes>>, queue: Arc<Mutex<Vec<Vec<u8>>>>) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    loop {
        let Some(body) = queue.lock().unwrap_or_else(PoisonError::into_inner).pop() else {
            return Ok(latencies);
        };
        let began = Instant::now();
        let (status, answer) = send(&mut sender, Method::POST, "/v1/tokens", Bytes::from(body)).await?;
        latencies.push(began.elapsed());
        if status != StatusCode::CREATED {
            return Err(format!("POST /v1/tokens: {status} {}", String::from_utf8_lossy(&answer)).into());
        }
    }
}

async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    method: Method,
    path: &str,
    body: Bytes,
) -> Result<(StatusCode, Bytes)> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, "vault.example")
        .header(ORIGIN, Shop::VAULT)
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(body))?;
    sender.ready().await?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    Ok((status, answer.into_body().collect().await?.to_bytes()))
}

async fn connect(vault: &Vault) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(vault.address()).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}
