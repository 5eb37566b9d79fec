package io.pipedeck.api;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job changed.
 *
 * @param rev grows with every change of the job; an event with a smaller one is older
 * @param stage wire name of the stage, null unless running
 */
public record JobEvent(
    UUID id, long rev, JobStatus status, @Nullable String stage, @Nullable Integer percent) {}
