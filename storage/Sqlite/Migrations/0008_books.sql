-- Money and rights; docs/decisions/0013-books.md says what is chained and how. Only the books' writer inserts here; what
-- else changes a row is found by 'ledger verify'.

-- What happened, in order.
CREATE TABLE book_entry (
    seq       INTEGER PRIMARY KEY, -- from 1, without gaps
    key       TEXT    NOT NULL UNIQUE, -- makes a retry harmless however old it is
    at_ms     INTEGER NOT NULL,    -- UTC, milliseconds since 1970-01-01
    kind      TEXT    NOT NULL,
    postings  INTEGER NOT NULL,    -- how many
    documents BLOB    NOT NULL,    -- which documents were written, and the digest of each
    hash      BLOB    NOT NULL     -- SHA-256 over the hash before it and this row
) STRICT;

CREATE TABLE book_posting (
    seq     INTEGER NOT NULL,
    line    INTEGER NOT NULL, -- from 1 within its entry
    at_ms   INTEGER NOT NULL, -- of its entry
    account TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    amount  INTEGER NOT NULL, -- minor units
    floor   INTEGER,          -- what the balance must not fall below by this posting; null: it may
    hash    BLOB    NOT NULL, -- SHA-256 over the hash before it and this row
    PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;

-- Statements, and the order in which balances are recomputed.
CREATE INDEX book_posting_account ON book_posting (account, seq, line);
-- Balances as of a time, from the index alone.
CREATE INDEX book_posting_time ON book_posting (account, unit, at_ms, amount);

-- Sums of the postings.
CREATE TABLE book_account (
    account TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    balance INTEGER NOT NULL,
    PRIMARY KEY (account, unit)
) STRICT, WITHOUT ROWID;

-- The newest version of each document.
CREATE TABLE book_document (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL,
    entry   INTEGER NOT NULL, -- that wrote this version
    series  TEXT,             -- with a number in it, or neither
    number  INTEGER,
    keys    TEXT    NOT NULL, -- all that it is found under, one a line
    body    BLOB    NOT NULL, -- JSON, UTF-8
    UNIQUE (kind, id)
) STRICT;

CREATE UNIQUE INDEX book_document_number ON book_document (series, number) WHERE series IS NOT NULL;

-- What documents are found under, in the order in which they came there.
CREATE TABLE book_key (
    key   TEXT    NOT NULL,
    place INTEGER NOT NULL, -- the entry times 1,000, plus the document's index in it
    kind  TEXT    NOT NULL,
    id    TEXT    NOT NULL,
    PRIMARY KEY (key, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX book_key_kind ON book_key (key, kind, place);

-- The last number given out in each series.
CREATE TABLE book_number (
    series TEXT    NOT NULL PRIMARY KEY,
    last   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The end of the chain, so that cutting it off shows.
CREATE TABLE book_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seq  INTEGER NOT NULL,
    hash BLOB    NOT NULL
) STRICT;

INSERT INTO book_head (id, seq, hash) VALUES (1, 0, zeroblob(32));
