package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Progress;
import io.pipedeck.api.Json;
import io.pipedeck.db.Database;
import io.pipedeck.db.MigratedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Test data about jobs: only what matters is named, the rest is usual. */
public final class JobTests {
  public static final Duration LEASE = Duration.ofSeconds(30);

  private JobTests() {}

  /** A job to be enqueued: queue default, function {@code test}, 4 attempts. */
  public static Builder aJob() {
    return new Builder();
  }

  /** Puts one together. */
  public static final class Builder {
    private final UUID id = Ids.next();
    private @Nullable String realm;
    private String queue = "default";
    private String function = "test";
    private JsonNode payload = Json.mapper().createObjectNode().put("filename", "a.pdf");
    private int maxAttempts = 4;
    private @Nullable Instant runAt;
    private @Nullable String key;
    private @Nullable String secret;
    private @Nullable String sha256;
    private @Nullable String rqId;
    private @Nullable JsonNode rqPayload;

    public Builder ofRealm(@Nullable String of) {
      realm = of;
      return this;
    }

    public Builder on(String onQueue) {
      queue = onQueue;
      return this;
    }

    public Builder running(String name) {
      function = name;
      return this;
    }

    public Builder with(JsonNode value) {
      payload = value;
      return this;
    }

    public Builder attempts(int most) {
      maxAttempts = most;
      return this;
    }

    public Builder notBefore(Instant time) {
      runAt = time;
      return this;
    }

    public Builder keyed(String idempotencyKey) {
      key = idempotencyKey;
      return this;
    }

    public Builder withSecret(String encrypted) {
      secret = encrypted;
      return this;
    }

    public Builder ofContent(String hash) {
      sha256 = hash;
      return this;
    }

    public NewJob build() {
      return new NewJob(
          id,
          realm,
          queue,
          function,
          payload,
          maxAttempts,
          runAt,
          null,
          sha256,
          null,
          key,
          secret,
          null,
          null);
    }

    /** Enqueued by a Python program; only for {@link #queued}. */
    public Builder adopted(String idInRq, JsonNode itsPayload) {
      rqId = idInRq;
      rqPayload = itsPayload;
      return this;
    }

    /** As it is when it was stored and waits, without a database. */
    public Job queued(long rev) {
      NewJob job = build();
      return new Job(
          job.id(),
          rqId == null ? job.id().toString() : rqId,
          job.realm(),
          job.queue(),
          JobStatus.QUEUED,
          true,
          job.function(),
          rqPayload == null ? job.payload() : rqPayload,
          null,
          null,
          null,
          Instant.parse("2026-01-31T08:00:00.5Z"),
          null,
          null,
          rev,
          0,
          job.maxAttempts(),
          null,
          null,
          Instant.parse("2026-01-31T08:00:00.5Z"),
          null,
          null,
          job.sha256(),
          null,
          null);
    }

    /** Stores it as it is, telling nobody. */
    public Job in(MigratedDatabase database) {
      return in(database.pool());
    }

    /** Stores it as it is, telling nobody. */
    public Job in(Database database) {
      NewJob job = build();
      return database.inTransaction(tx -> new JobStore().insert(tx, job)).orElseThrow();
    }
  }

  /** The same job after another change. */
  public static Job at(Job job, long rev) {
    return at(job, rev, job.progress());
  }

  /** The same job when it was so far. */
  public static Job at(Job job, Progress progress) {
    return at(job, job.rev(), progress);
  }

  private static Job at(Job job, long rev, @Nullable Progress progress) {
    return new Job(
        job.id(),
        job.rqJobId(),
        job.realm(),
        job.queue(),
        job.status(),
        job.nativeRow(),
        job.function(),
        job.payload(),
        job.result(),
        job.error(),
        job.errorCode(),
        job.createdAt(),
        job.startedAt(),
        job.finishedAt(),
        rev,
        job.attempt(),
        job.maxAttempts(),
        job.claimId(),
        job.worker(),
        job.runAt(),
        job.timeoutSeconds(),
        job.batchId(),
        job.sha256(),
        job.options(),
        progress);
  }

  /** The job as it is stored now. */
  public static Job stored(Database database, UUID id) {
    return database.inTransaction(tx -> new JobStore().find(tx, id)).orElseThrow();
  }

  /** Takes all jobs away whose leases ran out, as the leader does. */
  public static List<Job> rescue(Database database) {
    var rescues = new Rescues();
    return database.inTransaction(
        tx ->
            rescues.rescue(
                tx,
                rescues.lost(tx, 100).stream()
                    .map(lost -> new Rescues.Verdict(lost, "lost"))
                    .toList()));
  }

  /** Says that a process with this many slots lives and serves the usual queues. */
  public static void node(Database database, String identity, int slots) {
    var node =
        new Nodes.Node(identity, "test", 1, "0.1.0", List.of("urgent", "default", "slow"), slots);
    database.run(tx -> new Nodes().seen(tx, node, new Nodes.Vitals(0, 0), 0));
  }

  /** Takes the job for a worker. */
  public static Claim claim(Database database, Job job, String worker) {
    return database
        .inTransaction(tx -> new JobStore().claim(tx, List.of(job.id()), worker, LEASE))
        .getFirst();
  }
}
