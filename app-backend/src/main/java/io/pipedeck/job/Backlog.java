package io.pipedeck.job;

import io.pipedeck.db.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The SQL over the jobs that wait: what comes next, realm by realm, for the feeder of the queues
 * and for workers that take from PostgreSQL directly. A realm is written {@code ""} for none.
 *
 * <p>Both begin behind the place where they were before, so that they don't read again and again
 * over the remains of what was taken since, which stay in the index while a long transaction of
 * somebody keeps them.
 */
public final class Backlog {
  /**
   * A realm's next jobs; places are given in the order of whose turn it is.
   *
   * @param runAt only jobs behind this time and id
   * @param most of this realm
   */
  public record Place(String realm, Instant runAt, UUID id, int most) {}

  /** The rows that a place leads to; jobs that were lost twice have a lane of their own. */
  private static final String OF_PLACE =
      """
      SELECT j.id, j.run_at FROM pipeline_jobs j
      WHERE j.queue = ? AND coalesce(j.realm, '') = p.realm AND j.runner = 'native' AND j.status = 'queued'
        AND (j.run_at, j.id) > (p.run_at, p.id) AND j.losses < 2
      ORDER BY j.run_at, j.id LIMIT p.most
      """;

  private static final String PLACES =
      """
      unnest(?::text[], ?::timestamptz[], ?::uuid[], ?::int[])
        WITH ORDINALITY AS p (realm, run_at, id, most, place)
      """;

  /** The queues with queued jobs, and whose realms those are, as the counters tell it. */
  public Map<String, SortedSet<String>> waiting(Tx tx) {
    Map<String, SortedSet<String>> waiting = new TreeMap<>();
    tx.query(
        """
        SELECT queue, coalesce(realm, '') AS realm
        FROM (SELECT realm, queue, jobs FROM job_counters WHERE status = 'queued'
              UNION ALL
              SELECT realm, queue, jobs FROM job_counter_deltas WHERE status = 'queued') AS counted
        GROUP BY 1, 2 HAVING sum(jobs) > 0
        """,
        row ->
            waiting
                .computeIfAbsent(row.requiredText("queue"), _ -> new TreeSet<>())
                .add(row.requiredText("realm")));
    return waiting;
  }

  /**
   * The next jobs of a queue; the first of each realm, then the second of each, and so on, those
   * with more turns more densely.
   */
  public List<Job> next(Tx tx, String queue, List<Place> places, int most) {
    return tx.query(
        """
        WITH next AS MATERIALIZED (
          SELECT d.id, p.place,
              (row_number() OVER (PARTITION BY p.place ORDER BY d.run_at, d.id) - 1)::float8 / p.most AS turn FROM
        """
            + PLACES
            + " CROSS JOIN LATERAL ("
            + OF_PLACE
            + """
            ) d ORDER BY turn, p.place LIMIT ?)
            SELECT
            """
            + JobRows.COLUMNS
            + " FROM pipeline_jobs j JOIN next n ON j.id = n.id ORDER BY n.turn, n.place",
        JobRows::job,
        realms(places),
        runAts(places),
        ids(places),
        mosts(places),
        queue,
        most);
  }

  /**
   * Takes the next jobs of a queue for these workers, one for each; rows held by others are
   * skipped, not waited for.
   */
  public List<Claim> claimNext(
      Tx tx, String queue, List<Place> places, List<String> workers, Duration lease) {
    List<UUID> ids =
        tx.query(
            "SELECT d.id FROM "
                + PLACES
                + " CROSS JOIN LATERAL ("
                + OF_PLACE
                + " FOR UPDATE SKIP LOCKED) d ORDER BY p.place LIMIT ?",
            row -> row.requiredUuid("id"),
            realms(places),
            runAts(places),
            ids(places),
            mosts(places),
            queue,
            workers.size());
    List<JobClaims.Wish> wishes = new java.util.ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      wishes.add(new JobClaims.Wish(ids.get(i), workers.get(i)));
    }
    return wishes.isEmpty() ? List.of() : JobClaims.claim(tx, wishes, lease);
  }

  /**
   * What there is to do for the leader.
   *
   * @param due whether the time of a scheduled job has come
   * @param counted whether there are counts to fold
   * @param quarantined whether a job waits that its workers did not survive twice
   */
  public record Chores(boolean due, boolean counted, boolean quarantined) {}

  /**
   * What there is to do, in one statement: it is asked each second, and mostly there is nothing.
   */
  public Chores chores(Tx tx) {
    return tx.query(
            """
            SELECT
              EXISTS (SELECT FROM pipeline_jobs
                WHERE runner = 'native' AND status = 'scheduled' AND run_at <= now()) AS due,
              EXISTS (SELECT FROM job_counter_deltas) AS counted,
              EXISTS (SELECT FROM pipeline_jobs
                WHERE runner = 'native' AND losses >= 2 AND status = 'queued' AND status IN ('queued', 'running'))
                AS quarantined
            """,
            row ->
                new Chores(
                    row.requiredBoolean("due"),
                    row.requiredBoolean("counted"),
                    row.requiredBoolean("quarantined")))
        .getFirst();
  }

  /**
   * The oldest job of the queue that its workers did not survive twice, if none of these runs or
   * stands on a queue now.
   */
  public List<Job> nextOfQuarantine(Tx tx, Collection<UUID> onQueues) {
    return tx.query(
        "SELECT "
            + JobRows.COLUMNS
            + """
             FROM pipeline_jobs j
            WHERE j.runner = 'native' AND j.losses >= 2 AND j.status = 'queued'
              AND j.status IN ('queued', 'running')
              AND NOT EXISTS (
                SELECT FROM pipeline_jobs r
                WHERE r.runner = 'native' AND r.losses >= 2 AND r.status IN ('queued', 'running')
                  AND (r.status = 'running' OR r.id = ANY (?)))
            ORDER BY j.run_at, j.id LIMIT 1
            """,
        JobRows::job,
        (Object) onQueues.toArray(UUID[]::new));
  }

  /** How many jobs of each of these realms run. */
  public Map<String, Integer> running(Tx tx, Collection<String> realms) {
    Map<String, Integer> running = new HashMap<>();
    tx.query(
        """
        SELECT coalesce(realm, '') AS realm, count(*) AS n FROM pipeline_jobs
        WHERE runner = 'native' AND status = 'running' AND coalesce(realm, '') = ANY (?) GROUP BY 1
        """,
        row -> running.put(row.requiredText("realm"), Math.toIntExact(row.requiredLong("n"))),
        (Object) realms.toArray(String[]::new));
    return running;
  }

  /** Those of these jobs that are queued, in the order in which they should start. */
  public List<Job> stillQueued(Tx tx, Collection<UUID> ids) {
    return tx.query(
        "SELECT "
            + JobRows.COLUMNS
            + """
             FROM pipeline_jobs j
            WHERE j.id = ANY (?) AND j.runner = 'native' AND j.status = 'queued'
            ORDER BY j.run_at, j.id
            """,
        JobRows::job,
        (Object) ids.toArray(UUID[]::new));
  }

  /** How many of a job's realm are before it on its queue, counted to {@code limit} at most. */
  static int before(Tx tx, Job job, int limit) {
    return tx.query(
            """
            SELECT count(*) AS n FROM (
              SELECT FROM pipeline_jobs
              WHERE queue = ? AND coalesce(realm, '') = ? AND runner = 'native' AND status = 'queued'
                AND (run_at, id) < (?, ?) LIMIT ?) AS earlier
            """,
            row -> Math.toIntExact(row.requiredLong("n")),
            job.queue(),
            job.realm() == null ? "" : job.realm(),
            job.runAt(),
            job.id(),
            limit)
        .getFirst();
  }

  private static String[] realms(List<Place> places) {
    return places.stream().map(Place::realm).toArray(String[]::new);
  }

  private static Instant[] runAts(List<Place> places) {
    return places.stream().map(Place::runAt).toArray(Instant[]::new);
  }

  private static UUID[] ids(List<Place> places) {
    return places.stream().map(Place::id).toArray(UUID[]::new);
  }

  private static Integer[] mosts(List<Place> places) {
    return places.stream().map(Place::most).toArray(Integer[]::new);
  }
}
