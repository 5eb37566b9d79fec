-- What the mirror follows: the ids of changed jobs, written by triggers, so that the changes of other programs are seen
-- too. The triggers are off until a mirror is set (ALTER TABLE ... ENABLE TRIGGER), and cost nothing until then.
-- Lock: SHARE ROW EXCLUSIVE on pipeline_jobs for the triggers, short.
-- The previous release notices nothing: it never turns the triggers on, and writes the table as before.

-- One row a change and job; a TRUNCATE is one row without an id. xid says when it was committed relative to a snapshot:
-- seq alone would skip what a transaction wrote early and committed late.
CREATE TABLE job_change (
    xid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    seq        bigint      GENERATED ALWAYS AS IDENTITY,
    id         uuid,
    changed_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    CONSTRAINT job_change_pkey PRIMARY KEY (xid, seq)
) WITH (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 1000000);

-- Whether the feed is on (an identity, fresh each time), which process follows it, and how far that one is. A database
-- that Pipedeck ran on says so in primary_since, and is not overwritten as a mirror. trimmed_moves: what is gone from
-- the feed was in the mirror after so many moves; a mirror that is behind that was restored from a backup.
CREATE TABLE mirror_feed (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    database_id   uuid    NOT NULL DEFAULT gen_random_uuid(),
    primary_since timestamptz,
    identity      uuid,
    trimmed_moves bigint  NOT NULL DEFAULT 0,
    holder        text,
    until         timestamptz NOT NULL DEFAULT '-infinity',
    epoch         bigint      NOT NULL DEFAULT 0,
    state         text        NOT NULL DEFAULT 'off',
    lag_rows      bigint      NOT NULL DEFAULT 0,
    lag_seconds   double precision NOT NULL DEFAULT 0,
    detail        text,
    reported_at   timestamptz,
    CONSTRAINT mirror_feed_state_known CHECK (state IN ('off', 'copying', 'following', 'stalled'))
);
INSERT INTO mirror_feed DEFAULT VALUES;

-- In a database that is a mirror: how far it is. Moved in the transactions that move the rows. It may be here already:
-- a mirror that was a plain table once has it.
CREATE TABLE IF NOT EXISTS mirror_position (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    primary_id uuid  NOT NULL,
    identity  uuid   NOT NULL,
    source    text   NOT NULL,
    snapshot  text   NOT NULL,
    target    text,
    after_xid text,
    after_seq bigint,
    copying   boolean NOT NULL,
    copied_to uuid,
    moves     bigint NOT NULL DEFAULT 0,
    moved_at  timestamptz NOT NULL DEFAULT now()
);

-- How far an import of another table is, so that it goes on where it was broken off.
CREATE TABLE mirror_import (
    source     text PRIMARY KEY,
    last_id    uuid,
    seen       bigint NOT NULL DEFAULT 0,
    added      bigint NOT NULL DEFAULT 0,
    updated    bigint NOT NULL DEFAULT 0,
    same       bigint NOT NULL DEFAULT 0,
    newer_here bigint NOT NULL DEFAULT 0,
    conflicts  bigint NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION job_change_inserts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_change (id) SELECT id FROM new_rows;
    RETURN NULL;
END $$;

CREATE FUNCTION job_change_deletes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_change (id) SELECT id FROM old_rows;
    RETURN NULL;
END $$;

CREATE FUNCTION job_change_truncates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_change (id) VALUES (NULL);
    RETURN NULL;
END $$;

CREATE FUNCTION job_change_ids() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_change (id) VALUES (OLD.id);
    RETURN NULL;
END $$;

CREATE TRIGGER job_change_inserted AFTER INSERT ON pipeline_jobs
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION job_change_inserts();
CREATE TRIGGER job_change_updated AFTER UPDATE ON pipeline_jobs
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION job_change_inserts();
CREATE TRIGGER job_change_deleted AFTER DELETE ON pipeline_jobs
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION job_change_deletes();
CREATE TRIGGER job_change_truncated AFTER TRUNCATE ON pipeline_jobs
    FOR EACH STATEMENT EXECUTE FUNCTION job_change_truncates();
-- Who changes an id leaves the old one behind. Looked at only by statements that name the column.
CREATE TRIGGER job_change_renamed AFTER UPDATE OF id ON pipeline_jobs
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION job_change_ids();

ALTER TABLE pipeline_jobs
    DISABLE TRIGGER job_change_inserted,
    DISABLE TRIGGER job_change_updated,
    DISABLE TRIGGER job_change_deleted,
    DISABLE TRIGGER job_change_truncated,
    DISABLE TRIGGER job_change_renamed;

-- With the owner's rights, and names that mean the same in every session: see V004.
DO $$
DECLARE
    here text := current_schema();
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['inserts', 'deletes', 'truncates', 'ids'] LOOP
        EXECUTE format('ALTER FUNCTION %I.%I() SECURITY DEFINER SET search_path = %I, pg_temp',
                       here, 'job_change_' || name, here);
    END LOOP;
END $$;
