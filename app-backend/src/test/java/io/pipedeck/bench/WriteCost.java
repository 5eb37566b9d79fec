package io.pipedeck.bench;

import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import io.pipedeck.job.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What the three changes of a job cost, a hundred jobs a statement: enqueue, claim with its row of
 * {@code job_attempts}, finish. Two databases take turns, so that what else the machine does meets
 * both.
 */
final class WriteCost {
  private static final int JOBS = 100;

  /** Of one change, in microseconds a job: by the clock, and of the server's processor. */
  record Cost(double wall, double processor) {}

  /**
   * The median cost of each change over all rounds, for each database.
   *
   * @param databases pools with one connection each
   * @param documents whether the jobs have the hash of a document
   */
  static List<Map<String, Cost>> compare(List<Database> databases, int rounds, boolean documents) {
    List<WriteCost> all = databases.stream().map(WriteCost::new).toList();
    for (int round = -rounds / 10; round < rounds; round++) {
      for (WriteCost one : all) {
        one.round(documents, round >= 0);
      }
    }
    return all.stream().map(WriteCost::medians).toList();
  }

  private final Database database;
  private final ServerTime server;
  private final Map<String, List<Cost>> costs = new TreeMap<>();

  private WriteCost(Database database) {
    this.database = database;
    this.server = ServerTime.of(database);
  }

  private void round(boolean documents, boolean counts) {
    UUID[] ids = Stream.generate(Ids::next).limit(JOBS).toArray(UUID[]::new);
    Cost enqueue = cost(tx -> enqueue(tx, ids, documents));
    Cost claim = cost(tx -> claim(tx, ids));
    Cost finish = cost(tx -> finish(tx, ids));
    if (counts) {
      keep("enqueue", enqueue);
      keep("claim", claim);
      keep("finish", finish);
      keep("enqueue + claim", plus(enqueue, claim));
      keep("together", plus(plus(enqueue, claim), finish));
    }
  }

  private static Cost plus(Cost one, Cost other) {
    return new Cost(one.wall() + other.wall(), one.processor() + other.processor());
  }

  private void keep(String change, Cost cost) {
    costs.computeIfAbsent(change, _ -> new ArrayList<>()).add(cost);
  }

  private Map<String, Cost> medians() {
    Map<String, Cost> medians = new TreeMap<>();
    costs.forEach(
        (change, each) ->
            medians.put(change, new Cost(median(each, Cost::wall), median(each, Cost::processor))));
    return medians;
  }

  private static double median(List<Cost> costs, ToDoubleFunction<Cost> of) {
    double[] sorted = costs.stream().mapToDouble(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private interface Change {
    int in(Tx tx);
  }

  private Cost cost(Change change) {
    long worked = server.nanos();
    long from = System.nanoTime();
    int rows = database.inTransaction(change::in);
    double wall = (System.nanoTime() - from) / 1e3 / JOBS;
    if (rows != JOBS) {
      throw new IllegalStateException(rows + " rows changed");
    }
    return new Cost(wall, (server.nanos() - worked) / 1e3 / JOBS);
  }

  private static int enqueue(Tx tx, UUID[] ids, boolean documents) {
    return tx.update(
        """
        INSERT INTO pipeline_jobs (id, rq_job_id, realm, queue, status, payload, runner, function, max_attempts, run_at,
            sha256, rev)
        SELECT id, id::text, 'realm-' || lpad((1 + floor(200 * power(random(), 3)))::int::text, 3, '0'),
            (ARRAY['default', 'default', 'urgent', 'slow'])[1 + n % 4], 'queued',
            jsonb_build_object('filename', 'report ' || n || '.pdf', 'size_bytes', n), 'native', 'test', 4, now(),
            CASE WHEN ? THEN md5(id::text) || md5(n::text) END, 1
        FROM unnest(?::uuid[]) WITH ORDINALITY AS v (id, n)
        """,
        documents, ids);
  }

  private static int claim(Tx tx, UUID[] ids) {
    return tx.update(
        """
        WITH due AS MATERIALIZED (
          SELECT id FROM pipeline_jobs WHERE id = ANY(?) AND runner = 'native' AND status = 'queued'
          ORDER BY id FOR UPDATE SKIP LOCKED),
        claimed AS (
          UPDATE pipeline_jobs j SET status = 'running', claim_id = gen_random_uuid(), worker = 'host.123.abcdef',
              attempt = j.attempt + 1, lease_until = now() + interval '30 s', started_at = now(), rev = j.rev + 1
          FROM due WHERE j.id = due.id RETURNING j.claim_id, j.id, j.attempt, j.worker)
        INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at)
        SELECT claim_id, id, attempt, worker, now() FROM claimed
        """,
        (Object) ids);
  }

  private static int finish(Tx tx, UUID[] ids) {
    return tx.update(
        """
        UPDATE pipeline_jobs SET status = 'finished', finished_at = now(), claim_id = NULL, worker = NULL,
            lease_until = NULL, rev = rev + 1,
            result = jsonb_build_object('chunks', 12, 'summary', repeat('A sentence of a summary. ', 12))
        WHERE id = ANY(?) AND status = 'running'
        """,
        (Object) ids);
  }
}
