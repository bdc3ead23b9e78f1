-- Times are seconds since 1970-01-01T00:00:00Z. Amounts are in the currency's minor unit.

CREATE TABLE merchants (
    id      TEXT    NOT NULL PRIMARY KEY,
    name    TEXT    NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Origins whose pages may embed the frame and post envelopes, serialized as in RFC 6454 section 6.2.
CREATE TABLE merchant_origins (
    merchant TEXT NOT NULL REFERENCES merchants (id) ON DELETE CASCADE,
    origin   TEXT NOT NULL,
    PRIMARY KEY (merchant, origin)
) STRICT, WITHOUT ROWID;

CREATE INDEX merchant_origins_by_origin ON merchant_origins (origin);

-- Public JWKs that verify the merchant's orders; `kid` is the RFC 7638 thumbprint.
CREATE TABLE order_keys (
    merchant TEXT NOT NULL REFERENCES merchants (id) ON DELETE CASCADE,
    kid      TEXT NOT NULL,
    jwk      TEXT NOT NULL,
    PRIMARY KEY (merchant, kid)
) STRICT, WITHOUT ROWID;

-- SHA-256 of each API key: the key itself is shown once and kept nowhere.
CREATE TABLE api_keys (
    hash     BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    merchant TEXT    NOT NULL REFERENCES merchants (id) ON DELETE CASCADE,
    created  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What may be known of a card once it is sealed: its brand, last four digits and expiry.
CREATE TABLE tokens (
    id         TEXT    NOT NULL PRIMARY KEY,
    merchant   TEXT    NOT NULL REFERENCES merchants (id) ON DELETE CASCADE,
    order_id   TEXT    NOT NULL,
    order_hash TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    currency   TEXT    NOT NULL,
    brand      TEXT,
    last4      TEXT    NOT NULL CHECK (length(last4) <= 4),
    exp_month  INTEGER NOT NULL,
    exp_year   INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    spent      INTEGER,
    deleted    INTEGER
) STRICT, WITHOUT ROWID;

-- The `jti` of every envelope that could still be fresh, with the envelope it came in and the token it became.
CREATE TABLE envelopes (
    jti    TEXT    NOT NULL PRIMARY KEY,
    hash   TEXT    NOT NULL,
    token  TEXT    NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    issued INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX envelopes_by_age ON envelopes (issued);

-- Cards and security codes at rest, apart from each other, each under a data key of its own. Rows go when the token is
-- used, deleted or expired.
CREATE TABLE sealed (
    token       TEXT    NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    part        TEXT    NOT NULL CHECK (part IN ('card', 'code')),
    key_version INTEGER NOT NULL,
    wrapped_key BLOB    NOT NULL CHECK (length(wrapped_key) = 60),
    ciphertext  BLOB    NOT NULL,
    expires     INTEGER NOT NULL,
    PRIMARY KEY (token, part)
) STRICT, WITHOUT ROWID;

CREATE INDEX sealed_by_expiry ON sealed (expires);

-- No reference to merchants: what was paid stays on record, and stays paid, after a merchant is removed.
CREATE TABLE payments (
    id                 TEXT    NOT NULL PRIMARY KEY,
    merchant           TEXT    NOT NULL,
    token              TEXT    NOT NULL UNIQUE,
    order_id           TEXT    NOT NULL,
    amount             INTEGER NOT NULL,
    currency           TEXT    NOT NULL,
    brand              TEXT,
    last4              TEXT    NOT NULL,
    status             TEXT    NOT NULL CHECK (status IN ('pending', 'approved', 'declined', 'reversed')),
    decline_code       TEXT,
    authorization_code TEXT,
    created            INTEGER NOT NULL,
    settled            INTEGER
) STRICT, WITHOUT ROWID;

-- An order is approved at most once, and asked about at most once at a time.
CREATE UNIQUE INDEX payments_once_an_order ON payments (merchant, order_id) WHERE status IN ('pending', 'approved');
CREATE INDEX payments_pending ON payments (created) WHERE status = 'pending';

CREATE TABLE idempotency_keys (
    merchant     TEXT    NOT NULL REFERENCES merchants (id) ON DELETE CASCADE,
    key          TEXT    NOT NULL,
    request_hash BLOB    NOT NULL CHECK (length(request_hash) = 32),
    payment      TEXT    NOT NULL REFERENCES payments (id) ON DELETE CASCADE,
    created      INTEGER NOT NULL,
    PRIMARY KEY (merchant, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created);
