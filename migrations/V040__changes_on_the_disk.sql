-- Claims are committed without waiting for the disk; a server that dies forgets the last of them. The mirror must not know
-- what its primary has forgotten: whatever is written to the feed is waited for.
-- Lock: none on tables. The previous release notices nothing: it waits for all of its commits.

CREATE OR REPLACE FUNCTION job_change_inserts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    INSERT INTO job_change (id) SELECT id FROM new_rows;
    RETURN NULL;
END $$;

-- With the owner's rights, and names that mean the same in every session: see V004.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION %I.job_change_inserts() SECURITY DEFINER SET search_path = %I, pg_temp',
                   current_schema(), current_schema());
END $$;
