/**
 * The queues in Redis, in the layout of Python RQ, so that its clients, workers and dashboards work
 * beside ours. Redis holds what may be lost: PostgreSQL says which jobs there are. Entry point:
 * {@link io.pipedeck.queue.RedisQueue}.
 */
@NullMarked
package io.pipedeck.queue;

import org.jspecify.annotations.NullMarked;
