//! What the vault refuses, as `application/problem+json` (RFC 9457).

use std::fmt;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cardseal_protocol::{Code, ProblemDocument, UnixTime};

use crate::{keyring, random, store};

/// Why a request was refused. Each variant has one status and one stable code.
#[derive(Debug)]
pub(crate) enum Error {
    /// An envelope, order or key is not as it must be.
    Protocol(cardseal_protocol::Error),
    /// The body, a header or the query is not of the expected form; says where, never what.
    RequestMalformed(Where),
    /// The body did not arrive in time.
    RequestTimeout,
    BodyTooLarge,
    ContentTypeUnsupported,
    MerchantUnknown,
    OriginNotAllowed,
    OrderMismatch,
    KeyUnknown,
    KeyRevoked,
    ClockSkew {
        now: UnixTime,
    },
    JtiReused,
    ApiKeyInvalid,
    TokenUnknown,
    TokenSpent,
    TokenExpired,
    OrderPaid,
    IdempotencyKeyReused,
    AcquirerTimeout,
    NotFound,
    MethodNotAllowed,
    /// Not now. The cause is logged, never sent.
    Unavailable(Cause),
    /// A fault of the vault. What failed is logged, never sent.
    Internal(&'static str),
    /// A fault of the store. The cause is logged, never sent.
    Store(store::Error),
    /// A fault of the key files. The cause is logged, never sent.
    Keyring(keyring::Error),
}

/// Where a request is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// The JSON of the body: line and column, both from 1.
    Json { line: usize, column: usize },
    /// A header, by its name.
    Header(&'static str),
    /// A parameter of the query, by its name.
    Query(&'static str),
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json { line, column } => write!(f, "The body is not as expected at line {line}, column {column}."),
            Self::Header(name) => write!(f, "The header {name} is not as expected."),
            Self::Query(name) => write!(f, "The query parameter {name} is not as expected."),
        }
    }
}

/// Why the vault cannot answer now.
#[derive(Debug)]
pub(crate) enum Cause {
    Store(store::Error),
    Random,
    /// The order or request is being paid at this moment.
    PaymentPending,
    /// The key directory, or its delegation, has expired: nobody would seal to its keys.
    DirectoryExpired,
}

impl Error {
    const fn status(&self) -> StatusCode {
        use cardseal_protocol::Error as Protocol;
        match self {
            Self::Protocol(Protocol::EnvelopeTooLarge | Protocol::OrderTooLarge) | Self::BodyTooLarge => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Protocol(Protocol::OriginMalformed) | Self::OriginNotAllowed => StatusCode::FORBIDDEN,
            Self::Protocol(Protocol::RandomUnavailable) | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Protocol(Protocol::Internal) | Self::Internal(_) | Self::Store(_) | Self::Keyring(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Protocol(_)
            | Self::RequestMalformed(_)
            | Self::KeyUnknown
            | Self::KeyRevoked
            | Self::ClockSkew { .. } => StatusCode::BAD_REQUEST,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::ContentTypeUnsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ApiKeyInvalid => StatusCode::UNAUTHORIZED,
            Self::MerchantUnknown | Self::TokenUnknown | Self::NotFound => StatusCode::NOT_FOUND,
            Self::OrderMismatch | Self::JtiReused | Self::OrderPaid | Self::IdempotencyKeyReused => {
                StatusCode::CONFLICT
            }
            Self::TokenSpent | Self::TokenExpired => StatusCode::GONE,
            Self::AcquirerTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    /// The stable code; the one list is [`Code`].
    pub(crate) const fn code(&self) -> Code {
        match self {
            Self::Protocol(cardseal_protocol::Error::RandomUnavailable) | Self::Unavailable(_) => Code::Unavailable,
            Self::Protocol(error) => error.code(),
            Self::RequestMalformed(_) | Self::RequestTimeout => Code::RequestMalformed,
            Self::BodyTooLarge => Code::BodyTooLarge,
            Self::ContentTypeUnsupported => Code::ContentTypeUnsupported,
            Self::MerchantUnknown => Code::MerchantUnknown,
            Self::OriginNotAllowed => Code::OriginNotAllowed,
            Self::OrderMismatch => Code::OrderMismatch,
            Self::KeyUnknown => Code::KeyUnknown,
            Self::KeyRevoked => Code::KeyRevoked,
            Self::ClockSkew { .. } => Code::ClockSkew,
            Self::JtiReused => Code::JtiReused,
            Self::ApiKeyInvalid => Code::ApiKeyInvalid,
            Self::TokenUnknown => Code::TokenUnknown,
            Self::TokenSpent => Code::TokenSpent,
            Self::TokenExpired => Code::TokenExpired,
            Self::OrderPaid => Code::OrderPaid,
            Self::IdempotencyKeyReused => Code::IdempotencyKeyReused,
            Self::AcquirerTimeout => Code::AcquirerTimeout,
            Self::NotFound => Code::NotFound,
            Self::MethodNotAllowed => Code::MethodNotAllowed,
            Self::Internal(_) | Self::Store(_) | Self::Keyring(_) => Code::Internal,
        }
    }

    /// Faults and what keeps the vault from working belong in the log; refusals are in the access log by their code.
    fn log(&self) {
        match self {
            Self::Store(error) => tracing::error!(%error, "the store failed"),
            Self::Keyring(error) => tracing::error!(%error, "the keys cannot be read"),
            Self::Internal(what) => tracing::error!(what, "the vault failed"),
            Self::Unavailable(Cause::Store(error)) => tracing::warn!(%error, "not available"),
            Self::Unavailable(Cause::DirectoryExpired) => tracing::warn!("the key directory has expired"),
            Self::Unavailable(Cause::Random) => tracing::error!("the operating system gave no random bytes"),
            Self::Protocol(error) if self.status().is_server_error() => tracing::error!(%error, "the vault failed"),
            _ => tracing::debug!(code = self.code().as_str(), "refused"),
        }
    }
}

impl From<cardseal_protocol::Error> for Error {
    fn from(error: cardseal_protocol::Error) -> Self {
        Self::Protocol(error)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(_) | store::Error::ReceiptKeyRevoked => Self::Unavailable(Cause::Store(error)),
            store::Error::KeyUnknown => Self::KeyUnknown,
            store::Error::KeyRevoked => Self::KeyRevoked,
            error => Self::Store(error),
        }
    }
}

impl From<keyring::Error> for Error {
    fn from(error: keyring::Error) -> Self {
        match error {
            keyring::Error::Store(error) => error.into(),
            error => Self::Keyring(error),
        }
    }
}

impl From<random::Unavailable> for Error {
    fn from(_: random::Unavailable) -> Self {
        Self::Unavailable(Cause::Random)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        let code = self.code();
        let problem = ProblemDocument {
            kind: format!("https://cardseal.dev/errors#{code}"),
            title: code.meaning().to_owned(),
            status: self.status().as_u16(),
            code: code.as_str().to_owned(),
            now: match self {
                Self::ClockSkew { now } => Some(now),
                _ => None,
            },
            detail: match &self {
                Self::RequestMalformed(place) => Some(place.to_string()),
                Self::RequestTimeout => Some("The body did not arrive in time.".to_owned()),
                _ => None,
            },
        };
        // A struct of strings and numbers always serializes.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.status() {
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            // The rest of the body is still on its way, or never comes.
            StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response.extensions_mut().insert(code);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every variant that has a code of its own.
    fn each() -> Vec<Error> {
        use cardseal_protocol::Error as Protocol;
        let protocol = [
            Protocol::EnvelopeMalformed,
            Protocol::EnvelopeTooLarge,
            Protocol::SuiteUnsupported,
            Protocol::EnvelopeInvalid,
            Protocol::OrderMalformed,
            Protocol::OrderTooLarge,
            Protocol::OrderAlgorithmUnsupported,
            Protocol::OrderKeyUnknown,
            Protocol::OrderSignatureInvalid,
            Protocol::OrderExpired,
            Protocol::OrderNotYetValid,
            Protocol::OrderWrongMerchant,
            Protocol::DualSignatureMalformed,
            Protocol::DualSignatureInvalid,
            Protocol::OriginMalformed,
            Protocol::RandomUnavailable,
            Protocol::Internal,
        ];
        let vault = [
            Error::RequestMalformed(Where::Header("Idempotency-Key")),
            Error::BodyTooLarge,
            Error::ContentTypeUnsupported,
            Error::MerchantUnknown,
            Error::OriginNotAllowed,
            Error::OrderMismatch,
            Error::KeyUnknown,
            Error::KeyRevoked,
            Error::ClockSkew { now: UnixTime::from_secs(0) },
            Error::JtiReused,
            Error::ApiKeyInvalid,
            Error::TokenUnknown,
            Error::TokenSpent,
            Error::TokenExpired,
            Error::OrderPaid,
            Error::IdempotencyKeyReused,
            Error::AcquirerTimeout,
            Error::NotFound,
            Error::MethodNotAllowed,
            Error::Unavailable(Cause::PaymentPending),
            Error::Internal("a test"),
        ];
        protocol.map(Error::Protocol).into_iter().chain(vault).collect()
    }

    #[test]
    fn statuses_are_those_of_the_documentation() {
        let page = include_str!("../../../docs/errors.md");
        for error in each() {
            let (code, status) = (error.code(), error.status().as_u16());
            let row = format!("| `{code}` | {status} |");
            assert!(page.contains(&row), "docs/errors.md has no row that begins {row}");
        }
    }
}
