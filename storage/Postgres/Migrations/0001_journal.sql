-- What belongs to the database as a whole, e.g. the number of partitions it was created with.
CREATE TABLE storage_setting (
    name  text PRIMARY KEY,
    value text NOT NULL
);

-- Counters that never go back, also when the rows they numbered are gone.
CREATE TABLE storage_counter (
    name  text   PRIMARY KEY,
    value bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO storage_counter (name, value) VALUES ('catalogue_revision', 0), ('probe', 0);

-- The newest offset of each partition. Who appends holds the rows of the partitions it touches until its commit: that makes
-- the offsets gap-free, lets them become visible in their order, and makes the search for duplicates complete, because a
-- user's events are all in one partition.
CREATE TABLE journal_head (
    partition integer PRIMARY KEY,
    "offset"  bigint  NOT NULL
) WITH (fillfactor = 10); -- a row is rewritten by every group: room for that in its own page, without touching the index

-- The journal. Ids are compared byte by byte: no language's rules, and the fastest comparison there is.
CREATE TABLE activity_event (
    occurred_at bigint   NOT NULL, -- UTC, milliseconds since 1970-01-01
    "offset"    bigint   NOT NULL,
    partition   integer  NOT NULL,
    kind        smallint NOT NULL,
    event_id    uuid     NOT NULL,
    user_id     text     COLLATE "C" NOT NULL,
    body        bytea    NOT NULL, -- JSON, UTF-8: whatever is not a column. bytea, for the server need not parse what it keeps
    CONSTRAINT activity_event_place PRIMARY KEY (partition, "offset"),
    -- Makes a retry harmless, and is the way to all events of one user. It leads with the user, whose pages are warm
    -- while she is active, however long the journal is.
    CONSTRAINT activity_event_key UNIQUE (user_id, event_id)
);

-- Appends a group: all of it, or nothing. One call is one transaction and one round trip.
--   touched     partitions that get events, ascending (all who append lock in this order, so nobody deadlocks)
--   counts      how many each of them gets
--   slots ...   one entry per event: where in "touched" its partition is (from 1), its number within it (from 1), columns
--   lengths     of each event's part of "bodies", in order
--   look_first  false: expect that all is new, and start over only if the key says otherwise; true: look before
-- Gives the heads before the group; and, if something was there already, the offset of each event and whether it was.
CREATE FUNCTION journal_append(
    touched integer[], counts integer[], slots integer[], ranks integer[], users text[], kinds smallint[], times bigint[],
    ids uuid[], starts integer[], lengths integer[], bodies bytea, look_first boolean,
    OUT bases bigint[], OUT places bigint[], OUT known boolean[])
LANGUAGE plpgsql AS $$
BEGIN
    bases := ARRAY(
        SELECT head."offset" FROM journal_head head
        WHERE head.partition = ANY (touched) ORDER BY head.partition FOR UPDATE);
    IF cardinality(bases) <> cardinality(touched) THEN
        RAISE EXCEPTION 'journal_head lacks one of the partitions %', touched;
    END IF;

    IF NOT look_first THEN
        BEGIN
            INSERT INTO activity_event (partition, "offset", user_id, kind, occurred_at, event_id, body)
            SELECT touched[e.slot], bases[e.slot] + e.rank, e.user_id, e.kind, e.occurred_at, e.event_id,
                   substring(bodies FROM e.start FOR e.length)
            FROM unnest(slots, ranks, users, kinds, times, ids, starts, lengths)
                AS e (slot, rank, user_id, kind, occurred_at, event_id, start, length);

            UPDATE journal_head head SET "offset" = head."offset" + t.count
            FROM unnest(touched, counts) AS t (partition, count) WHERE head.partition = t.partition;
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            NULL; -- something was there already: what was inserted is taken back, and each event looked up
        END;
    END IF;

    SELECT array_agg(coalesce(f.found, bases[f.slot] + f.rank) ORDER BY f.number),
           array_agg(f.found IS NOT NULL ORDER BY f.number)
    INTO places, known
    FROM (
        SELECT g.number, g.slot, e."offset" AS found,
               count(*) FILTER (WHERE e."offset" IS NULL) OVER (PARTITION BY g.slot ORDER BY g.number) AS rank
        FROM unnest(slots, users, ids) WITH ORDINALITY AS g (slot, user_id, event_id, number)
        -- The limit keeps the planner from joining with the whole journal, which looks cheap while it is small.
        LEFT JOIN LATERAL (
            SELECT k."offset" FROM activity_event k WHERE k.user_id = g.user_id AND k.event_id = g.event_id LIMIT 1
        ) e ON true
    ) f;

    INSERT INTO activity_event (partition, "offset", user_id, kind, occurred_at, event_id, body)
    SELECT touched[e.slot], e.place, e.user_id, e.kind, e.occurred_at, e.event_id,
           substring(bodies FROM e.start FOR e.length)
    FROM unnest(slots, places, known, users, kinds, times, ids, starts, lengths)
        AS e (slot, place, known, user_id, kind, occurred_at, event_id, start, length)
    WHERE NOT e.known;

    UPDATE journal_head head SET "offset" = head."offset" + t.count
    FROM (
        SELECT touched[e.slot] AS partition, count(*) AS count
        FROM unnest(slots, known) AS e (slot, known) WHERE NOT e.known GROUP BY e.slot
    ) t
    WHERE head.partition = t.partition;
END $$;
