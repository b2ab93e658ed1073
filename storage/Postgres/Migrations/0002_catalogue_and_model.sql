CREATE TABLE catalogue_entry (
    revision  bigint   PRIMARY KEY,
    kind      smallint NOT NULL,
    id        text     COLLATE "C" NOT NULL,
    creator   text     COLLATE "C",
    community text     COLLATE "C",
    body      bytea    NOT NULL, -- JSON, UTF-8
    CONSTRAINT catalogue_entry_key UNIQUE (kind, id)
);
CREATE INDEX catalogue_entry_creator   ON catalogue_entry (creator, revision)   WHERE creator   IS NOT NULL;
CREATE INDEX catalogue_entry_community ON catalogue_entry (community, revision) WHERE community IS NOT NULL;

-- Adds a definition, or gives the one that is there. The counter's row is held until the commit, so revisions become
-- visible in their order: who has seen one never finds a smaller one later. The second look is after the lock, with a
-- fresh snapshot: nobody else can add meanwhile.
CREATE FUNCTION catalogue_add(
    new_kind smallint, new_id text, new_creator text, new_community text, new_body bytea,
    OUT added boolean, OUT kind smallint, OUT id text, OUT revision bigint, OUT creator text, OUT community text,
    OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    present catalogue_entry;
BEGIN
    SELECT e.* INTO present FROM catalogue_entry e WHERE e.kind = new_kind AND e.id = new_id;
    IF NOT FOUND THEN
        PERFORM 1 FROM storage_counter c WHERE c.name = 'catalogue_revision' FOR UPDATE;
        SELECT e.* INTO present FROM catalogue_entry e WHERE e.kind = new_kind AND e.id = new_id;
    END IF;
    added := present.id IS NULL;
    IF added THEN
        UPDATE storage_counter c SET value = c.value + 1 WHERE c.name = 'catalogue_revision'
        RETURNING c.value INTO present.revision;
        present.kind := new_kind;
        present.id := new_id;
        present.creator := new_creator;
        present.community := new_community;
        present.body := new_body;
        INSERT INTO catalogue_entry SELECT present.*;
    END IF;
    kind := present.kind;
    id := present.id;
    revision := present.revision;
    creator := present.creator;
    community := present.community;
    body := present.body;
END $$;

-- The newest version of each model. Marks say what the weights include; both are replaced in one row, so they always agree.
CREATE TABLE model (
    name      text   PRIMARY KEY,
    stored_at bigint NOT NULL, -- UTC, milliseconds
    marks     bytea  NOT NULL, -- JSON, UTF-8
    weights   bytea  NOT NULL  -- safetensors
);
ALTER TABLE model ALTER COLUMN weights SET STORAGE EXTERNAL; -- numbers do not compress; do not try
