package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobView;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.api.JobView.Waiting;
import io.pipedeck.api.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job as the wire tells it. */
public final class JobViews {
  private static final List<String> PAYLOAD_ORDER =
      List.of(
          "filename", "size_bytes", "media_type", "sha256", "pages", "words", "title", "author");
  private static final List<String> RESULT_ORDER =
      List.of(
          "chunks",
          "embeddings",
          "summary",
          "duration_sec",
          "pages",
          "words",
          "language",
          "warnings",
          "stages");

  private JobViews() {}

  /**
   * The whole job.
   *
   * @param waiting why it does not run yet, null where it doesn't wait
   * @param attempts null to leave them out
   */
  public static JobView view(Job job, @Nullable Waiting waiting, @Nullable List<Attempt> attempts) {
    boolean ours = job.nativeRow();
    return new JobView(
        job.id(),
        job.rqJobId(),
        job.realm(),
        job.queue(),
        job.status(),
        inOrder(job.payload(), PAYLOAD_ORDER),
        inOrder(job.result(), RESULT_ORDER),
        null,
        null,
        job.error(),
        job.errorCode(),
        job.createdAt(),
        job.startedAt(),
        job.finishedAt(),
        job.batchId(),
        ours ? job.attempt() : null,
        ours ? job.maxAttempts() : null,
        ours ? job.runAt() : null,
        job.worker(),
        job.progress(),
        waiting,
        attempts);
  }

  /** The same job with its payload and result in the contract's order. */
  public static JobView inOrder(JobView job) {
    return new JobView(
        job.id(),
        job.rqJobId(),
        job.realm(),
        job.queue(),
        job.status(),
        inOrder(job.payload(), PAYLOAD_ORDER),
        inOrder(job.result(), RESULT_ORDER),
        job.filename(),
        job.resultSummary(),
        job.error(),
        job.errorCode(),
        job.createdAt(),
        job.startedAt(),
        job.finishedAt(),
        job.batchId(),
        job.attempt(),
        job.maxAttempts(),
        job.runAt(),
        job.worker(),
        job.progress(),
        job.waiting(),
        job.attempts(),
        job.source());
  }

  /** What watchers hear of it. */
  public static JobEvents.Change change(Job job) {
    var progress = job.progress();
    return new JobEvents.Change(
        job.realm(),
        new JobEvent(
            job.id(),
            job.rev(),
            job.status(),
            progress == null ? null : progress.stage(),
            progress == null ? null : progress.percent()));
  }

  /** jsonb keeps no order of members; readers expect the contract's. */
  private static @Nullable JsonNode inOrder(@Nullable JsonNode node, List<String> order) {
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    ObjectNode sorted = Json.mapper().createObjectNode();
    for (String member : order) {
      JsonNode value = object.get(member);
      if (value != null) {
        sorted.set(member, value);
      }
    }
    object.properties().stream()
        .filter(entry -> !sorted.has(entry.getKey()))
        .forEach(entry -> sorted.set(entry.getKey(), entry.getValue()));
    return sorted;
  }
}
