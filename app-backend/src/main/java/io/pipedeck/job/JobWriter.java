package io.pipedeck.job;

import io.pipedeck.api.JobView.Progress;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.GroupCommit;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the transitions of jobs, merged with those of others at the same time ({@link
 * GroupCommit}): whoever waits for one waits for its commit. Safe for all threads; one for each
 * process.
 */
public final class JobWriter implements AutoCloseable {
  /** Whoever sends a job hears within two seconds what became of it. */
  private static final Duration ADDED_WITHIN = Duration.ofMillis(1_500);

  /** A worker that can't claim must notice that long before it is taken for dead. */
  private static final Duration CLAIMED_WITHIN = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(JobWriter.class);

  private final Database database;
  private final Database claiming;
  private final JobSpool spool;
  private final GroupCommit<NewJob, Optional<Job>> inserts;
  private final GroupCommit<Ending, Optional<Job>> endings;
  private final GroupCommit<JobProgress.Report, Optional<JobEvents.Change>> reports;

  /** A writer to a database, without a spool. */
  public JobWriter(Database database) {
    this(database, JobSpool.NONE);
  }

  /**
   * A writer to a database.
   *
   * @param spool keeps what can't be written while PostgreSQL is away
   */
  public JobWriter(Database database, JobSpool spool) {
    this.database = database;
    this.spool = spool;
    this.claiming = database.answering(CLAIMED_WITHIN);
    this.inserts =
        new GroupCommit<>(
            database.answering(ADDED_WITHIN), "inserts", NewJob::id, JobInserts::insert);
    this.endings =
        new GroupCommit<>(
            endings -> JobEndings.end(database, endings),
            "endings",
            ending -> ending.claim().job().id());
    this.reports =
        new GroupCommit<>(
            database, "progress", report -> report.claim().job().id(), JobProgress::write);
  }

  /**
   * Adds a job.
   *
   * @return the job, empty if its id is another one's
   */
  CompletableFuture<Optional<Job>> add(NewJob job) {
    return inserts.submit(job);
  }

  /**
   * Ends an attempt and waits for its commit.
   *
   * @return the job as it is then; empty if the claim had moved on and nothing was written
   * @throws DatabaseException as {@link GroupCommit#write}
   */
  public Optional<Job> end(Ending ending) {
    return endings.write(ending);
  }

  /** Keeps what can't be written while PostgreSQL is away. */
  public JobSpool spool() {
    return spool;
  }

  /** Writes how far an attempt is; empty if its claim had moved on. */
  public CompletableFuture<Optional<JobEvents.Change>> report(Claim claim, Progress progress) {
    return reports.submit(new JobProgress.Report(claim, progress));
  }

  /**
   * Takes jobs; committed when this returns, though perhaps not on the disk yet ({@link
   * ForgottenClaims}).
   *
   * @param workers the worker for each id, one that waits; others are left out of the answer
   */
  public List<Claim> claim(Map<UUID, String> workers, Duration lease) {
    List<JobClaims.Wish> wishes =
        workers.entrySet().stream()
            .map(wish -> new JobClaims.Wish(wish.getKey(), wish.getValue()))
            .toList();
    try {
      List<Claim> claims = claiming.inStatement(tx -> JobClaims.claimUnheld(tx, wishes, lease));
      if (claims.size() == wishes.size()) {
        return claims;
      }
      return Stream.concat(claims.stream(), ofTheRest(wishes, claims, lease).stream()).toList();
    } catch (DatabaseException e) {
      if (!e.lockNotAvailable()) {
        throw e;
      }
    }
    return claiming.inTransaction(tx -> JobClaims.claim(tx, wishes, lease));
  }

  private List<Claim> ofTheRest(List<JobClaims.Wish> wishes, List<Claim> claims, Duration lease) {
    Set<UUID> claimed =
        claims.stream().map(claim -> claim.job().id()).collect(Collectors.toUnmodifiableSet());
    List<JobClaims.Wish> rest =
        wishes.stream().filter(wish -> !claimed.contains(wish.id())).toList();
    try {
      return claiming.inTransaction(tx -> JobClaims.claimOfQuarantine(tx, rest, lease));
    } catch (DatabaseException e) {
      LOG.debug("Not looked into the quarantine", e); // What was claimed must be run.
      return List.of();
    }
  }

  /** Renews leases; gives the claims that still hold. */
  public Set<UUID> renew(Collection<Claim> claims, Duration lease) {
    return claiming.inTransaction(tx -> JobClaims.renew(tx, claims, lease));
  }

  /** Which of these claims still hold. */
  public Set<UUID> holding(Collection<Claim> claims) {
    return claiming.inTransaction(tx -> JobClaims.holding(tx, claims));
  }

  /** For what isn't merged. */
  <T> T inTransaction(java.util.function.Function<Tx, T> work) {
    return database.inTransaction(work);
  }

  /** Writes what was handed in, then ends. */
  @Override
  public void close() {
    inserts.close();
    endings.close();
    reports.close();
  }
}
