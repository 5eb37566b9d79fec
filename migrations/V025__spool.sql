-- What a node accepted on its own disk while the database was away and the database contradicts afterwards: a person
-- looks at it. Rare: the same id for two jobs, an attempt that ended after its job had been given to another worker.
-- Lock: none on existing tables. The previous release knows nothing of it.

CREATE TABLE spool_conflicts (
    id      uuid PRIMARY KEY,
    job_id  uuid        NOT NULL,
    kind    text        NOT NULL,
    body    text        NOT NULL,
    reason  text        NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX spool_conflicts_job_idx ON spool_conflicts (job_id);
