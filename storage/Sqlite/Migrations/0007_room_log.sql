-- What happened in each room. Clustered by place: an append goes to the end of its room, a page is a range scan.
CREATE TABLE room_log (
    room       TEXT    NOT NULL,
    seq        INTEGER NOT NULL, -- from 1, without gaps
    at_ms      INTEGER NOT NULL, -- UTC, milliseconds since 1970-01-01
    kind       INTEGER NOT NULL,
    audience   INTEGER NOT NULL,
    author     TEXT,             -- null: the platform
    message_id BLOB,             -- 16 bytes, big-endian; null where a retry is harmless anyway
    body       BLOB    NOT NULL, -- JSON, UTF-8: the bytes that go over the wire
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;

-- Makes a retry harmless however old it is.
CREATE UNIQUE INDEX room_log_message ON room_log (room, author, message_id) WHERE message_id IS NOT NULL;
