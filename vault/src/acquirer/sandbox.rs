//! An acquirer that moves no money: each published test number has one answer, every other number is declined.

use std::future;

use cardseal_protocol::card::Expiry;

use super::{Acquirer, Answer, Authorization, AuthorizationCode, Decision, DeclineCode, Error};
use crate::{id::PaymentId, random};

/// The sandbox: a number has its answer below, unless its card has expired. Its numbers are not secrets: brands and acquirers publish them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sandbox;

impl Sandbox {
    /// Numbers that are approved: the test numbers that card brands and acquirers publish.
    pub const APPROVED: &[&str] = &[
        "4242424242424242",
        "4111111111111111",
        "4000056655665556",
        "4012888888881881",
        "5555555555554444",
        "5105105105105100",
        "5200828282828210",
        "2223003122003222",
        "378282246310005",
        "371449635398431",
        "6011111111111117",
        "6011000990139424",
        "30569309025904",
        "38520000023237",
        "3530111333300000",
        "3566002020360505",
        "6200000000000005",
        "6200000000000047",
        "6759649826438453",
        "6799990100000000019",
        "2200000000000004",
        "6362970000457013",
        "6062826786276634",
        "6062828888666688",
        "9792030394440796",
        "5019717010103742",
        "4000002500001001",
        "5555552500001001",
        "6703444444444449",
    ];

    /// Numbers with another answer.
    pub const DECLINED: &[(&str, DeclineCode)] = &[
        ("4000000000000002", DeclineCode::Declined),
        ("4000000000009995", DeclineCode::InsufficientFunds),
        ("4000000000000069", DeclineCode::ExpiredCard),
        ("4000000000000127", DeclineCode::IncorrectCode),
    ];

    /// The number whose bank never answers.
    pub const SILENT: &str = "4000000000000119";
}

impl Acquirer for Sandbox {
    fn authorize<'a>(&'a self, authorization: &'a Authorization) -> Answer<'a, Decision> {
        Box::pin(async move {
            // The acquirer is whom the number is for.
            let number = authorization.number.expose().as_str();
            if number == Self::SILENT {
                return future::pending().await;
            }
            let declined = Self::DECLINED.iter().find(|(known, _)| *known == number).map(|(_, code)| *code);
            Ok(match declined {
                Some(code) => Decision::Declined(code),
                None if has_expired(authorization) => Decision::Declined(DeclineCode::ExpiredCard),
                None if Self::APPROVED.contains(&number) => Decision::Approved(authorization_code()?),
                None => Decision::Declined(DeclineCode::NotATestCard),
            })
        })
    }

    /// Nothing was set aside, so nothing is to be undone.
    fn reverse<'a>(&'a self, _reference: &'a PaymentId) -> Answer<'a, ()> {
        Box::pin(future::ready(Ok(())))
    }
}

fn has_expired(authorization: &Authorization) -> bool {
    Expiry::new(authorization.exp_month, authorization.exp_year).is_ok_and(|expiry| expiry.is_past(authorization.asked))
}

/// Six random digits.
fn authorization_code() -> Result<AuthorizationCode, Error> {
    let bytes = random::bytes::<4>().map_err(|_| Error)?;
    // The remainder favours small codes by less than one in four thousand: a code is a reference, not a secret.
    AuthorizationCode::parse(&format!("{:06}", u32::from_be_bytes(*bytes) % 1_000_000)).ok_or(Error)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cardseal_protocol::{Secret, UnixTime, address::Country, order::Currency};

    use super::*;

    async fn ask(number: &str) -> Decision {
        Sandbox.authorize(&authorization(number)).await.unwrap()
    }

    fn authorization(number: &str) -> Authorization {
        Authorization {
            reference: PaymentId::random().unwrap(),
            asked: UnixTime::from_secs(1_795_000_000),
            amount: 4200,
            currency: Currency::parse("EUR").unwrap(),
            number: Secret::new(number.to_owned()),
            exp_month: 12,
            exp_year: 2030,
            code: Secret::new("9753".to_owned()),
            holder: None,
            brand: None,
            country: Country::parse("DE").ok(),
            postal_code: Some(Secret::new("10115".to_owned())),
        }
    }

    #[tokio::test]
    async fn each_test_number_has_its_answer() {
        for number in Sandbox::APPROVED {
            assert!(matches!(ask(number).await, Decision::Approved(_)), "{number}");
        }
        for (number, code) in Sandbox::DECLINED {
            assert_eq!(ask(number).await, Decision::Declined(*code), "{number}");
        }
        assert_eq!(ask("4242424242424241").await, Decision::Declined(DeclineCode::NotATestCard));
    }

    #[test]
    fn every_number_is_documented() {
        let page = include_str!("../../../docs/http-api.md");
        let declined = Sandbox::DECLINED.iter().map(|(number, _)| number);
        for number in Sandbox::APPROVED.iter().chain(declined).chain([&Sandbox::SILENT]) {
            assert!(page.contains(number), "docs/http-api.md does not list {number}");
        }
    }

    #[test]
    fn nothing_of_the_card_is_printed() {
        let printed = format!("{:?}", authorization("5105105105105100"));
        assert!(printed.contains("[redacted]"), "{printed}");
        for secret in ["5105", "9753", "DE", "10115"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }

    #[tokio::test]
    async fn a_card_is_good_to_the_end_of_its_month() {
        for (month, year, decision) in [(11, 2026, None), (10, 2026, Some(DeclineCode::ExpiredCard))] {
            let asked = Authorization { exp_month: month, exp_year: year, ..authorization("4242424242424242") };
            match Sandbox.authorize(&asked).await.unwrap() {
                Decision::Approved(_) => assert_eq!(decision, None),
                Decision::Declined(code) => assert_eq!(decision, Some(code)),
            }
        }
    }

    #[tokio::test]
    async fn the_silent_bank_never_answers_and_a_reversal_always_works() {
        let authorization = authorization(Sandbox::SILENT);
        let asked = tokio::time::timeout(Duration::from_millis(20), Sandbox.authorize(&authorization)).await;
        assert!(asked.is_err());
        assert_eq!(Sandbox.reverse(&authorization.reference).await, Ok(()));
    }
}
