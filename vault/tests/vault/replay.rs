//! One envelope has one effect, however often and over however many connections it comes.
//!
//! `CARDSEAL_DUPLICATES` is how often it is sent before and again after a restart.

use std::{collections::BTreeSet, sync::Arc};

use axum::http::header;
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, sync::Barrier};

use crate::{
    in_process::{Answer, bearer},
    malformed::setting,
    program::{Program, directory, now, post, register, send},
    shop::{card, context, payment_request, seal, token_request},
    tokens::count_in,
};

pub(crate) const CONNECTIONS: u64 = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_envelope_over_many_connections_is_accepted_once() {
    let duplicates = setting("CARDSEAL_DUPLICATES", 1280);
    let directory = directory();
    let data = directory.path().join("data");
    let shop = register(&directory);
    let vault = Program::start(&data, &["--log", "off"]);
    let order = shop.signed("order-1", now());
    // Two envelopes of one jti: an attacker's and the shopper's, say. Only one of them may be taken.
    let context_ = context(&order, now());
    let keys = vault.keys().await;
    let sealed = |number: &str| token_request(&seal(&keys, &card(number), &context_), &order);
    let bodies = [sealed("4242424242424242"), sealed("5555555555554444")];

    let answers = flood(&[&vault.address], &bodies, duplicates).await;
    let before = accepted(&answers);
    assert_eq!(before.len(), 1, "one envelope, one token");
    vault.kill();
    let vault = Program::start(&data, &["--log", "off"]);
    let answers = flood(&[&vault.address], &bodies, duplicates).await;
    assert_eq!(accepted(&answers), before, "the same one after a restart");

    // The control: another jti makes another token, so that the count can be other than one.
    let fresh = token_request(&seal(&keys, &card("4242424242424242"), &context(&order, now())), &order);
    let control = flood(&[&vault.address], &[fresh.clone(), fresh], CONNECTIONS).await;
    assert!(accepted(&control).is_disjoint(&before));

    // And it pays once.
    let (_, token) = before.first().unwrap().clone();
    pay_at_once(&[&vault.address], &bearer(&shop), &payment_request(&token, &order)).await;

    vault.terminate();
    assert!(vault.wait().0);
    assert_eq!(count_in(&data, "tokens").await, 2, "the one and the control");
}

/// Sends the bodies in turn, `times` in all, over connections that begin together, each to the next of the addresses.
/// Each answer with its body's index.
pub(crate) async fn flood(addresses: &[&str], bodies: &[String; 2], times: u64) -> Vec<(usize, Answer)> {
    let bodies: Arc<[String; 2]> = Arc::new(bodies.clone());
    let start = Arc::new(Barrier::new(CONNECTIONS as usize));
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let (address, bodies, start) = (of(addresses, connection), Arc::clone(&bodies), Arc::clone(&start));
            let own = times / CONNECTIONS + u64::from(connection < times % CONNECTIONS);
            tokio::spawn(async move {
                let stream = TcpStream::connect(&address).await.unwrap();
                let (mut sender, connection_) =
                    hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
                tokio::spawn(connection_);
                start.wait().await;
                let mut answers = Vec::new();
                for round in 0..own {
                    let which = usize::from((connection + round) % 2 == 1);
                    let mut request = post("/v1/tokens", &bodies[which]);
                    request.headers_mut().insert(header::HOST, address.parse().unwrap());
                    sender.ready().await.unwrap();
                    let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
                    let body = body.collect().await.unwrap().to_bytes().to_vec();
                    answers.push((which, Answer { status: parts.status, headers: parts.headers, body }));
                }
                answers
            })
        })
        .collect();
    let mut answers = Vec::new();
    for connection in connections {
        answers.extend(connection.await.unwrap());
    }
    assert_eq!(answers.len() as u64, times);
    answers
}

fn of(addresses: &[&str], connection: u64) -> String {
    addresses[connection as usize % addresses.len()].to_owned()
}

/// Which bodies were taken, and the tokens that they were answered with; every other answer says that the jti is used.
pub(crate) fn accepted(answers: &[(usize, Answer)]) -> BTreeSet<(usize, String)> {
    let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|(_, answer)| answer.status.is_success());
    for (_, answer) in refused {
        answer.assert_refused(409, "jti_reused");
    }
    taken.iter().map(|(which, answer)| (*which, answer.text("token"))).collect()
}

/// Pays with each connection at the same time, each under an idempotency key of its own, and checks that one succeeds.
pub(crate) async fn pay_at_once(addresses: &[&str], bearer: &str, body: &str) {
    let payments: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let mut request = post("/v1/payments", body);
            request.headers_mut().insert(header::AUTHORIZATION, bearer.parse().unwrap());
            request.headers_mut().insert("idempotency-key", format!("key-{connection}").parse().unwrap());
            let address = of(addresses, connection);
            tokio::spawn(async move { send(&address, request).await.map_err(|error| error.to_string()).unwrap() })
        })
        .collect();
    let mut answers = Vec::new();
    for payment in payments {
        answers.push(payment.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "paid once");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert!(matches!(refused.status.as_u16(), 409 | 410 | 503), "{refused:?}");
    }
}
