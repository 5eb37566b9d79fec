package io.pipedeck.queue;

import org.jspecify.annotations.Nullable;

/**
 * A job as Redis shows it.
 *
 * @param id in Redis
 * @param rev of PostgreSQL's row that its hash tells of, null without a hash
 */
public record ShownJob(String id, String queue, RedisState state, @Nullable Long rev) {}
