package io.pipedeck.job;

/**
 * What came of a job that was to be enqueued.
 *
 * @param job the new one, or an earlier one in its place
 * @param reused whether it is one that had the same content before
 */
public record Enqueued(Job job, boolean reused) {}
