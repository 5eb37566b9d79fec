package io.pipedeck.app;

import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Json;
import io.pipedeck.config.Config;
import io.pipedeck.job.Ids;
import io.pipedeck.job.NewJob;
import io.pipedeck.worker.JobContext;
import io.pipedeck.worker.TrackPipelineJob;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A program that sends mails as tracked jobs; {@code docs/embedding.md} quotes it. */
final class MailProgram implements AutoCloseable {
  // begin
  private final Pipedeck deck;

  MailProgram(Config config) {
    deck = Pipedeck.of(config).register("mail.send", this::send).registerAll(this).start();
    deck.execute("CREATE TABLE IF NOT EXISTS mails (job_id uuid PRIMARY KEY, recipient text)");
  }

  /** What a job runs; it may run again after a crash, so what it does must be repeatable. */
  private Map<String, Object> send(JobContext context) {
    String to = context.job().payloadText("to");
    context.progress("send", 50, "to " + to);
    int sent =
        deck.execute(
            "INSERT INTO mails (job_id, recipient) VALUES (?, ?) ON CONFLICT DO NOTHING",
            context.job().id(),
            to);
    return Map.of("sent", sent);
  }

  /** The same by an annotation. */
  @TrackPipelineJob("mail.count")
  long count(JobContext context) {
    return deck.fetchOne("SELECT count(*) AS n FROM mails", row -> row.requiredLong("n"))
        .orElseThrow();
  }

  JobView enqueue(String recipient) {
    return deck.enqueue(job("mail.send", recipient));
  }

  List<UUID> enqueueAll(List<String> recipients) {
    return deck.enqueueAll(recipients.stream().map(to -> job("mail.send", to)).toList());
  }

  private static NewJob job(String function, String recipient) {
    var payload = Json.mapper().createObjectNode().put("to", recipient);
    return new NewJob(
        Ids.next(),
        "acme",
        "default",
        function,
        payload,
        4,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  JobStatus statusOf(UUID id) {
    return deck.getJobStatus(id).orElseThrow().status();
  }

  List<JobView> failedLately() {
    return deck.getRecentJobs(20, "acme", null, JobStatus.FAILED);
  }

  List<String> recipients(String like) {
    return deck.fetchAll(
        "SELECT recipient FROM mails WHERE recipient LIKE ? ORDER BY recipient",
        row -> row.requiredText("recipient"),
        like);
  }

  // end

  Pipedeck deck() {
    return deck;
  }

  JobView counted() {
    return deck.enqueue(job("mail.count", "nobody"));
  }

  @Override
  public void close() {
    deck.close();
  }
}
