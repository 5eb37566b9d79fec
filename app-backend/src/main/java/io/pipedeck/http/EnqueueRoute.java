package io.pipedeck.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.EnqueueAnswer;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.Json;
import io.pipedeck.document.Documents;
import io.pipedeck.document.ProcessDocument;
import io.pipedeck.job.Contents;
import io.pipedeck.job.Enqueued;
import io.pipedeck.job.Ids;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobService;
import io.pipedeck.job.NewJob;
import io.pipedeck.security.Secrets;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code POST /pipeline/enqueue}: a document becomes a job. Answers only when both are durable. */
final class EnqueueRoute {
  private static final HeaderName KEY = HeaderNames.create("Idempotency-Key");

  private final JobService jobs;
  private final Documents documents;
  private final QueueChoice queueChoice;
  private final Secrets secrets;
  private final Limits limits;

  /**
   * What is taken.
   *
   * @param maxAttempts of a job that doesn't say
   */
  record Limits(long maxUploadBytes, int maxAttempts) {}

  EnqueueRoute(
      JobService jobs,
      Documents documents,
      QueueChoice queueChoice,
      Secrets secrets,
      Limits limits) {
    this.jobs = jobs;
    this.documents = documents;
    this.queueChoice = queueChoice;
    this.secrets = secrets;
    this.limits = limits;
  }

  List<Route> routes() {
    return List.of(Route.post("/pipeline/enqueue", this::enqueue));
  }

  private void enqueue(ServerRequest request, ServerResponse response)
      throws IOException, InterruptedException {
    String realm = Parameters.realm(request);
    String key = Parameters.header(request, KEY);
    UploadForm form = UploadForm.read(request, documents, limits.maxUploadBytes());
    Optional<Job> known = key == null ? Optional.empty() : jobs.ofIdempotencyKey(realm, key);
    Enqueued enqueued =
        known.isPresent() ? new Enqueued(known.get(), false) : enqueue(form, realm, key);
    Answers.json(request, response, answer(enqueued));
  }

  private static EnqueueAnswer answer(Enqueued enqueued) {
    Job job = enqueued.job();
    String durability = job.spooled() ? "spooled" : null;
    return enqueued.reused()
        ? new EnqueueAnswer(
            job.id(),
            job.queue(),
            job.realm(),
            job.status(),
            durability,
            Contents.asDuplicate(job),
            job.result())
        : new EnqueueAnswer(
            job.id(),
            job.queue(),
            job.realm(),
            statusOf(job),
            durability,
            Contents.duplicateOf(job),
            null);
  }

  /**
   * The first answer said queued, whatever the job is now; one with a start time said scheduled.
   */
  private static JobStatus statusOf(Job job) {
    boolean waitsForItsTime = job.status() == JobStatus.SCHEDULED && job.attempt() == 0;
    return waitsForItsTime ? JobStatus.SCHEDULED : JobStatus.QUEUED;
  }

  private Enqueued enqueue(UploadForm form, @Nullable String realm, @Nullable String key)
      throws InterruptedException {
    EnqueueFields fields = EnqueueFields.of(form);
    return jobs.enqueue(
        new NewJob(
            Ids.next(),
            realm,
            queueChoice.choose(fields.queue(), form.document()),
            ProcessDocument.FUNCTION,
            payload(form),
            fields.maxAttempts() == null ? limits.maxAttempts() : fields.maxAttempts(),
            fields.runAt(),
            fields.batchId(),
            form.document().stored().sha256(),
            fields.options(),
            key,
            fields.password() == null ? null : secrets.encrypt(fields.password()),
            null,
            form.document().small()),
        fields.onDuplicate());
  }

  private static ObjectNode payload(UploadForm form) {
    return Json.mapper()
        .createObjectNode()
        .put("filename", form.filename())
        .put("size_bytes", form.document().stored().sizeBytes())
        .put("sha256", form.document().stored().sha256());
  }
}
