-- What belongs to the database as a whole, e.g. the number of partitions it was created with.
CREATE TABLE storage_setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- A user's number stands for the id (up to 64 bytes) in the tables below.
CREATE TABLE journal_user (
    user_no   INTEGER PRIMARY KEY,
    user_id   TEXT    NOT NULL UNIQUE,
    partition INTEGER NOT NULL
);

-- The journal. Clustered by place: an append goes to the end of its partition, a range read is a range scan.
CREATE TABLE activity_event (
    partition   INTEGER NOT NULL,
    "offset"    INTEGER NOT NULL,
    user_no     INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL, -- UTC, milliseconds since 1970-01-01
    event_id    BLOB    NOT NULL, -- 16 bytes, big-endian
    body        BLOB    NOT NULL, -- JSON, UTF-8: whatever is not a column
    PRIMARY KEY (partition, "offset")
) WITHOUT ROWID;

-- Makes a retry harmless, and is the way to all events of one user. It leads with the user, not with a hash of user and
-- event id: users come in sessions, so the pages that an active user needs are warm however long the journal is, where a
-- hash would touch a cold page for every single event; and another user's event can never be mistaken for one's own.
-- About 30 bytes per event.
CREATE TABLE activity_event_key (
    user_no  INTEGER NOT NULL,
    event_id BLOB    NOT NULL,
    "offset" INTEGER NOT NULL,
    PRIMARY KEY (user_no, event_id)
) WITHOUT ROWID;

-- State of grains. To Orleans' AdoNet layout (OrleansStorage) it maps column by column: state_name is GrainTypeString (that is
-- what the provider puts there), grain_key is GrainIdExtensionString, GrainIdN0 and GrainIdN1 are 0 for string keys, payload
-- is the payload, version is Version, modified_at is ModifiedOn; ServiceId is a constant and the two hashes are functions of the strings.
CREATE TABLE grain_state (
    state_name  TEXT    NOT NULL,
    grain_type  TEXT    NOT NULL,
    grain_key   TEXT    NOT NULL,
    version     INTEGER NOT NULL, -- the ETag; goes on counting when the state is cleared
    modified_at INTEGER NOT NULL, -- UTC, milliseconds
    payload     BLOB,             -- JSON, UTF-8; null when cleared
    PRIMARY KEY (state_name, grain_type, grain_key)
) WITHOUT ROWID;

CREATE TABLE catalogue_entry (
    revision  INTEGER PRIMARY KEY,
    kind      INTEGER NOT NULL,
    id        TEXT    NOT NULL,
    creator   TEXT,
    community TEXT,
    body      BLOB    NOT NULL, -- JSON, UTF-8
    UNIQUE (kind, id)
);
CREATE INDEX catalogue_entry_creator   ON catalogue_entry (creator, revision)   WHERE creator   IS NOT NULL;
CREATE INDEX catalogue_entry_community ON catalogue_entry (community, revision) WHERE community IS NOT NULL;

-- Counters that never go back, also when the rows they numbered are gone.
CREATE TABLE storage_counter (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO storage_counter (name, value) VALUES ('catalogue_revision', 0), ('probe', 0);
