-- The table that every program around Pipedeck knows: one row a job. Plain SQL that psql runs too, and harmless over
-- an existing table of this shape: its rows stay as they are.
-- Lock: none on an existing table beyond building a missing index (SHARE, short on small tables).

CREATE TABLE IF NOT EXISTS pipeline_jobs (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    rq_job_id   text UNIQUE,
    realm       text,
    queue       text NOT NULL DEFAULT 'default',
    status      text NOT NULL DEFAULT 'queued',
    payload     jsonb,
    result      jsonb,
    error       text,
    created_at  timestamptz DEFAULT now(),
    started_at  timestamptz,
    finished_at timestamptz
);

CREATE INDEX IF NOT EXISTS idx_pipeline_jobs_status ON pipeline_jobs (status);
CREATE INDEX IF NOT EXISTS idx_pipeline_jobs_realm_status ON pipeline_jobs (realm, status);
CREATE INDEX IF NOT EXISTS idx_pipeline_jobs_queue_status ON pipeline_jobs (queue, status);
CREATE INDEX IF NOT EXISTS idx_pipeline_jobs_created_at ON pipeline_jobs (created_at DESC);
