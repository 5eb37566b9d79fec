package io.pipedeck.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an enqueue; sent only after the document and the job are durable.
 *
 * @param queue the queue the job went to, never {@code auto}
 * @param realm the tenant, written as null where there is none
 */
public record EnqueueAnswer(
    UUID jobId,
    String queue,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String realm,
    JobStatus status) {}
