-- What the leader's last look at both stores met, for every node's /admin/consistency, and since when it leads.
-- Lock: ACCESS EXCLUSIVE on leader for a moment; the default is a constant of the statement, so no row is rewritten.
-- The previous release goes on beside it: it writes neither the new column nor the new table.

ALTER TABLE leader ADD COLUMN since timestamptz NOT NULL DEFAULT now();

CREATE TABLE last_sweep (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    holder   text        NOT NULL,
    swept_at timestamptz NOT NULL,
    looked   integer     NOT NULL,
    drift    jsonb       NOT NULL,
    orphans  integer     NOT NULL
);
