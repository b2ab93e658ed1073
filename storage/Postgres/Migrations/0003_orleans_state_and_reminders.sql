-- The tables of Orleans' relational providers, by their names and columns, so that a cluster goes on with what a single
-- process stored. The providers find their statements in OrleansQuery by key and pass parameters by name; keys, parameters
-- and result columns are theirs, the statements are ours and the single process runs the same functions.
CREATE TABLE OrleansQuery (
    QueryKey  varchar(64)   NOT NULL CONSTRAINT OrleansQuery_Key PRIMARY KEY,
    QueryText varchar(8000) NOT NULL
);

CREATE TABLE OrleansStorage (
    GrainIdHash            integer      NOT NULL,
    GrainIdN0              bigint       NOT NULL,
    GrainIdN1              bigint       NOT NULL,
    GrainTypeHash          integer      NOT NULL,
    GrainTypeString        varchar(512) NOT NULL,
    GrainIdExtensionString varchar(512),
    ServiceId              varchar(150) NOT NULL,
    PayloadBinary          bytea,
    ModifiedOn             timestamp    NOT NULL, -- UTC
    Version                integer
);
-- The hashes spread well, and the whole identity is compared in the row: a wider index would only be slower to change.
CREATE INDEX IX_OrleansStorage ON OrleansStorage (GrainIdHash, GrainTypeHash);

-- One state's new version; null if another one is stored than the writer knew (known_version null: if there is none).
-- No index makes the identity unique, so who adds the first version holds a lock on the hashes until its commit.
CREATE FUNCTION orleans_state_write(
    id_hash integer, n0 bigint, n1 bigint, type_hash integer, type_string varchar, extension varchar, service varchar,
    known_version integer, payload bytea)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    new_version integer;
BEGIN
    IF known_version IS NOT NULL THEN
        UPDATE OrleansStorage s
        SET PayloadBinary = payload, ModifiedOn = clock_timestamp() AT TIME ZONE 'utc', Version = s.Version + 1
        WHERE s.GrainIdHash = id_hash AND s.GrainTypeHash = type_hash AND s.GrainIdN0 = n0 AND s.GrainIdN1 = n1
          AND s.GrainTypeString = type_string AND s.GrainIdExtensionString IS NOT DISTINCT FROM extension
          AND s.ServiceId = service AND s.Version = known_version
        RETURNING s.Version INTO new_version;
        RETURN new_version;
    END IF;

    PERFORM pg_advisory_xact_lock(id_hash, type_hash);
    INSERT INTO OrleansStorage (
        GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId,
        PayloadBinary, ModifiedOn, Version)
    SELECT id_hash, n0, n1, type_hash, type_string, extension, service,
           payload, clock_timestamp() AT TIME ZONE 'utc', 1
    WHERE NOT EXISTS (
        SELECT FROM OrleansStorage s
        WHERE s.GrainIdHash = id_hash AND s.GrainTypeHash = type_hash AND s.GrainIdN0 = n0 AND s.GrainIdN1 = n1
          AND s.GrainTypeString = type_string AND s.GrainIdExtensionString IS NOT DISTINCT FROM extension
          AND s.ServiceId = service)
    RETURNING Version INTO new_version;
    RETURN new_version;
END $$;

CREATE FUNCTION orleans_state_read(
    id_hash integer, n0 bigint, n1 bigint, type_hash integer, type_string varchar, extension varchar, service varchar)
RETURNS TABLE (PayloadBinary bytea, Version integer) LANGUAGE sql STABLE AS $$
    SELECT s.PayloadBinary, s.Version FROM OrleansStorage s
    WHERE s.GrainIdHash = id_hash AND s.GrainTypeHash = type_hash AND s.GrainIdN0 = n0 AND s.GrainIdN1 = n1
      AND s.GrainTypeString = type_string AND s.GrainIdExtensionString IS NOT DISTINCT FROM extension
      AND s.ServiceId = service
$$;

-- Takes the row away; gives the version after it, or null if another one is stored.
CREATE FUNCTION orleans_state_delete(
    id_hash integer, n0 bigint, n1 bigint, type_hash integer, type_string varchar, extension varchar, service varchar,
    known_version integer)
RETURNS integer LANGUAGE sql AS $$
    DELETE FROM OrleansStorage s
    WHERE s.GrainIdHash = id_hash AND s.GrainTypeHash = type_hash AND s.GrainIdN0 = n0 AND s.GrainIdN1 = n1
      AND s.GrainTypeString = type_string AND s.GrainIdExtensionString IS NOT DISTINCT FROM extension
      AND s.ServiceId = service AND s.Version = known_version
    RETURNING s.Version + 1
$$;

CREATE TABLE OrleansRemindersTable (
    ServiceId    varchar(150)   NOT NULL,
    GrainId      varchar(150)   NOT NULL,
    ReminderName varchar(150)   NOT NULL,
    StartTime    timestamptz(3) NOT NULL,
    Period       bigint         NOT NULL, -- milliseconds
    GrainHash    integer        NOT NULL,
    Version      integer        NOT NULL,
    CONSTRAINT PK_RemindersTable_ServiceId_GrainId_ReminderName PRIMARY KEY (ServiceId, GrainId, ReminderName)
);
-- Every silo asks for its range of hashes.
CREATE INDEX IX_OrleansRemindersTable_Hash ON OrleansRemindersTable (ServiceId, GrainHash);

CREATE FUNCTION orleans_reminder_upsert(
    service varchar, grain varchar, reminder varchar, start_time timestamptz, every bigint, hash integer)
RETURNS integer LANGUAGE sql AS $$
    INSERT INTO OrleansRemindersTable AS r (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
    VALUES (service, grain, reminder, start_time, every, hash, 0)
    ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE
        SET StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash,
            Version = r.Version + 1
    RETURNING r.Version
$$;

-- How many rows went: 1 or 0.
CREATE FUNCTION orleans_reminder_delete(service varchar, grain varchar, reminder varchar, known_version integer)
RETURNS integer LANGUAGE sql AS $$
    WITH gone AS (
        DELETE FROM OrleansRemindersTable r
        WHERE r.ServiceId = service AND r.GrainId = grain AND r.ReminderName = reminder AND r.Version = known_version
        RETURNING 1)
    SELECT count(*)::integer FROM gone
$$;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('WriteToStorageKey', $q$
    SELECT orleans_state_write(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString,
        @GrainIdExtensionString, @ServiceId, @GrainStateVersion, @PayloadBinary) AS NewGrainStateVersion
$q$),
('ReadFromStorageKey', $q$
    SELECT PayloadBinary, Version FROM orleans_state_read(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash,
        @GrainTypeString, @GrainIdExtensionString, @ServiceId)
$q$),
('ClearStorageKey', $q$
    SELECT v AS NewGrainStateVersion FROM orleans_state_write(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash,
        @GrainTypeString, @GrainIdExtensionString, @ServiceId, coalesce(@GrainStateVersion, -1), NULL) v
    WHERE v IS NOT NULL
$q$),
('DeleteStorageKey', $q$
    SELECT v AS NewGrainStateVersion FROM orleans_state_delete(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash,
        @GrainTypeString, @GrainIdExtensionString, @ServiceId, @GrainStateVersion) v
    WHERE v IS NOT NULL
$q$),
('UpsertReminderRowKey', $q$
    SELECT orleans_reminder_upsert(@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash) AS Version
$q$),
('ReadReminderRowKey', $q$
    SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable
    WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName
$q$),
('ReadReminderRowsKey', $q$
    SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable
    WHERE ServiceId = @ServiceId AND GrainId = @GrainId
$q$),
('ReadRangeRows1Key', $q$
    SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable
    WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash AND GrainHash <= @EndHash
$q$),
('ReadRangeRows2Key', $q$
    SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable
    WHERE ServiceId = @ServiceId AND (GrainHash > @BeginHash OR GrainHash <= @EndHash)
$q$),
('DeleteReminderRowKey', $q$
    SELECT orleans_reminder_delete(@ServiceId, @GrainId, @ReminderName, @Version)
$q$),
('DeleteReminderRowsKey', $q$
    DELETE FROM OrleansRemindersTable WHERE ServiceId = @ServiceId
$q$);
