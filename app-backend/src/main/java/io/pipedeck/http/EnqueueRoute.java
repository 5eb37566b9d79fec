package io.pipedeck.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.EnqueueAnswer;
import io.pipedeck.api.HeaderText;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.Json;
import io.pipedeck.document.Documents;
import io.pipedeck.document.ProcessDocument;
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
  private static final HeaderName REALM = HeaderNames.create("X-Realm");
  private static final HeaderName KEY = HeaderNames.create("Idempotency-Key");
  private static final int LONGEST_NAME = 200;

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
    String realm = name(request, REALM);
    String key = name(request, KEY);
    UploadForm form = UploadForm.read(request, documents, limits.maxUploadBytes());
    Optional<Job> known = key == null ? Optional.empty() : jobs.ofIdempotencyKey(realm, key);
    Job job = known.isPresent() ? known.get() : enqueue(form, realm, key);
    String durability = job.spooled() ? "spooled" : null;
    Answers.json(
        request,
        response,
        new EnqueueAnswer(job.id(), job.queue(), job.realm(), statusOf(job), durability));
  }

  /**
   * The first answer said queued, whatever the job is now; one with a start time said scheduled.
   */
  private static JobStatus statusOf(Job job) {
    boolean waitsForItsTime = job.status() == JobStatus.SCHEDULED && job.attempt() == 0;
    return waitsForItsTime ? JobStatus.SCHEDULED : JobStatus.QUEUED;
  }

  private Job enqueue(UploadForm form, @Nullable String realm, @Nullable String key)
      throws InterruptedException {
    EnqueueFields fields = EnqueueFields.of(form);
    String sha256 = form.document().stored().sha256();
    String queue = queueChoice.choose(fields.queue(), form.document());
    Optional<Job> before =
        fields.onDuplicate() == EnqueueFields.OnDuplicate.AGAIN
            ? Optional.empty()
            : jobs.finishedWithContent(realm, sha256);
    if (before.isPresent()) {
      return duplicate(fields.onDuplicate(), before.get());
    }
    return jobs.enqueue(
        new NewJob(
            Ids.next(),
            realm,
            queue,
            ProcessDocument.FUNCTION,
            payload(form),
            fields.maxAttempts() == null ? limits.maxAttempts() : fields.maxAttempts(),
            fields.runAt(),
            fields.batchId(),
            sha256,
            fields.options(),
            key,
            fields.password() == null ? null : secrets.encrypt(fields.password()),
            null,
            form.document().small()));
  }

  private static Job duplicate(EnqueueFields.OnDuplicate wish, Job before) {
    if (wish == EnqueueFields.OnDuplicate.REUSE) {
      return before;
    }
    throw new RequestException(
        409,
        "conflict",
        "This realm has processed the same document before, as job " + before.id() + ".",
        List.of());
  }

  private static ObjectNode payload(UploadForm form) {
    return Json.mapper()
        .createObjectNode()
        .put("filename", form.filename())
        .put("size_bytes", form.document().stored().sizeBytes())
        .put("sha256", form.document().stored().sha256());
  }

  private static @Nullable String name(ServerRequest request, HeaderName header) {
    String value =
        request.headers().first(header).map(HeaderText::decode).map(String::strip).orElse("");
    boolean tooLong = value.codePointCount(0, value.length()) > LONGEST_NAME;
    if (tooLong || value.codePoints().anyMatch(Character::isISOControl)) {
      throw RequestException.invalid(
          header.defaultCase(),
          "must be at most " + LONGEST_NAME + " characters, none of them a control character");
    }
    return value.isEmpty() ? null : value;
  }
}
