package io.pipedeck.spool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.Json;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Ending;
import io.pipedeck.job.Ids;
import io.pipedeck.job.Job;
import io.pipedeck.job.NewJob;
import io.pipedeck.job.SmallDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is spooled, as JSON and back. */
final class Bodies {
  private Bodies() {}

  /** A job and when it was accepted. */
  record Accepted(NewJob job, Instant at) {}

  /** An ending; JSON has no durations. */
  private record Ended(
      UUID claimId,
      Job job,
      Ending.Kind kind,
      @Nullable JsonNode result,
      @Nullable ErrorCode code,
      @Nullable String error,
      long pauseMillis) {}

  static Entry entry(NewJob job, Instant now) {
    return new Entry(
        Ids.next(),
        Entry.Kind.JOB,
        job.id(),
        job.realm(),
        job.idempotencyKey(),
        json(new Accepted(with(job, null), now)),
        job.document());
  }

  static Entry entry(Ending ending) {
    var ended =
        new Ended(
            ending.claim().claimId(),
            ending.claim().job(),
            ending.kind(),
            ending.result(),
            ending.code(),
            ending.error(),
            ending.pause().toMillis());
    UUID jobId = ending.claim().job().id();
    return new Entry(Ids.next(), Entry.Kind.ENDING, jobId, null, null, json(ended), null);
  }

  static Accepted accepted(Entry entry) {
    Accepted accepted = read(entry.body(), Accepted.class);
    return new Accepted(with(accepted.job(), entry.document()), accepted.at());
  }

  static Ending ending(Entry entry) {
    Ended ended = read(entry.body(), Ended.class);
    return new Ending(
        new Claim(ended.claimId(), ended.job()),
        ended.kind(),
        ended.result(),
        ended.code(),
        ended.error(),
        Duration.ofMillis(ended.pauseMillis()));
  }

  /** The job as it will be; its rev says that no database has it yet. */
  static Job image(Accepted accepted) {
    NewJob job = accepted.job();
    Instant runAt = job.runAt();
    boolean later = runAt != null && runAt.isAfter(accepted.at());
    return new Job(
        job.id(),
        job.id().toString(),
        job.realm(),
        job.queue(),
        later ? JobStatus.SCHEDULED : JobStatus.QUEUED,
        true,
        job.function(),
        job.payload(),
        null,
        null,
        null,
        accepted.at(),
        null,
        null,
        0,
        0,
        job.maxAttempts(),
        null,
        null,
        runAt == null ? accepted.at() : runAt,
        job.timeoutSeconds(),
        job.batchId(),
        job.sha256(),
        job.options(),
        null);
  }

  private static NewJob with(NewJob job, @Nullable SmallDocument document) {
    return new NewJob(
        job.id(),
        job.realm(),
        job.queue(),
        job.function(),
        job.payload(),
        job.maxAttempts(),
        job.runAt(),
        job.batchId(),
        job.sha256(),
        job.options(),
        job.idempotencyKey(),
        null,
        job.timeoutSeconds(),
        document);
  }

  private static String json(Object value) {
    try {
      return Json.mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not to be written as JSON: " + value.getClass(), e);
    }
  }

  private static <T> T read(String json, Class<T> type) {
    try {
      return Json.mapper().readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new SpoolException("An entry of the spool can't be read", e);
    }
  }
}
