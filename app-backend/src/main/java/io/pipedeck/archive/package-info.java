/**
 * Retention: jobs that ended long ago move from {@code pipeline_jobs} to the archive, a little at a
 * time, and whole months leave the archive. Reading archived jobs is the job package's business.
 * Entry point: {@link io.pipedeck.archive.Archiver}, which one process of all runs.
 */
@NullMarked
package io.pipedeck.archive;

import org.jspecify.annotations.NullMarked;
