-- Counting must never stand in the way of a statement of another program: its role may know nothing but pipeline_jobs,
-- its search_path may be empty, its table may allow NULL in queue and status, and it may TRUNCATE.
-- Lock: SHARE ROW EXCLUSIVE on pipeline_jobs for the trigger, SHARE for the index, both short.

CREATE OR REPLACE FUNCTION pipeline_jobs_count_inserts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_counter_deltas (realm, queue, status, jobs)
    SELECT realm, coalesce(queue, 'default'), coalesce(status, 'queued'), count(*)
    FROM new_rows GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pipeline_jobs_count_deletes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_counter_deltas (realm, queue, status, jobs)
    SELECT realm, coalesce(queue, 'default'), coalesce(status, 'queued'), -count(*)
    FROM old_rows GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pipeline_jobs_count_updates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_counter_deltas (realm, queue, status, jobs)
    SELECT realm, coalesce(queue, 'default'), coalesce(status, 'queued'), sum(n)
    FROM (SELECT realm, queue, status, 1 AS n FROM new_rows
          UNION ALL
          SELECT realm, queue, status, -1 FROM old_rows) AS moved
    GROUP BY 1, 2, 3
    HAVING sum(n) <> 0;
    RETURN NULL;
END $$;

CREATE FUNCTION pipeline_jobs_count_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM job_counter_deltas;
    DELETE FROM job_counters;
    RETURN NULL;
END $$;

CREATE TRIGGER pipeline_jobs_truncated AFTER TRUNCATE ON pipeline_jobs
    FOR EACH STATEMENT EXECUTE FUNCTION pipeline_jobs_count_nothing();

-- With the owner's rights, and names that mean the same in every session.
DO $$
DECLARE
    here text := current_schema();
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['inserts', 'deletes', 'updates', 'nothing'] LOOP
        EXECUTE format('ALTER FUNCTION %I.%I() SECURITY DEFINER SET search_path = %I, pg_temp',
                       here, 'pipeline_jobs_count_' || name, here);
    END LOOP;
END $$;

-- What the leader asks each second: which jobs' time has come. It must not read the whole backlog for that.
CREATE INDEX pipeline_jobs_due_idx ON pipeline_jobs (run_at)
    WHERE runner = 'native' AND status = 'scheduled';
