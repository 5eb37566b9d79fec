package io.pipedeck.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.JobPage;
import io.pipedeck.job.Cursor;
import io.pipedeck.job.JobNotFoundException;
import io.pipedeck.job.JobService;
import io.pipedeck.job.JobViews;
import io.pipedeck.security.Secrets;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The calls about jobs that exist. */
final class JobRoutes {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 500;

  private final JobService jobs;
  private final Secrets secrets;

  JobRoutes(JobService jobs, Secrets secrets) {
    this.jobs = jobs;
    this.secrets = secrets;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/pipeline/status/{id}", this::status),
        Route.get("/pipeline/jobs/recent", this::recent),
        Route.post("/pipeline/cancel/{id}", this::cancel),
        Route.post("/pipeline/jobs/{id}/retry", this::retry),
        Route.delete("/pipeline/jobs/{id}", this::delete),
        Route.get("/pipeline/queues", this::queues),
        Route.get("/pipeline/realms", this::realms));
  }

  private void status(ServerRequest request, ServerResponse response) {
    UUID id = Parameters.jobId(request);
    Answers.json(request, response, jobs.view(id).orElseThrow(() -> new JobNotFoundException(id)));
  }

  private void recent(ServerRequest request, ServerResponse response) {
    var filters =
        new JobPage.Filters(
            Parameters.query(request, "realm"),
            Parameters.query(request, "queue"),
            Parameters.status(request));
    int limit = Parameters.number(request, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    String before = Parameters.query(request, "before");
    Cursor cursor =
        before == null
            ? null
            : Cursor.parse(before)
                .orElseThrow(() -> RequestException.invalid("before", "is no cursor of a list"));
    Answers.json(request, response, jobs.recent(filters, limit, cursor));
  }

  private void cancel(ServerRequest request, ServerResponse response) {
    var job = jobs.cancel(Parameters.jobId(request), Parameters.status(request));
    Answers.json(request, response, JobViews.view(job, null, null));
  }

  private void retry(ServerRequest request, ServerResponse response) throws IOException {
    UUID id = Parameters.jobId(request);
    String password = FormFields.password(FormFields.of(request).get(FormFields.PASSWORD));
    String secret = password == null ? null : secrets.encrypt(password);
    var job = jobs.retry(id, Parameters.status(request), secret);
    Answers.json(request, response, JobViews.view(job, null, null));
  }

  private void delete(ServerRequest request, ServerResponse response) {
    var job = jobs.delete(Parameters.jobId(request), Parameters.status(request));
    Answers.json(request, response, JobViews.view(job, null, null));
  }

  private void queues(ServerRequest request, ServerResponse response) {
    Answers.json(request, response, Map.of("queues", jobs.queues()));
  }

  private void realms(ServerRequest request, ServerResponse response) {
    Answers.json(request, response, Map.of("realms", jobs.realms()));
  }
}
