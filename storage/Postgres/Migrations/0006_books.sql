-- Money and rights; docs/decisions/0013-books.md says what is chained and how. Only the books' writer inserts here; what
-- else changes a row is found by 'ledger verify'.

-- What happened, in order.
CREATE TABLE book_entry (
    seq       bigint  NOT NULL CONSTRAINT book_entry_seq PRIMARY KEY, -- from 1, without gaps
    at_ms     bigint  NOT NULL, -- UTC, milliseconds since 1970-01-01
    postings  integer NOT NULL, -- how many
    key       text    COLLATE "C" NOT NULL CONSTRAINT book_entry_key UNIQUE, -- makes a retry harmless however old it is
    kind      text    COLLATE "C" NOT NULL,
    documents bytea   NOT NULL, -- which documents were written, and the digest of each
    hash      bytea   NOT NULL  -- SHA-256 over the hash before it and this row
);

CREATE TABLE book_posting (
    seq     bigint  NOT NULL,
    at_ms   bigint  NOT NULL, -- of its entry
    amount  bigint  NOT NULL, -- minor units
    floor   bigint,           -- what the balance must not fall below by this posting; null: it may
    line    integer NOT NULL, -- from 1 within its entry
    account text    COLLATE "C" NOT NULL,
    unit    text    COLLATE "C" NOT NULL,
    hash    bytea   NOT NULL, -- SHA-256 over the hash before it and this row
    CONSTRAINT book_posting_place PRIMARY KEY (seq, line)
);

-- Statements, and the order in which balances are recomputed.
CREATE INDEX book_posting_account ON book_posting (account, seq, line);
-- Balances as of a time, from the index alone.
CREATE INDEX book_posting_time ON book_posting (account, unit, at_ms) INCLUDE (amount);

-- Sums of the postings. Room on each page keeps changes of hot accounts off the index.
CREATE TABLE book_account (
    balance bigint NOT NULL,
    account text   COLLATE "C" NOT NULL,
    unit    text   COLLATE "C" NOT NULL,
    CONSTRAINT book_account_unit PRIMARY KEY (account, unit)
) WITH (fillfactor = 70);

-- The newest version of each document.
CREATE TABLE book_document (
    version bigint NOT NULL,
    entry   bigint NOT NULL, -- that wrote this version
    number  bigint,          -- in its series, or neither
    kind    text   COLLATE "C" NOT NULL,
    id      text   COLLATE "C" NOT NULL,
    series  text   COLLATE "C",
    keys    text   COLLATE "C" NOT NULL, -- all that it is found under, one a line
    body    bytea  NOT NULL, -- JSON, UTF-8
    CONSTRAINT book_document_id PRIMARY KEY (kind, id)
);

CREATE UNIQUE INDEX book_document_number ON book_document (series, number) WHERE series IS NOT NULL;

-- What documents are found under, in the order in which they came there.
CREATE TABLE book_key (
    place bigint NOT NULL, -- the entry times 1,000, plus the document's index in it
    key   text   COLLATE "C" NOT NULL,
    kind  text   COLLATE "C" NOT NULL,
    id    text   COLLATE "C" NOT NULL,
    CONSTRAINT book_key_place PRIMARY KEY (key, place)
);

CREATE INDEX book_key_kind ON book_key (key, kind, place);

-- The last number given out in each series.
CREATE TABLE book_number (
    last   bigint NOT NULL,
    series text   COLLATE "C" NOT NULL CONSTRAINT book_number_series PRIMARY KEY
);

-- The end of the chain, so that cutting it off shows; who writes locks this row first.
CREATE TABLE book_head (
    id   integer NOT NULL CONSTRAINT book_head_one PRIMARY KEY CHECK (id = 1),
    seq  bigint  NOT NULL,
    hash bytea   NOT NULL
) WITH (fillfactor = 10);

INSERT INTO book_head (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));
