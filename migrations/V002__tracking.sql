-- What tracked execution needs: claims with a fence, leases, attempts, start times, batches, progress, error codes.
-- Lock: ACCESS EXCLUSIVE for the columns, short: constant defaults don't rewrite the table (PostgreSQL 11 and newer).
-- Programs that know only the columns of V001 go on working: every column here has a default or may be null, and a row
-- is 'foreign' unless Pipedeck writes it, so that the constraints below do not bind rows of others.

ALTER TABLE pipeline_jobs
    ADD COLUMN runner          text        NOT NULL DEFAULT 'foreign',
    ADD COLUMN function        text,
    ADD COLUMN rev             bigint      NOT NULL DEFAULT 0,
    ADD COLUMN attempt         integer     NOT NULL DEFAULT 0,
    ADD COLUMN max_attempts    integer     NOT NULL DEFAULT 1,
    ADD COLUMN losses          integer     NOT NULL DEFAULT 0,
    ADD COLUMN claim_id        uuid,
    ADD COLUMN worker          text,
    ADD COLUMN lease_until     timestamptz,
    ADD COLUMN run_at          timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN timeout_seconds integer,
    ADD COLUMN batch_id        uuid,
    ADD COLUMN sha256          text,
    ADD COLUMN options         jsonb,
    ADD COLUMN secret          text,
    ADD COLUMN progress        jsonb,
    ADD COLUMN error_code      text;

COMMENT ON COLUMN pipeline_jobs.runner IS 'native: run and guarded by Pipedeck; foreign: another program''s row, shown and never touched';
COMMENT ON COLUMN pipeline_jobs.rev IS '+1 at every change; operators'' actions compare it';
COMMENT ON COLUMN pipeline_jobs.claim_id IS 'fresh for each claim, null when nobody holds the job; every write of an attempt compares it';
COMMENT ON COLUMN pipeline_jobs.secret IS 'the document''s password, encrypted; null once the job is final';

ALTER TABLE pipeline_jobs
    ADD CONSTRAINT pipeline_jobs_runner_known CHECK (runner IN ('native', 'foreign')) NOT VALID,
    ADD CONSTRAINT pipeline_jobs_status_known CHECK (
        runner = 'foreign' OR status IN ('queued', 'scheduled', 'running', 'finished', 'failed', 'canceled')) NOT VALID,
    ADD CONSTRAINT pipeline_jobs_claim_while_running CHECK (
        runner = 'foreign'
        OR (status = 'running') = (claim_id IS NOT NULL AND worker IS NOT NULL AND lease_until IS NOT NULL)) NOT VALID,
    ADD CONSTRAINT pipeline_jobs_end_when_final CHECK (
        runner = 'foreign'
        OR (status IN ('finished', 'failed', 'canceled')) = (finished_at IS NOT NULL)) NOT VALID,
    ADD CONSTRAINT pipeline_jobs_attempts_bounded CHECK (
        runner = 'foreign' OR (attempt >= 0 AND max_attempts >= 1)) NOT VALID,
    ADD CONSTRAINT pipeline_jobs_no_secret_when_final CHECK (
        secret IS NULL OR status NOT IN ('finished', 'failed', 'canceled')) NOT VALID;

-- Due rows, expired leases: small, because they hold only what waits or runs.
CREATE INDEX pipeline_jobs_waiting_idx ON pipeline_jobs (queue, run_at, id)
    WHERE runner = 'native' AND status IN ('queued', 'scheduled');
CREATE INDEX pipeline_jobs_lease_idx ON pipeline_jobs (lease_until)
    WHERE runner = 'native' AND status = 'running';
CREATE INDEX pipeline_jobs_batch_idx ON pipeline_jobs (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX pipeline_jobs_sha256_idx ON pipeline_jobs (sha256, realm) WHERE sha256 IS NOT NULL;

-- Lists, newest first, by each combination of filters.
CREATE INDEX pipeline_jobs_recent_idx ON pipeline_jobs (created_at DESC, id DESC);
CREATE INDEX pipeline_jobs_recent_realm_idx ON pipeline_jobs (realm, created_at DESC, id DESC);
CREATE INDEX pipeline_jobs_recent_realm_status_idx ON pipeline_jobs (realm, status, created_at DESC, id DESC);
CREATE INDEX pipeline_jobs_recent_queue_status_idx ON pipeline_jobs (queue, status, created_at DESC, id DESC);
CREATE INDEX pipeline_jobs_recent_realm_queue_status_idx ON pipeline_jobs (realm, queue, status, created_at DESC, id DESC);

ALTER TABLE pipeline_jobs SET (
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02);

-- One row for each time a worker took a job. No foreign key: a job may be archived before its attempts.
CREATE TABLE job_attempts (
    claim_id   uuid PRIMARY KEY,
    job_id     uuid        NOT NULL,
    attempt    integer     NOT NULL,
    worker     text        NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    outcome    text        NOT NULL DEFAULT 'running',
    error_code text,
    error      text,
    CONSTRAINT job_attempts_outcome_known CHECK (
        outcome IN ('running', 'finished', 'retry', 'failed', 'worker_lost', 'canceled', 'given_back', 'duplicate_run')),
    CONSTRAINT job_attempts_end_when_over CHECK ((outcome = 'running') = (ended_at IS NULL))
);
CREATE INDEX job_attempts_job_idx ON job_attempts (job_id, attempt);

-- The same Idempotency-Key in the same realm gives the first answer again.
CREATE TABLE idempotency_keys (
    realm      text,
    key        text        NOT NULL,
    job_id     uuid        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_once UNIQUE NULLS NOT DISTINCT (realm, key)
);

-- Chunks and vectors of a document version: written in one transaction, a re-run replaces them.
CREATE TABLE document_chunks (
    realm            text,
    sha256           text    NOT NULL,
    pipeline_version integer NOT NULL,
    options_hash     text    NOT NULL,
    ordinal          integer NOT NULL,
    job_id           uuid    NOT NULL,
    page             integer,
    start_offset     integer NOT NULL,
    end_offset       integer NOT NULL,
    heading          text,
    text             text    NOT NULL,
    tokens           integer NOT NULL,
    model            text,
    embedding        real[],
    CONSTRAINT document_chunks_version UNIQUE NULLS NOT DISTINCT (realm, sha256, pipeline_version, options_hash, ordinal),
    CONSTRAINT document_chunks_offsets CHECK (0 <= start_offset AND start_offset < end_offset)
);
CREATE INDEX document_chunks_job_idx ON document_chunks (job_id, ordinal);

-- Documents in the database, for nodes that share no folder: parts of 1 MiB.
CREATE TABLE documents (
    sha256     text PRIMARY KEY,
    size_bytes bigint      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE document_parts (
    sha256 text    NOT NULL REFERENCES documents (sha256) ON DELETE CASCADE,
    part   integer NOT NULL,
    bytes  bytea   NOT NULL,
    PRIMARY KEY (sha256, part)
);
ALTER TABLE document_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;
