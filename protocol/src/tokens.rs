//! The bodies of `POST /v1/tokens`, which the browser and the vault share.

use serde::{Deserialize, Serialize};

use crate::{UnixTime, brand::Brand, receipt::Receipt};

/// What the browser sends: `{"envelope":"…","order":"…","dual_signature":"…"}`, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// The JWE compact serialization of the [envelope](crate::envelope).
    pub envelope: String,
    /// The JWS compact serialization of the [order](crate::order).
    pub order: String,
    /// The JWS compact serialization of the [dual signature](crate::dual_signature) that joins the two.
    pub dual_signature: String,
}

/// What the vault answers (201). Members that this version does not know are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The token: `tok_` and letters, digits, dashes and underscores.
    pub token: String,
    /// The brand to pay with; `null` where no brand issues such numbers.
    pub brand: Option<Brand>,
    /// The last four digits of the number.
    pub last4: String,
    /// The last month in which the card may be used, 1 to 12.
    pub exp_month: u8,
    /// The year of that month, in four digits.
    pub exp_year: u16,
    /// The id of the order that the token pays.
    pub order: String,
    /// When the token expires.
    pub expires: UnixTime,
    /// The JWS compact serialization of the [receipt](crate::receipt).
    pub receipt: String,
}

impl TokenResponse {
    /// Whether a receipt says the same of the token.
    #[must_use]
    pub fn agrees_with(&self, receipt: &Receipt) -> bool {
        self.token == receipt.token
            && self.brand == receipt.brand
            && self.last4 == receipt.last4
            && self.expires == receipt.expires
    }
}

/// An error of the vault: `application/problem+json` (RFC 9457). Members that this version does not know are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemDocument {
    /// A URI that names the kind of problem: `https://cardseal.dev/errors#` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in plain English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code: one of [`Code`](crate::Code), or a later one.
    pub code: String,
    /// What is special about this one problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The vault's time, with code `clock_skew`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<UnixTime>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_has_three_members() {
        let json = r#"{"envelope":"e","order":"o","dual_signature":"d"}"#;
        let request: TokenRequest = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&request).unwrap(), json);
        for refused in [
            r#"{"envelope":"e","order":"o","dual_signature":"d","x":1}"#,
            r#"{"envelope":"e","envelope":"e","order":"o","dual_signature":"d"}"#,
            r#"{"order":"o","dual_signature":"d"}"#,
            r#"{"envelope":"e","dual_signature":"d"}"#,
            r#"{"envelope":"e","order":"o"}"#,
        ] {
            assert!(serde_json::from_str::<TokenRequest>(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn the_response_is_snake_case() {
        let json = concat!(
            r#"{"token":"tok_1","brand":"visa","last4":"4242","exp_month":1,"exp_year":2030,"order":"1","expires":9,"#,
            r#""receipt":"r"}"#
        );
        let response: TokenResponse = serde_json::from_str(json).unwrap();
        assert_eq!(response.brand, Some(Brand::Visa));
        assert_eq!(serde_json::to_string(&response).unwrap(), json);
    }

    #[test]
    fn a_problem_carries_the_time_only_where_it_helps() {
        let json =
            r#"{"type":"https://cardseal.dev/errors#clock_skew","title":"t","status":400,"code":"clock_skew","now":5}"#;
        let problem: ProblemDocument = serde_json::from_str(json).unwrap();
        assert_eq!(problem.now, Some(UnixTime::from_secs(5)));
        assert_eq!(serde_json::to_string(&problem).unwrap(), json);
        assert!(!serde_json::to_string(&ProblemDocument { now: None, ..problem }).unwrap().contains("now"));
    }
}
