-- Every key whose private half is, or was, in a file of `keys/`, but for those that cards are stored under. `kid` is the
-- public key's thumbprint. `closes` is when a retired key opens nothing any more; its file is then erased.
CREATE TABLE keys (
    kid     TEXT    NOT NULL PRIMARY KEY,
    kind    TEXT    NOT NULL CHECK (kind IN ('directory', 'receipt', 'envelope')),
    alg     TEXT    NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    jwk     TEXT    NOT NULL,
    created INTEGER NOT NULL,
    retired INTEGER,
    closes  INTEGER,
    revoked INTEGER,
    UNIQUE (kind, alg, version)
) STRICT, WITHOUT ROWID;

-- Counts the changes to `keys`, so that another process can tell at little cost whether there were any.
CREATE TABLE key_changes (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL
) STRICT;

INSERT INTO key_changes (id, count) VALUES (1, 0);

-- The chain of directories, each with the delegation that it was made under. No row is ever changed or deleted.
CREATE TABLE directories (
    seq        INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    hash       TEXT    NOT NULL UNIQUE,
    issued     INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    delegation TEXT    NOT NULL,
    directory  TEXT    NOT NULL
) STRICT;
