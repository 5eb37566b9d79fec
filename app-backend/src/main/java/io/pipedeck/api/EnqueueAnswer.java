package io.pipedeck.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an enqueue; sent only after the document and the job are durable.
 *
 * @param queue the queue the job went to, never {@code auto}
 * @param realm the tenant, written as null where there is none
 * @param durability {@code spooled} where PostgreSQL is away and both are on this server's disk;
 *     null for the usual
 */
public record EnqueueAnswer(
    UUID jobId,
    String queue,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String realm,
    JobStatus status,
    @Nullable String durability) {}
