/**
 * Jobs: the record, the SQL, and the rules of their life. PostgreSQL is the truth; what else must
 * hear of a change (the queue, live events) is told through {@link io.pipedeck.job.JobQueue} and
 * {@link io.pipedeck.job.JobEvents} after the commit. Entry point: {@link
 * io.pipedeck.job.JobService}.
 */
@NullMarked
package io.pipedeck.job;

import org.jspecify.annotations.NullMarked;
