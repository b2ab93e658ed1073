-- The key of each person with which everything personal of hers is sealed, wrapped by a key of the ring, which is not in
-- the database. Destroying it erases all of that at once. The row stays: the id never gets a key again.
CREATE TABLE personal_key (
    destroyed_at bigint,           -- UTC, milliseconds since 1970-01-01; null while the key is there
    ring_key     integer NOT NULL, -- number of the ring's key that wraps it; 0 when destroyed
    user_id      text    COLLATE "C" NOT NULL PRIMARY KEY,
    wrapped      bytea   NOT NULL  -- nonce (12 bytes), ciphertext (32), tag (16); zeros when destroyed
);

-- What a rotation still has to wrap anew.
CREATE INDEX personal_key_ring ON personal_key (ring_key, user_id);
