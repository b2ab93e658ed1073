-- The key of each person with which everything personal of hers is sealed, wrapped by a key of the ring, which is not in
-- the database. Destroying it erases all of that at once. The row stays: the id never gets a key again.
CREATE TABLE personal_key (
    user_id      TEXT    NOT NULL PRIMARY KEY,
    ring_key     INTEGER NOT NULL, -- number of the ring's key that wraps it; 0 when destroyed
    destroyed_at INTEGER,          -- UTC, milliseconds since 1970-01-01; null while the key is there
    wrapped      BLOB    NOT NULL  -- nonce (12 bytes), ciphertext (32), tag (16); zeros when destroyed
) WITHOUT ROWID;

-- What a rotation still has to wrap anew.
CREATE INDEX personal_key_ring ON personal_key (ring_key, user_id);
