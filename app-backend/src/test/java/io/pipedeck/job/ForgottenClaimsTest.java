package io.pipedeck.job;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.TextNode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Claims that the server has forgotten in a crash: the rows are put back as they were before. */
class ForgottenClaimsTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private final JobStore store = new JobStore();
  private Job job;
  private Claim claim;

  @BeforeEach
  void claimAndForget() {
    job = aJob().withSecret("sealed").in(DB);
    try (var writer = new JobWriter(DB.pool())) {
      claim = writer.claim(Map.of(job.id(), "w-1"), LEASE).getFirst();
    }
    DB.foreign(
        """
        UPDATE pipeline_jobs SET status = 'queued', claim_id = NULL, worker = NULL, lease_until = NULL,
            started_at = NULL, attempt = attempt - 1, rev = rev - 1
        """);
    assertThat(stored().rev()).isEqualTo(job.rev());
  }

  @Test
  void anAttemptEndsUnderAClaimThatWasForgotten() {
    Job finished = in(tx -> store.finish(tx, claim, TextNode.valueOf("done"))).orElseThrow();

    assertThat(finished.status()).isEqualTo(JobStatus.FINISHED);
    assertThat(finished.attempt()).isEqualTo(1);
    assertThat(finished.rev()).isEqualTo(claim.job().rev() + 1);
    assertThat(finished.startedAt()).isEqualTo(claim.job().startedAt());
    assertThat(list(tx -> new JobLists().attempts(tx, job.id())))
        .extracting(Attempt::attempt, Attempt::outcome)
        .containsExactly(tuple(1, "finished"));
  }

  @Test
  void aSignOfLifeTakesItAgain() {
    assertThat(set(tx -> JobClaims.holding(tx, List.of(claim)))).containsExactly(claim.claimId());

    assertThat(stored()).isEqualTo(claim.job());
    assertThat(set(tx -> JobClaims.renew(tx, List.of(claim), LEASE)))
        .containsExactly(claim.claimId());
  }

  @Test
  void aRenewalTakesItAgain() {
    assertThat(set(tx -> JobClaims.renew(tx, List.of(claim), LEASE)))
        .containsExactly(claim.claimId());

    assertThat(stored()).isEqualTo(claim.job());
  }

  @Test
  void whatIsReadAndWrittenUnderItHolds() {
    assertThat(maybe(tx -> store.secret(tx, claim))).contains("sealed");
    assertThat(yes(tx -> store.lockClaim(tx, claim))).isTrue();
    assertThat(stored()).isEqualTo(claim.job());
  }

  @Test
  void itHasMovedOnIfAnotherWorkerHasTheJob() {
    Claim other = in(tx -> store.claim(tx, List.of(job.id()), "w-2", LEASE)).getFirst();

    assertThat(maybe(tx -> store.finish(tx, claim, null))).isEmpty();
    assertThat(set(tx -> JobClaims.renew(tx, List.of(claim, other), LEASE)))
        .containsExactly(other.claimId());
    assertThat(stored()).isEqualTo(other.job());
  }

  @Test
  void itHasMovedOnIfAnotherWorkerGaveTheJobBack() {
    Claim other = in(tx -> store.claim(tx, List.of(job.id()), "w-2", LEASE)).getFirst();
    in(tx -> store.giveBack(tx, other));
    Job before = stored();

    assertThat(maybe(tx -> store.finish(tx, claim, null))).isEmpty();
    assertThat(set(tx -> JobClaims.holding(tx, List.of(claim)))).isEmpty();
    assertThat(maybe(tx -> store.secret(tx, claim))).isEmpty();
    assertThat(yes(tx -> store.lockClaim(tx, claim))).isFalse();
    assertThat(stored()).isEqualTo(before);
  }

  @Test
  void itHasMovedOnIfTheJobWasCanceled() {
    in(tx -> store.cancel(tx, job.id(), JobStatus.QUEUED));

    assertThat(maybe(tx -> store.finish(tx, claim, null))).isEmpty();
    assertThat(stored().status()).isEqualTo(JobStatus.CANCELED);
  }

  private Job stored() {
    return in(tx -> store.find(tx, job.id())).orElseThrow();
  }

  private static <T> List<T> list(Function<Tx, List<T>> work) {
    return in(work);
  }

  private static <T> Set<T> set(Function<Tx, Set<T>> work) {
    return in(work);
  }

  private static <T> Optional<T> maybe(Function<Tx, Optional<T>> work) {
    return in(work);
  }

  private static boolean yes(Function<Tx, Boolean> work) {
    return in(work);
  }

  private static <T> T in(Function<Tx, T> work) {
    return DB.pool().inTransaction(work);
  }
}
