-- The vault's signed word for each card that it took, and the shopper's that card and order belong together: what either
-- side brings forward in a dispute. A merchant's receipts are numbered from 1 without gaps, and each holds the hash of the
-- one before. No references: what was said stays said after a merchant or its tokens are removed, and a merchant of the
-- same id goes on with the same chain. Not WITHOUT ROWID, whose B-tree is meant for rows much shorter than these.
CREATE TABLE receipts (
    merchant       TEXT    NOT NULL,
    seq            INTEGER NOT NULL CHECK (seq > 0),
    token          TEXT    NOT NULL,
    hash           TEXT    NOT NULL,
    jws            TEXT    NOT NULL,
    dual_signature TEXT    NOT NULL,
    PRIMARY KEY (merchant, seq)
) STRICT;

-- The token's receipt, by its number; null for tokens from before there were receipts.
ALTER TABLE tokens ADD COLUMN receipt INTEGER;
