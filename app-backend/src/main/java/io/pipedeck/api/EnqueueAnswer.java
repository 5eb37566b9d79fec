package io.pipedeck.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an enqueue; sent only after the document and the job are durable.
 *
 * @param queue the queue the job went to, never {@code auto}
 * @param realm the tenant, written as null where there is none
 * @param durability {@code spooled} where PostgreSQL is away and both are on this server's disk;
 *     null for the usual
 * @param duplicate which job of the realm had the same content before; null where none had
 * @param result of the earlier job, where that one is given again; else null
 */
public record EnqueueAnswer(
    UUID jobId,
    String queue,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String realm,
    JobStatus status,
    @Nullable String durability,
    @Nullable Duplicate duplicate,
    @Nullable JsonNode result) {

  /** The answer about a document that is new in its realm. */
  public EnqueueAnswer(
      UUID jobId,
      String queue,
      @Nullable String realm,
      JobStatus status,
      @Nullable String durability) {
    this(jobId, queue, realm, status, durability, null, null);
  }

  /**
   * The earlier job with the same content.
   *
   * @param at when the content was processed; while that goes on, when it was sent
   */
  public record Duplicate(UUID jobId, Instant at) {}
}
