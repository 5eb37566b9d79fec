/**
 * Work shared with Python programs over RQ: their calls become jobs of ours, ours run in their
 * workers, and what is done to jobs with RQ's own tools counts. Entry points: {@link
 * io.pipedeck.rq.Adoption}, {@link io.pipedeck.rq.ForeignJobs}.
 */
@NullMarked
package io.pipedeck.rq;

import org.jspecify.annotations.NullMarked;
