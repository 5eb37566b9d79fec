package io.pipedeck.job;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.MigratedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRulesTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final RetryPolicy POLICY =
      new RetryPolicy(List.of(Duration.ofSeconds(10), Duration.ofSeconds(30)));

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "internal_error, 1, 4, 10",
        "internal_error, 2, 4, 30",
        "internal_error, 3, 4, 30",
        "internal_error, 4, 4, -",
        "embedding_unavailable, 1, 2, 10",
        "worker_lost, 2, 2, -",
        "timeout, 1, 4, 10",
        "timeout, 2, 4, -",
        "timeout, 1, 1, -",
        "out_of_memory, 1, 4, 10",
        "out_of_memory, 2, 4, -",
        "no_text, 1, 4, -",
        "unknown_function, 1, 4, -",
        "document_missing, 1, 4, -"
      })
  void theNextAttemptDependsOnCodeAndCount(
      String code, int attempt, int maxAttempts, Integer pauseSeconds) {
    var job = attemptOf(attempt, maxAttempts);

    Optional<Duration> pause = POLICY.pauseAfter(job, ErrorCode.find(code).orElseThrow());

    assertThat(pause).isEqualTo(Optional.ofNullable(pauseSeconds).map(Duration::ofSeconds));
  }

  @Test
  void withoutPausesTheNextAttemptComesAtOnce() {
    assertThat(new RetryPolicy(List.of()).pauseAfter(attemptOf(1, 2), ErrorCode.INTERNAL_ERROR))
        .contains(Duration.ZERO);
  }

  private static Job attemptOf(int attempt, int maxAttempts) {
    return new Job(
        UUID.randomUUID(),
        null,
        null,
        "default",
        JobStatus.RUNNING,
        true,
        "f",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        1,
        attempt,
        maxAttempts,
        null,
        null,
        Instant.EPOCH,
        null,
        null,
        null,
        null,
        null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Default", "a b", "a:b", "a,b", "ü", "a_b"})
  void queueNamesThatOtherProgramsCanNotReadAreRefused(String name) {
    assertThatThrownBy(() -> aJob().on(name).build()).isInstanceOf(IllegalArgumentException.class);
    assertThat(NewJob.isQueueName(name)).isFalse();
  }

  @Test
  void jobsThatCanNotBeAreRefused() {
    List.of(
            aJob().attempts(0),
            aJob().attempts(101),
            aJob().running(" "),
            aJob().with(TextNode.valueOf("x")),
            aJob().ofContent("abc"),
            aJob().ofContent("A".repeat(64)),
            aJob().notBefore(Instant.MAX),
            aJob().on("a".repeat(65)))
        .forEach(
            builder ->
                assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class));
    assertThat(aJob().on("a-1").attempts(100).build().maxAttempts()).isEqualTo(100);
  }

  /** Every status in a row with what it needs and, in turn, with what it must not have. */
  @ParameterizedTest
  @EnumSource
  void theSchemaHoldsWhatAStatusMeans(JobStatus status) {
    String claim = "gen_random_uuid(), 'w', now()";
    boolean running = status == JobStatus.RUNNING;

    insert(status, running ? claim : "NULL, NULL, NULL", status.isFinal() ? "now()" : "NULL");

    assertThatThrownBy(
            () ->
                insert(
                    status,
                    running ? "NULL, NULL, NULL" : claim,
                    status.isFinal() ? "now()" : "NULL"))
        .hasMessageContaining("pipeline_jobs_claim_while_running");
    assertThatThrownBy(
            () ->
                insert(
                    status,
                    running ? claim : "NULL, NULL, NULL",
                    status.isFinal() ? "NULL" : "now()"))
        .hasMessageContaining("pipeline_jobs_end_when_final");
  }

  @Test
  void theSchemaKnowsTheSameStatusesAsTheProgram() {
    String constraint =
        DB.text(
            """
            SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint
            WHERE conname = 'pipeline_jobs_status_known'
            """);
    List<String> names = new ArrayList<>();
    Pattern.compile("'([a-z]+)'")
        .matcher(constraint)
        .results()
        .forEach(found -> names.add(found.group(1)));
    names.remove("foreign");

    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            List.of(JobStatus.values()).stream().map(JobStatus::wireName).toList());
  }

  @Test
  void aFinalJobKeepsNoSecret() {
    Job job = aJob().withSecret("sealed").in(DB);

    assertThatThrownBy(
            () ->
                DB.pool()
                    .run(
                        tx ->
                            tx.update(
                                "UPDATE pipeline_jobs SET status = 'canceled', finished_at = now() WHERE id = ?",
                                job.id())))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("pipeline_jobs_no_secret_when_final");
  }

  private static void insert(JobStatus status, String claim, String finished) {
    DB.pool()
        .run(
            tx ->
                tx.update(
                    """
                    INSERT INTO pipeline_jobs (runner, function, status, claim_id, worker, lease_until, finished_at)
                    VALUES ('native', 'f', ?, %s, %s)
                    """
                        .formatted(claim, finished),
                    status.wireName()));
  }
}
