-- Up to here a partition's events are in activity_event_key for certain. Keys are written later than events, many and sorted at a
-- time: written with each event, every one of them would dirty a page (4 KiB) of its own. What is above the mark is read
-- again at start and kept in memory until its keys are written; some of it may already be in the table.
CREATE TABLE journal_indexed (
    partition INTEGER PRIMARY KEY,
    "offset"  INTEGER NOT NULL
);

-- Until now the key was written with its event.
INSERT INTO journal_indexed (partition, "offset")
SELECT partition, max("offset") FROM activity_event GROUP BY partition;
