-- The journal. A row holds what one commit brought, so that a commit of some hundred events of all partitions writes one row, at
-- the end of the tree. The rows of before, one per event, are carried over by code (JournalConversion), and their tables
-- dropped. Blocks are numbered without gaps.
CREATE TABLE journal_block (
    block INTEGER PRIMARY KEY,
    heads BLOB NOT NULL, -- the newest offset of each partition with this block (8 bytes each, little-endian): the way to an offset
    body  BLOB NOT NULL  -- JournalBlock has the format
);

-- Makes a retry harmless, and is the way to all events of one user: keys of events in runs, each sorted, written once and never
-- changed; runs of a size are merged into a longer one. Nothing is ever written in the middle of anything, however many events
-- there are.
CREATE TABLE journal_key_run (
    run    INTEGER PRIMARY KEY,
    level  INTEGER NOT NULL, -- how many merges its keys went through
    keys   INTEGER NOT NULL,
    chunks INTEGER NOT NULL
);

-- Chunks without a run are those of a run that was not finished, or was merged into another; they are removed little by little.
CREATE TABLE journal_key_chunk (
    place INTEGER PRIMARY KEY, -- run * 2^32 + number of the chunk
    fence BLOB NOT NULL,       -- the first key: 8 bytes hash of the user, 16 bytes event id, both big-endian
    keys  BLOB NOT NULL        -- key and offset (8 bytes, big-endian) of up to 512 events, in order
);

-- The run's Bloom filter, cut into pieces. What it denies is not in the run: a new event costs no read.
CREATE TABLE journal_key_filter (
    place INTEGER PRIMARY KEY, -- run * 2^32 + number of the piece
    bits  BLOB NOT NULL
);
