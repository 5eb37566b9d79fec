-- Vectors of one model have one length. The first that are kept say which; others under the same name are refused.
-- Lock: ACCESS EXCLUSIVE on document_chunks until the rows that are there have their dimensions: the end of jobs waits for
-- some seconds for each million chunks.
-- The previous release writes chunks as before; its models are entered here when this release first sees them.

CREATE TABLE embedding_models (
    model      text PRIMARY KEY,
    dimensions integer     NOT NULL,
    first_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT embedding_models_dimensions CHECK (dimensions > 0)
);

INSERT INTO embedding_models (model, dimensions)
SELECT DISTINCT ON (model) model, cardinality(embedding) FROM document_chunks
WHERE model IS NOT NULL AND cardinality(embedding) > 0;

ALTER TABLE document_chunks
    ADD COLUMN dimensions integer,
    ADD CONSTRAINT document_chunks_dimensions CHECK (dimensions = cardinality(embedding)) NOT VALID,
    ADD CONSTRAINT document_chunks_vector_of_a_model CHECK (embedding IS NULL OR model IS NOT NULL) NOT VALID;
COMMENT ON COLUMN document_chunks.dimensions IS 'length of the vector; null without one';

UPDATE document_chunks SET dimensions = cardinality(embedding) WHERE embedding IS NOT NULL;
