-- The newest version of each model. Marks say what the weights include; both are replaced in one row, so they always agree.
CREATE TABLE model (
    name      TEXT    NOT NULL PRIMARY KEY,
    stored_at INTEGER NOT NULL, -- UTC, milliseconds
    marks     BLOB    NOT NULL, -- JSON, UTF-8
    weights   BLOB    NOT NULL  -- safetensors
);
