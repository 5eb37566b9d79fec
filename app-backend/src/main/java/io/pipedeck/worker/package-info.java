/**
 * Runs jobs: takes them from the queues by priority, claims them in PostgreSQL, runs the registered
 * function with tracking, a lease and a deadline, and records the outcome. Entry point: {@link
 * io.pipedeck.worker.WorkerPool}.
 */
@NullMarked
package io.pipedeck.worker;

import org.jspecify.annotations.NullMarked;
