-- Final jobs move here after a time, so that pipeline_jobs stays small: one row a job with its attempts, by the month
-- (UTC) of created_at. The program makes the partitions. Counters count both tables, so that moving a job changes no
-- count; what each month holds is written down, so that a whole month can be dropped without being counted.
-- Lock: none on existing tables. The previous release doesn't know the archive: jobs that were moved are not shown by it.

CREATE TABLE pipeline_jobs_archive (LIKE pipeline_jobs) PARTITION BY RANGE (created_at);

ALTER TABLE pipeline_jobs_archive
    ALTER COLUMN created_at SET NOT NULL,
    ADD COLUMN attempts    jsonb,
    ADD COLUMN archived_at timestamptz NOT NULL DEFAULT now(),
    ADD CONSTRAINT pipeline_jobs_archive_pkey PRIMARY KEY (created_at, id),
    ADD CONSTRAINT pipeline_jobs_archive_nobody_holds CHECK (claim_id IS NULL AND lease_until IS NULL AND secret IS NULL);

COMMENT ON COLUMN pipeline_jobs_archive.attempts IS 'the job''s rows of job_attempts, the first one first; null for none';

CREATE INDEX pipeline_jobs_archive_id_idx ON pipeline_jobs_archive (id);
CREATE INDEX pipeline_jobs_archive_sha256_idx ON pipeline_jobs_archive (sha256, realm) WHERE sha256 IS NOT NULL;
CREATE INDEX pipeline_jobs_archive_batch_idx ON pipeline_jobs_archive (batch_id) WHERE batch_id IS NOT NULL;

-- A row is written once, so each combination of filters has its index; without filters it is the primary key.
CREATE INDEX pipeline_jobs_archive_realm_idx ON pipeline_jobs_archive (realm, created_at, id);
CREATE INDEX pipeline_jobs_archive_queue_idx ON pipeline_jobs_archive (queue, created_at, id);
CREATE INDEX pipeline_jobs_archive_status_idx ON pipeline_jobs_archive (status, created_at, id);
CREATE INDEX pipeline_jobs_archive_realm_queue_idx ON pipeline_jobs_archive (realm, queue, created_at, id);
CREATE INDEX pipeline_jobs_archive_realm_status_idx ON pipeline_jobs_archive (realm, status, created_at, id);
CREATE INDEX pipeline_jobs_archive_queue_status_idx ON pipeline_jobs_archive (queue, status, created_at, id);
CREATE INDEX pipeline_jobs_archive_realm_queue_status_idx
    ON pipeline_jobs_archive (realm, queue, status, created_at, id);

-- How many jobs of each key a month of the archive holds, and when the last of them ended.
CREATE TABLE job_archive_months (
    month    date        NOT NULL,
    realm    text,
    queue    text        NOT NULL,
    status   text        NOT NULL,
    jobs     bigint      NOT NULL,
    last_end timestamptz NOT NULL,
    CONSTRAINT job_archive_months_key UNIQUE NULLS NOT DISTINCT (month, realm, queue, status)
);

CREATE FUNCTION pipeline_jobs_archive_count_months() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In one order, so that two writers can't wait for each other.
    INSERT INTO job_archive_months AS m (month, realm, queue, status, jobs, last_end)
    SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date,
           realm, coalesce(queue, 'default'), coalesce(status, 'queued'),
           CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END, max(coalesce(finished_at, created_at))
    FROM moved_rows GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (month, realm, queue, status)
    DO UPDATE SET jobs = m.jobs + excluded.jobs, last_end = greatest(m.last_end, excluded.last_end);
    RETURN NULL;
END $$;

CREATE TRIGGER pipeline_jobs_archive_inserted AFTER INSERT ON pipeline_jobs_archive
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pipeline_jobs_count_inserts();
CREATE TRIGGER pipeline_jobs_archive_deleted AFTER DELETE ON pipeline_jobs_archive
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pipeline_jobs_count_deletes();
CREATE TRIGGER pipeline_jobs_archive_month_inserted AFTER INSERT ON pipeline_jobs_archive
    REFERENCING NEW TABLE AS moved_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pipeline_jobs_archive_count_months();
CREATE TRIGGER pipeline_jobs_archive_month_deleted AFTER DELETE ON pipeline_jobs_archive
    REFERENCING OLD TABLE AS moved_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pipeline_jobs_archive_count_months();

-- Emptying one of the tables by hand leaves the counts of the other.
CREATE OR REPLACE FUNCTION pipeline_jobs_count_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM job_counter_deltas;
    DELETE FROM job_counters;
    INSERT INTO job_counters (realm, queue, status, jobs)
    SELECT realm, queue, status, sum(jobs) FROM job_archive_months GROUP BY realm, queue, status;
    RETURN NULL;
END $$;

CREATE FUNCTION pipeline_jobs_archive_count_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_counter_deltas (realm, queue, status, jobs)
    SELECT realm, queue, status, -sum(jobs) FROM job_archive_months GROUP BY realm, queue, status;
    DELETE FROM job_archive_months;
    RETURN NULL;
END $$;

CREATE TRIGGER pipeline_jobs_archive_truncated AFTER TRUNCATE ON pipeline_jobs_archive
    FOR EACH STATEMENT EXECUTE FUNCTION pipeline_jobs_archive_count_nothing();

-- With the owner's rights, and names that mean the same in every session, as the other counting functions.
DO $$
DECLARE
    here text := current_schema();
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['count_nothing', 'archive_count_nothing', 'archive_count_months'] LOOP
        EXECUTE format('ALTER FUNCTION %I.%I() SECURITY DEFINER SET search_path = %I, pg_temp',
                       here, 'pipeline_jobs_' || name, here);
    END LOOP;
END $$;
