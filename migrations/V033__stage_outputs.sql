-- What the stages of the pipeline gave for a document: kept until its job ends, so that the next attempt goes on where the
-- last one stopped, on whatever node, and for a while beyond, so that the next job with the document has less to do.
-- Rows with a job_id are for that job only. Erased by the leader; nothing else depends on them.
-- Lock: none on existing tables. The previous release neither reads nor erases them.

CREATE TABLE stage_outputs (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    realm            text,
    sha256           text        NOT NULL,
    pipeline_version integer     NOT NULL,
    job_id           uuid,
    stage            text        NOT NULL,
    variant          text        NOT NULL,
    part             integer     NOT NULL,
    bytes            bytea       NOT NULL,
    size_bytes       bigint      NOT NULL GENERATED ALWAYS AS (octet_length(bytes)) STORED,
    kept_at          timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stage_outputs_once UNIQUE NULLS NOT DISTINCT (sha256, realm, pipeline_version, job_id, stage, variant, part),
    CONSTRAINT stage_outputs_stage_known CHECK (stage IN ('parse', 'clean', 'chunk', 'embed', 'summarise')),
    CONSTRAINT stage_outputs_part_counts CHECK (part >= 0)
);

COMMENT ON TABLE stage_outputs IS 'outputs of stages, deflated; erased some time after the last job with the document ended';
COMMENT ON COLUMN stage_outputs.variant IS 'all beside the document that the output depends on: options, model, the text before it';
COMMENT ON COLUMN stage_outputs.job_id IS 'the only job that may use it: its document has a password, or was read with gaps; null for any';

-- They come deflated; numbers don't get smaller.
ALTER TABLE stage_outputs ALTER COLUMN bytes SET STORAGE EXTERNAL;
