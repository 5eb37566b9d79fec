-- What versions of documents have chunks: one row each, kept by triggers, so that whoever writes or deletes chunks moves
-- it. Search follows this table and tells by it which document a realm has processed before. A version whose chunks are
-- gone stays for a while with none, so that who follows hears of it.
-- Lock: SHARE ROW EXCLUSIVE on document_chunks for the triggers, and a look at all chunks there are (a second for a
-- million). The previous release goes on writing chunks; the triggers see them.

CREATE TABLE document_versions (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    realm            text,
    sha256           text        NOT NULL,
    pipeline_version integer     NOT NULL,
    options_hash     text        NOT NULL,
    job_id           uuid        NOT NULL,
    chunks           integer     NOT NULL,
    written_at       timestamptz NOT NULL DEFAULT now(),
    revision         bigint      NOT NULL DEFAULT hashtextextended(gen_random_uuid()::text, 0),
    changed_xid      xid8        NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT document_versions_key UNIQUE NULLS NOT DISTINCT (realm, sha256, pipeline_version, options_hash),
    CONSTRAINT document_versions_chunks CHECK (chunks >= 0)
);
COMMENT ON COLUMN document_versions.job_id IS 'the job that wrote its chunks';
COMMENT ON COLUMN document_versions.revision IS 'fresh at each change: what was copied elsewhere under another one is out of date';
COMMENT ON COLUMN document_versions.changed_xid IS 'the transaction that changed it last';

-- Realms are never empty, so that '' can stand for none.
CREATE INDEX document_versions_content_idx ON document_versions (sha256, (coalesce(realm, '')));
CREATE INDEX document_versions_changed_idx ON document_versions (changed_xid, id);
CREATE INDEX document_versions_gone_idx ON document_versions (written_at) WHERE chunks = 0;

CREATE FUNCTION document_versions_inserts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In one order, so that two writers can't wait for each other.
    INSERT INTO document_versions AS v (realm, sha256, pipeline_version, options_hash, job_id, chunks)
    SELECT realm, sha256, pipeline_version, options_hash, (array_agg(job_id ORDER BY ordinal DESC))[1], count(*)
    FROM new_rows GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT ON CONSTRAINT document_versions_key
    DO UPDATE SET chunks = v.chunks + excluded.chunks, job_id = excluded.job_id, written_at = excluded.written_at,
        revision = excluded.revision, changed_xid = excluded.changed_xid;
    RETURN NULL;
END $$;

CREATE FUNCTION document_versions_deletes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE document_versions v
    SET chunks = v.chunks - gone.n, written_at = now(), revision = hashtextextended(gen_random_uuid()::text, 0),
        changed_xid = pg_current_xact_id()
    FROM (SELECT realm, sha256, pipeline_version, options_hash, count(*) AS n FROM old_rows GROUP BY 1, 2, 3, 4) gone
    WHERE v.sha256 = gone.sha256 AND coalesce(v.realm, '') = coalesce(gone.realm, '')
      AND v.pipeline_version = gone.pipeline_version AND v.options_hash = gone.options_hash;
    RETURN NULL;
END $$;

-- Chunks keep their key; their text, vector or job may change.
CREATE FUNCTION document_versions_updates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE document_versions v
    SET job_id = changed.job_id, revision = hashtextextended(gen_random_uuid()::text, 0),
        changed_xid = pg_current_xact_id()
    FROM (SELECT realm, sha256, pipeline_version, options_hash, (array_agg(job_id ORDER BY ordinal DESC))[1] AS job_id
          FROM new_rows GROUP BY 1, 2, 3, 4) changed
    WHERE v.sha256 = changed.sha256 AND coalesce(v.realm, '') = coalesce(changed.realm, '')
      AND v.pipeline_version = changed.pipeline_version AND v.options_hash = changed.options_hash;
    RETURN NULL;
END $$;

CREATE FUNCTION document_versions_truncates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE document_versions
    SET chunks = 0, written_at = now(), revision = hashtextextended(gen_random_uuid()::text, 0),
        changed_xid = pg_current_xact_id()
    WHERE chunks > 0;
    RETURN NULL;
END $$;

CREATE TRIGGER document_versions_inserted AFTER INSERT ON document_chunks
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION document_versions_inserts();
CREATE TRIGGER document_versions_deleted AFTER DELETE ON document_chunks
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION document_versions_deletes();
CREATE TRIGGER document_versions_updated AFTER UPDATE ON document_chunks
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION document_versions_updates();
CREATE TRIGGER document_versions_truncated AFTER TRUNCATE ON document_chunks
    FOR EACH STATEMENT EXECUTE FUNCTION document_versions_truncates();

-- With the owner's rights, and names that mean the same in every session: see V004.
DO $$
DECLARE
    here text := current_schema();
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['inserts', 'deletes', 'updates', 'truncates'] LOOP
        EXECUTE format('ALTER FUNCTION %I.%I() SECURITY DEFINER SET search_path = %I, pg_temp',
                       here, 'document_versions_' || name, here);
    END LOOP;
END $$;

-- What is there already.
INSERT INTO document_versions (realm, sha256, pipeline_version, options_hash, job_id, chunks)
SELECT realm, sha256, pipeline_version, options_hash, (array_agg(job_id ORDER BY ordinal DESC))[1], count(*)
FROM document_chunks GROUP BY 1, 2, 3, 4;
