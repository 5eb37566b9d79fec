package io.pipedeck.ui.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Json;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job of the stub; change it with {@link ContractStub#change}, so that the event goes out. */
public final class StubJob {
  private static final int SUMMARY_PREVIEW = 160;

  final UUID id;
  public String filename;
  public long sizeBytes = 48_213;
  public @Nullable String realm;
  public String queue = "default";
  public JobStatus status = JobStatus.QUEUED;
  public @Nullable ObjectNode result;
  public @Nullable String error;
  public @Nullable ErrorCode errorCode;
  public Instant createdAt;
  public @Nullable Instant startedAt;
  public @Nullable Instant finishedAt;
  public int attempt;
  public @Nullable String worker;
  public JobView.@Nullable Progress progress;
  public JobView.@Nullable Waiting waiting;
  public List<JobView.Attempt> attempts = List.of();
  long rev = 1;

  StubJob(UUID id, String filename, Instant createdAt) {
    this.id = id;
    this.filename = filename;
    this.createdAt = createdAt;
  }

  public UUID id() {
    return id;
  }

  JobEvent event() {
    return new JobEvent(
        id,
        rev,
        status,
        progress == null ? null : progress.stage(),
        progress == null ? null : progress.percent());
  }

  JobView inList() {
    String summary = result == null ? "" : result.path("summary").asText("");
    String preview = summary.substring(0, Math.min(SUMMARY_PREVIEW, summary.length()));
    return view(null, null, filename, preview.isEmpty() ? null : preview, null);
  }

  JobView whole() {
    var payload = Json.mapper().createObjectNode();
    payload.put("filename", filename);
    payload.put("size_bytes", sizeBytes);
    payload.put("media_type", "application/pdf");
    payload.put("sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    return view(payload, result, null, null, attempts);
  }

  private JobView view(
      @Nullable ObjectNode payload,
      @Nullable ObjectNode told,
      @Nullable String name,
      @Nullable String summary,
      @Nullable List<JobView.Attempt> runs) {
    return new JobView(
        id,
        id.toString(),
        realm,
        queue,
        status,
        payload,
        told,
        name,
        summary,
        error,
        errorCode,
        createdAt,
        startedAt,
        finishedAt,
        null,
        attempt,
        4,
        null,
        worker,
        progress,
        waiting,
        runs);
  }
}
