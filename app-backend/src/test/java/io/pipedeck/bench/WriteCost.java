package io.pipedeck.bench;

import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import io.pipedeck.job.Ids;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What the three changes of a job cost, a hundred jobs a statement: enqueue, claim with its row of
 * {@code job_attempts}, finish. Two databases take turns, so that what else the machine does meets
 * both.
 */
final class WriteCost {
  private static final int JOBS = 100;

  private WriteCost() {}

  /**
   * Microseconds a job by change, the median of all rounds, for each database.
   *
   * @param documents whether the jobs have the hash of a document
   */
  static List<Map<String, Double>> compare(
      List<Database> databases, int rounds, boolean documents) {
    List<Map<String, double[]>> times =
        databases.stream().<Map<String, double[]>>map(_ -> new TreeMap<>()).toList();
    for (int round = -rounds / 10; round < rounds; round++) {
      for (int at = 0; at < databases.size(); at++) {
        Database database = databases.get(at);
        UUID[] ids = Stream.generate(Ids::next).limit(JOBS).toArray(UUID[]::new);
        double enqueue = micros(database, tx -> enqueue(tx, ids, documents));
        double claim = micros(database, tx -> claim(tx, ids));
        double finish = micros(database, tx -> finish(tx, ids));
        if (round >= 0) {
          keep(times.get(at), "enqueue", round, rounds, enqueue);
          keep(times.get(at), "claim", round, rounds, claim);
          keep(times.get(at), "finish", round, rounds, finish);
          keep(times.get(at), "together", round, rounds, enqueue + claim + finish);
        }
      }
    }
    return times.stream().map(WriteCost::medians).toList();
  }

  private static void keep(
      Map<String, double[]> times, String change, int round, int rounds, double micros) {
    times.computeIfAbsent(change, _ -> new double[rounds])[round] = micros;
  }

  private static Map<String, Double> medians(Map<String, double[]> times) {
    Map<String, Double> medians = new TreeMap<>();
    times.forEach(
        (change, each) -> {
          Arrays.sort(each);
          medians.put(change, each[each.length / 2]);
        });
    return medians;
  }

  private interface Change {
    int in(Tx tx);
  }

  private static double micros(Database database, Change change) {
    long from = System.nanoTime();
    int rows = database.inTransaction(change::in);
    if (rows != JOBS) {
      throw new IllegalStateException(rows + " rows changed");
    }
    return (System.nanoTime() - from) / 1e3 / JOBS;
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
        documents,
        ids);
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
