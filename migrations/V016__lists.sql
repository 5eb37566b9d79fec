-- Fewer and other indexes for lists: each full one is written at all three changes of a job. Lists by realm, queue or
-- status alone merge the heads of (queue, status, …) or (realm, queue, status, …), one for each key there is. Documents
-- are looked up by content once their job has ended, so that random index is written once, at the end. What lists show
-- of a long payload or result is kept beside it, so that no list reads the long one.
-- Lock: ACCESS EXCLUSIVE for the columns and the dropped indexes, short; SHARE while the new indexes are built (some
-- five seconds for a million rows). The previous release goes on working; its lists by realm are slower.

DROP INDEX pipeline_jobs_recent_realm_idx;
DROP INDEX pipeline_jobs_recent_realm_status_idx;

CREATE INDEX pipeline_jobs_content_idx ON pipeline_jobs (sha256, realm)
    WHERE sha256 IS NOT NULL AND finished_at IS NOT NULL;
DROP INDEX pipeline_jobs_sha256_idx;

-- What may be archived, the oldest end first.
CREATE INDEX pipeline_jobs_ended_idx ON pipeline_jobs (runner, finished_at, id) WHERE finished_at IS NOT NULL;

-- Rows of a table of others that has no NOT NULL here; nearly always empty.
CREATE INDEX pipeline_jobs_recent_unnamed_idx ON pipeline_jobs (created_at DESC, id DESC)
    WHERE queue IS NULL OR status IS NULL;

ALTER TABLE pipeline_jobs
    ADD COLUMN filename_preview text,
    ADD COLUMN summary_preview  text;
ALTER TABLE pipeline_jobs_archive
    ADD COLUMN filename_preview text,
    ADD COLUMN summary_preview  text;

COMMENT ON COLUMN pipeline_jobs.filename_preview IS 'start of payload.filename where the payload is long; else null, lists read the payload';
COMMENT ON COLUMN pipeline_jobs.summary_preview IS 'start of result.summary where the result is long; else null, lists read the result';

CREATE FUNCTION pipeline_jobs_keep_previews() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    NEW.filename_preview := CASE WHEN pg_column_size(NEW.payload) > 1000 THEN left(NEW.payload ->> 'filename', 200) END;
    NEW.summary_preview := CASE WHEN pg_column_size(NEW.result) > 1000 THEN left(NEW.result ->> 'summary', 200) END;
    RETURN NEW;
END $$;

-- The function is called for long values only, and to clear what no longer holds.
CREATE TRIGGER pipeline_jobs_long_inserted BEFORE INSERT ON pipeline_jobs
    FOR EACH ROW WHEN (pg_column_size(NEW.payload) > 1000 OR pg_column_size(NEW.result) > 1000)
    EXECUTE FUNCTION pipeline_jobs_keep_previews();
CREATE TRIGGER pipeline_jobs_long_updated BEFORE UPDATE OF payload, result ON pipeline_jobs
    FOR EACH ROW WHEN (pg_column_size(NEW.payload) > 1000 OR pg_column_size(NEW.result) > 1000
        OR NEW.filename_preview IS NOT NULL OR NEW.summary_preview IS NOT NULL)
    EXECUTE FUNCTION pipeline_jobs_keep_previews();
