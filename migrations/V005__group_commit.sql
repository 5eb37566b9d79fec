-- What batches of changes need: an attempt is written once, when it ends (the job's own row tells of the running one); the
-- index over waiting jobs follows the order in which they are taken, realm by realm; renewing a lease touches no index.
-- Lock: SHARE on pipeline_jobs while the two small partial indexes are built; ACCESS EXCLUSIVE, short, to drop the old ones.
-- The previous release goes on reading all of it; its running attempts appear when they end.

DELETE FROM job_attempts WHERE outcome = 'running';

-- A realm's waiting jobs, the oldest first. Realms are text and never empty, so that '' can stand for none.
CREATE INDEX pipeline_jobs_queued_idx ON pipeline_jobs (queue, (coalesce(realm, '')), run_at, id)
    WHERE runner = 'native' AND status = 'queued';
DROP INDEX pipeline_jobs_waiting_idx;

-- The running jobs: few, so that their leases are looked through and lease_until needs no index of its own.
CREATE INDEX pipeline_jobs_running_idx ON pipeline_jobs (id)
    WHERE runner = 'native' AND status = 'running';
DROP INDEX pipeline_jobs_lease_idx;

-- Jobs that their workers did not survive twice: hardly any.
CREATE INDEX pipeline_jobs_quarantine_idx ON pipeline_jobs (run_at, id)
    WHERE runner = 'native' AND losses >= 2 AND status IN ('queued', 'running');

-- The processes that work on this database: written with each sign of life, so that a survivor can say why one was lost.
CREATE TABLE nodes (
    identity     text PRIMARY KEY,
    host         text        NOT NULL,
    pid          bigint      NOT NULL,
    release      text        NOT NULL,
    queues       text[]      NOT NULL,
    slots        integer     NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    seen_at      timestamptz NOT NULL DEFAULT now(),
    memory_bytes bigint      NOT NULL DEFAULT 0,
    oom_kills    bigint      NOT NULL DEFAULT 0,
    spool_depth  bigint      NOT NULL DEFAULT 0
);
COMMENT ON COLUMN nodes.oom_kills IS 'how often the out-of-memory killer had struck on its machine when it was last seen';

-- Documents small enough to share the commit of their job: whole in the row, not moved out of line.
CREATE TABLE small_documents (
    sha256     text PRIMARY KEY,
    bytes      bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (toast_tuple_target = 8160);
ALTER TABLE small_documents ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- What the reconciler mended, by kind: how often, when last, and an example.
CREATE TABLE heals (
    kind    text PRIMARY KEY,
    times   bigint      NOT NULL,
    last_at timestamptz NOT NULL,
    example text        NOT NULL
);

-- The attempts that ended a moment ago; they are written in the order of their ends.
CREATE INDEX job_attempts_ended_idx ON job_attempts USING brin (ended_at) WITH (pages_per_range = 32);
