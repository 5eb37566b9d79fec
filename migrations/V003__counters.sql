-- How many jobs each realm and queue has in each status, without counting history: a trigger writes one delta a
-- statement and key, the leader folds the deltas, readers sum. It sees the rows of other programs too. A single
-- counter row that everyone updates would make all writers wait for one another.
-- Lock: SHARE ROW EXCLUSIVE on pipeline_jobs for the triggers and the first count.

CREATE TABLE job_counters (
    realm  text,
    queue  text   NOT NULL,
    status text   NOT NULL,
    jobs   bigint NOT NULL,
    CONSTRAINT job_counters_key UNIQUE NULLS NOT DISTINCT (realm, queue, status)
);

CREATE TABLE job_counter_deltas (
    seq    bigint GENERATED ALWAYS AS IDENTITY,
    realm  text,
    queue  text   NOT NULL,
    status text   NOT NULL,
    jobs   bigint NOT NULL
);

CREATE FUNCTION pipeline_jobs_count_inserts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_counter_deltas (realm, queue, status, jobs)
    SELECT realm, queue, status, count(*) FROM new_rows GROUP BY realm, queue, status;
    RETURN NULL;
END $$;

CREATE FUNCTION pipeline_jobs_count_deletes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_counter_deltas (realm, queue, status, jobs)
    SELECT realm, queue, status, -count(*) FROM old_rows GROUP BY realm, queue, status;
    RETURN NULL;
END $$;

CREATE FUNCTION pipeline_jobs_count_updates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_counter_deltas (realm, queue, status, jobs)
    SELECT realm, queue, status, sum(n)
    FROM (SELECT realm, queue, status, 1 AS n FROM new_rows
          UNION ALL
          SELECT realm, queue, status, -1 FROM old_rows) AS moved
    GROUP BY realm, queue, status
    HAVING sum(n) <> 0;
    RETURN NULL;
END $$;

CREATE TRIGGER pipeline_jobs_inserted AFTER INSERT ON pipeline_jobs
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pipeline_jobs_count_inserts();
CREATE TRIGGER pipeline_jobs_deleted AFTER DELETE ON pipeline_jobs
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pipeline_jobs_count_deletes();
CREATE TRIGGER pipeline_jobs_updated AFTER UPDATE ON pipeline_jobs
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pipeline_jobs_count_updates();

INSERT INTO job_counters (realm, queue, status, jobs)
SELECT realm, queue, status, count(*) FROM pipeline_jobs GROUP BY realm, queue, status;

-- Who leads: one row on database time. A new leader gets a higher epoch.
CREATE TABLE leader (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    holder   text        NOT NULL,
    until    timestamptz NOT NULL,
    epoch    bigint      NOT NULL
);

-- The oldest release that may use this schema; an older program refuses to start on it.
CREATE TABLE schema_compatibility (
    only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    oldest_release text NOT NULL
);
INSERT INTO schema_compatibility (oldest_release) VALUES ('0.1.0');
