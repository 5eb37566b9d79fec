-- Which job a content stands for in its realm until that job has ended, among those whose senders want no second one
-- (on_duplicate reuse or refuse): two that come at once see each other here. Written for those alone.
-- Lock: none on existing tables. The previous release knows nothing of it and is not concerned.

CREATE TABLE content_claims (
    realm      text,
    sha256     text        NOT NULL,
    job_id     uuid        NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_claims_once UNIQUE NULLS NOT DISTINCT (realm, sha256)
);
CREATE INDEX content_claims_claimed_idx ON content_claims (claimed_at);
