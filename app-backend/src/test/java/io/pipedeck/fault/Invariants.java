package io.pipedeck.fault;

import io.pipedeck.stand.Sql;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What must hold when all is quiet again, asked in SQL. */
final class Invariants {
  private static final String FINAL = "('finished', 'failed', 'canceled')";

  private final Sql sql;

  /** Begins: notes what is owed. */
  Invariants(Sql sql, Answers answers, int rounds) throws SQLException {
    this.sql = sql;
    sql.run("CREATE TABLE fault_owed (id uuid PRIMARY KEY, round int NOT NULL)");
    for (int round = 0; round <= rounds; round++) {
      Set<UUID> ids = answers.owed(round);
      sql.run(
          "INSERT INTO fault_owed SELECT id, ? FROM unnest(?::uuid[]) AS id",
          round,
          ids.toArray(UUID[]::new));
    }
    sql.run("ANALYZE fault_owed");
    sql.run("ANALYZE fault_seen");
  }

  /** Accepted jobs that are not there, or have no end, by round. */
  Map<Integer, Integer> lost() throws SQLException {
    return byRound(
        """
        SELECT o.round, count(*) FROM fault_owed o LEFT JOIN pipeline_jobs j ON j.id = o.id
        WHERE j.id IS NULL OR j.status NOT IN
        """
            + FINAL
            + " GROUP BY o.round");
  }

  /** Accepted jobs that ended more than once, by the witness or by their attempts, by round. */
  Map<Integer, Integer> doubled() throws SQLException {
    return byRound(
        "SELECT o.round, count(*) FROM fault_owed o JOIN ("
            + "SELECT job_id FROM fault_seen WHERE status IN "
            + FINAL
            + " GROUP BY job_id HAVING count(*) > 1 UNION"
            + " SELECT job_id FROM job_attempts WHERE outcome = 'finished' GROUP BY job_id HAVING count(*) > 1) d"
            + " ON d.job_id = o.id GROUP BY o.round");
  }

  private Map<Integer, Integer> byRound(String query) throws SQLException {
    Map<Integer, Integer> counts = new LinkedHashMap<>();
    sql.rows(query, row -> counts.put(row.getInt(1), row.getInt(2)));
    return counts;
  }

  /** Everything else that must be zero, by what it is. */
  Map<String, Long> violations() throws SQLException {
    Map<String, Long> all = new LinkedHashMap<>();
    all.put("accepted jobs that did not finish well", number(failed()));
    all.put("jobs nobody was told of that have no end", number(endless()));
    all.put("jobs nobody was told of that ended twice", number(doubledOthers()));
    all.put("jobs whose attempts are not contiguous from 1", number(gaps()));
    all.put("final jobs with an attempt still running", number(running()));
    all.put("finished jobs without exactly one finishing attempt, the last", number(endings()));
    all.put("counters that differ from counts", number(counters()));
    all.put("documents that differ from their hash", number(documents()));
    all.put("accepted jobs without their document", number(missing()));
    return all;
  }

  private long number(String query) throws SQLException {
    return sql.number(query);
  }

  private static String failed() {
    return "SELECT count(*) FROM fault_owed o JOIN pipeline_jobs j USING (id) WHERE j.status IN ('failed', 'canceled')";
  }

  private static String endless() {
    return "SELECT count(*) FROM pipeline_jobs j WHERE j.status NOT IN "
        + FINAL
        + " AND NOT EXISTS (SELECT FROM fault_owed o WHERE o.id = j.id)";
  }

  private static String doubledOthers() {
    return "SELECT count(*) FROM (SELECT job_id FROM fault_seen s WHERE status IN "
        + FINAL
        + " AND NOT EXISTS (SELECT FROM fault_owed o WHERE o.id = s.job_id) GROUP BY job_id HAVING count(*) > 1) d";
  }

  /** Attempts that were given back don't count; those after them have the same number. */
  private static String gaps() {
    return """
    SELECT count(*) FROM (
      SELECT job_id FROM job_attempts WHERE outcome NOT IN ('given_back', 'duplicate_run')
      GROUP BY job_id
      HAVING min(attempt) <> 1 OR max(attempt) <> count(*) OR count(DISTINCT attempt) <> count(*)) g
    """;
  }

  private static String running() {
    return "SELECT count(*) FROM job_attempts a JOIN pipeline_jobs j ON j.id = a.job_id WHERE a.outcome = 'running' AND j.status IN "
        + FINAL;
  }

  private static String endings() {
    return """
    SELECT count(*) FROM pipeline_jobs j
    WHERE j.status = 'finished'
      AND 1 <> (SELECT count(*) FROM job_attempts a
                WHERE a.job_id = j.id AND a.outcome = 'finished' AND a.attempt = j.attempt)
    """;
  }

  private static String counters() {
    return """
    WITH said AS (
      SELECT realm, queue, status, sum(jobs) AS jobs FROM (
        SELECT realm, queue, status, jobs FROM job_counters
        UNION ALL SELECT realm, queue, status, jobs FROM job_counter_deltas) c
      GROUP BY realm, queue, status HAVING sum(jobs) <> 0),
    counted AS (SELECT realm, queue, status, count(*) AS jobs FROM pipeline_jobs GROUP BY realm, queue, status)
    SELECT count(*) FROM (
      (SELECT * FROM said EXCEPT SELECT * FROM counted)
      UNION ALL (SELECT * FROM counted EXCEPT SELECT * FROM said)) different
    """;
  }

  private static String documents() {
    return """
    SELECT (SELECT count(*) FROM small_documents WHERE sha256 <> encode(sha256(bytes), 'hex')) + count(*)
    FROM documents d
    WHERE d.sha256 <> (
      SELECT encode(sha256(coalesce(string_agg(p.bytes, ''::bytea ORDER BY p.part), ''::bytea)), 'hex')
      FROM document_parts p WHERE p.sha256 = d.sha256)
    """;
  }

  private static String missing() {
    return """
    SELECT count(*) FROM fault_owed o JOIN pipeline_jobs j USING (id)
    WHERE NOT EXISTS (SELECT FROM small_documents d WHERE d.sha256 = j.sha256)
      AND NOT EXISTS (SELECT FROM documents d WHERE d.sha256 = j.sha256)
    """;
  }

  /** Some of the jobs that were lost, with what is known of them. */
  List<String> examples() throws SQLException {
    return sql.rows(
        """
        SELECT concat_ws(' ', o.id, 'round', o.round, coalesce(j.status, 'MISSING'), 'attempt', j.attempt, j.worker,
            'lease', j.lease_until, 'run_at', j.run_at, j.error)
        FROM fault_owed o LEFT JOIN pipeline_jobs j ON j.id = o.id
        WHERE j.id IS NULL OR j.status NOT IN ('finished')
        LIMIT 10
        """,
        row -> row.getString(1));
  }
}
