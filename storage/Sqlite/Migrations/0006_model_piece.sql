-- Weights come in pieces, one per commit: ten megabytes in one would hold up whoever shares it. A model's pieces count from the
-- commit that names their upload; all others are of an earlier version, or of an upload that never ended, and go with the next.
CREATE TABLE model_piece (
    place INTEGER PRIMARY KEY, -- upload * 2^32 + number
    bytes BLOB NOT NULL
);

-- 0: the weights are in the row, as they all were until now.
ALTER TABLE model ADD COLUMN upload INTEGER NOT NULL DEFAULT 0;

INSERT INTO storage_counter (name, value) VALUES ('model_upload', 0);
