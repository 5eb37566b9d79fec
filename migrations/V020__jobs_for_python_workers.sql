-- Rows of jobs that Pipedeck enqueued for Python workers: 'foreign' like those of other programs, but with a function.
-- The reconciler copies their status from Redis, so it must find the open ones, and those that failed lately and may
-- have been requeued with RQ's tools, without reading history.
-- Lock: SHARE for each index; writes wait while it is built, seconds on a large table. The previous release knows no
-- such rows and is not concerned.

CREATE INDEX pipeline_jobs_foreign_open_idx ON pipeline_jobs (id)
    WHERE runner = 'foreign' AND function IS NOT NULL AND status IN ('queued', 'scheduled', 'running');
CREATE INDEX pipeline_jobs_foreign_failed_idx ON pipeline_jobs (finished_at)
    WHERE runner = 'foreign' AND function IS NOT NULL AND status IN ('failed', 'canceled');
