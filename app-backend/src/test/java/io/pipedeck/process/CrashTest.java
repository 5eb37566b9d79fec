package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.RealmView;
import io.pipedeck.api.Upload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left when the backend ends in the middle of its work. */
class CrashTest {
  private static final int JOBS = 200;
  private final Home home = Home.fresh();
  private BackendProcess backend = start("30s");

  /**
   * Leases are short, so that a dead worker's jobs come back while the test waits.
   *
   * @param drain how long running jobs may go on after a stop was asked for
   */
  private BackendProcess start(String drain) {
    return BackendProcess.command(home, "serve", "--bundled")
        .with("WORKER_DRAIN", drain)
        .with("WORKER_LEASE", "5s")
        .with("WORKER_LEASE_RENEWAL", "1s")
        .with("WORKER_RETRY_DELAYS", "0s,0s,0s,0s")
        .start();
  }

  @BeforeEach
  void awaitStart() throws InterruptedException {
    backend.awaitListening();
  }

  @AfterEach
  void end() {
    backend.close();
    home.close();
  }

  @Test
  void afterAKillAllJobsFinishAndNoneTwice() throws Exception {
    List<UUID> sent = send(JOBS);
    try (PipedeckClient client = backend.client()) {
      Await.value("some to finish", () -> counts(client), now -> now.finished() >= JOBS / 4);
    }
    backend.kill();

    backend = start("30s");
    try (PipedeckClient client = backend.client()) {
      Counts end =
          Await.value("all to end", () -> counts(client), now -> ended(now) == sent.size());

      assertThat(end).isEqualTo(new Counts(0, 0, 0, JOBS, 0, 0));
      assertThat(allIds(client)).hasSize(JOBS).isEqualTo(new HashSet<>(sent));
      int interrupted = 0;
      for (UUID id : sent) {
        List<JobView.Attempt> attempts = attempts(client, id);
        assertThat(attempts)
            .as("attempts of %s", id)
            .filteredOn(attempt -> attempt.outcome().equals("finished"))
            .hasSize(1);
        assertThat(attempts).extracting(JobView.Attempt::outcome).doesNotContain("running");
        interrupted += attempts.size() - 1;
      }
      assertThat(interrupted).as("jobs that were running when it died").isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "30s"})
  void aStopCostsNoAttemptWhetherOrNotRunningJobsMayEnd(String drain) throws Exception {
    backend.terminate();
    backend = start(drain).awaitListening();
    List<UUID> sent = send(60);
    try (PipedeckClient client = backend.client()) {
      Await.value("some to finish", () -> counts(client), now -> now.finished() >= 5);
    }

    int exit = backend.terminate();

    assertThat(exit).isEqualTo(143);
    assertThat(backend.said()).doesNotContain(" ERROR ");
    assertThat(home.folder().resolve("backend.json")).doesNotExist();
    backend = start("30s");
    try (PipedeckClient client = backend.client()) {
      Counts end = Await.value("all to end", () -> counts(client), now -> ended(now) == 60);
      assertThat(end.finished()).isEqualTo(60);
      int givenBack = 0;
      for (UUID id : sent) {
        List<JobView.Attempt> attempts = attempts(client, id);
        givenBack += attempts.size() - 1;
        assertThat(attempts)
            .as("attempts of %s", id)
            .filteredOn(attempt -> !attempt.outcome().equals("given_back"))
            .singleElement()
            .satisfies(attempt -> assertThat(attempt.outcome()).isEqualTo("finished"));
        assertThat(client.status(id).orElseThrow().attempt()).isEqualTo(1);
      }
      if (drain.equals("30s")) {
        assertThat(givenBack).as("jobs that were given back").isZero();
      }
    }
  }

  private List<UUID> send(int count) throws Exception {
    List<Path> files = Documents.small(home.parent(), count);
    try (PipedeckClient client = backend.client();
        var senders = Executors.newFixedThreadPool(8)) {
      var answers = new ArrayList<Future<UUID>>();
      for (Path file : files) {
        answers.add(
            senders.submit(
                () -> {
                  String name = file.getFileName().toString();
                  var upload = new Upload(file, name, "default", "crash", null);
                  return client.enqueue(upload, (_, _) -> {}).jobId();
                }));
      }
      var ids = new ArrayList<UUID>();
      for (Future<UUID> answer : answers) {
        ids.add(answer.get());
      }
      return ids;
    }
  }

  private static Counts counts(PipedeckClient client) throws InterruptedException {
    return client.realms().stream()
        .filter(realm -> "crash".equals(realm.realm()))
        .map(RealmView::counts)
        .findFirst()
        .orElse(Counts.NONE);
  }

  private static long ended(Counts counts) {
    return counts.finished() + counts.failed() + counts.canceled();
  }

  private static List<JobView.Attempt> attempts(PipedeckClient client, UUID id)
      throws InterruptedException {
    return Optional.ofNullable(client.status(id).orElseThrow().attempts()).orElseThrow();
  }

  private static Set<UUID> allIds(PipedeckClient client) throws InterruptedException {
    JobPage page = client.recent(new JobPage.Filters("crash", null, JobStatus.FINISHED), 500, null);
    var ids = new HashSet<UUID>();
    page.jobs().forEach(job -> ids.add(job.id()));
    return ids;
  }
}
