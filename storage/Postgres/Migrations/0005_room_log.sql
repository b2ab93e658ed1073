-- What happened in each room. Clustered by place: an append goes to the end of its room, a page is a range scan.
CREATE TABLE room_log (
    seq        bigint   NOT NULL, -- from 1, without gaps
    at_ms      bigint   NOT NULL, -- UTC, milliseconds since 1970-01-01
    kind       smallint NOT NULL,
    audience   smallint NOT NULL,
    message_id uuid,              -- null where a retry is harmless anyway
    room       text     COLLATE "C" NOT NULL,
    author     text     COLLATE "C", -- null: the platform
    body       bytea    NOT NULL, -- JSON, UTF-8: the bytes that go over the wire
    CONSTRAINT room_log_place PRIMARY KEY (room, seq)
);

-- Makes a retry harmless however old it is.
CREATE UNIQUE INDEX room_log_message ON room_log (room, author, message_id) WHERE message_id IS NOT NULL;

-- Appends entries of one room: all of them, or none.
--   first       the place of the first; the others follow without a gap
--   times ...   one value per entry
--   lengths     of each entry's part of "bodies", in order
--   sent_before this very call may have been committed already, by a connection that broke before it could say so
-- Gives the newest place before the append: unless "first" follows it, nothing was appended. And of those whose message
-- the room has already, if any, so that nothing was appended either, the number (from 0) and the place where it stands.
-- Another process may append to the same room at the same time. One of the two then waits for the other's commit at the
-- first place, finds it taken, and takes back what it inserted: its own rows, and no others.
CREATE FUNCTION room_append(
    to_room text, first bigint, times bigint[], kinds smallint[], audiences smallint[], authors text[], ids uuid[],
    lengths integer[], bodies bytea, sent_before boolean,
    OUT head bigint, OUT known integer[], OUT places bigint[])
LANGUAGE plpgsql AS $$
DECLARE
    inserted bigint[];
BEGIN
    head := coalesce((SELECT l.seq FROM room_log l WHERE l.room = to_room ORDER BY l.seq DESC LIMIT 1), 0);
    IF head <> first - 1 THEN
        IF sent_before AND NOT EXISTS (
            SELECT FROM unnest(times, kinds, audiences, authors, ids, lengths)
                WITH ORDINALITY AS e (at_ms, kind, audience, author, message_id, length, number)
            LEFT JOIN room_log l ON l.room = to_room AND l.seq = first + e.number - 1
            WHERE (l.at_ms, l.kind, l.audience, l.author, l.message_id, length(l.body))
                IS DISTINCT FROM (e.at_ms, e.kind, e.audience, e.author, e.message_id, e.length))
        THEN
            head := first - 1; -- these very entries are there: they are ours
        END IF;
        RETURN;
    END IF;

    WITH appended AS (
        INSERT INTO room_log (room, seq, at_ms, kind, audience, author, message_id, body)
        SELECT to_room, first + e.number - 1, e.at_ms, e.kind, e.audience, e.author, e.message_id,
               substring(bodies FROM (e.ends - e.length + 1)::integer FOR e.length)
        FROM (
            SELECT u.*, sum(u.length) OVER (ORDER BY u.number) AS ends
            FROM unnest(times, kinds, audiences, authors, ids, lengths)
                WITH ORDINALITY AS u (at_ms, kind, audience, author, message_id, length, number)
        ) e
        ORDER BY e.number
        ON CONFLICT DO NOTHING
        RETURNING seq
    )
    SELECT array_agg(seq) INTO inserted FROM appended;
    IF coalesce(cardinality(inserted), 0) = cardinality(times) THEN
        RETURN;
    END IF;

    DELETE FROM room_log l WHERE l.room = to_room AND l.seq = ANY (inserted);
    head := coalesce((SELECT l.seq FROM room_log l WHERE l.room = to_room ORDER BY l.seq DESC LIMIT 1), 0);
    IF head <> first - 1 THEN
        RETURN;
    END IF;
    SELECT array_agg(e.number - 1 ORDER BY e.number), array_agg(l.seq ORDER BY e.number) INTO known, places
    FROM unnest(authors, ids) WITH ORDINALITY AS e (author, message_id, number)
    JOIN room_log l ON l.room = to_room AND l.author = e.author AND l.message_id = e.message_id;
    IF known IS NULL THEN
        RAISE EXCEPTION 'room %: of the entries from % two have the same author and message id', to_room, first
            USING ERRCODE = 'unique_violation';
    END IF;
END $$;
