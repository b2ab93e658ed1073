-- When to wake which grain. The grain's place on the ring is not kept: it follows from the id, and the one process that owns
-- this file reads all of the ring.
CREATE TABLE reminder (
    grain_id TEXT    NOT NULL, -- type/key
    name     TEXT    NOT NULL,
    start_at INTEGER NOT NULL, -- UTC, 100 ns since 0001-01-01: a reminder reads as it was written
    period   INTEGER NOT NULL, -- 100 ns
    version  INTEGER NOT NULL, -- the ETag; never used twice, also when the reminder is removed and registered anew
    PRIMARY KEY (grain_id, name)
) WITHOUT ROWID;

INSERT INTO storage_counter (name, value) VALUES ('reminder_version', 0);
