package io.pipedeck.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What the feed costs those who write: batched statements with the feed off and on, in turn, so
 * that whatever else the machine does meets both. Prints the ratio that {@code docs/mirror.md}
 * tells.
 */
class FeedCostTest {
  private static final int PAIRS = 40;
  private static final int JOBS_A_BATCH = 500;

  /** The three changes of a job's life, a hundred jobs a statement. */
  private static final List<String> LIFE =
      List.of(
          """
          INSERT INTO pipeline_jobs (id, realm, status, payload, runner, function, rev)
          SELECT ('%1$s' || lpad(to_hex(n), 12, '0'))::uuid, 'r', 'queued', '{"filename": "a.txt"}', 'native', 'f', 1
          FROM generate_series(1, %2$d) n
          """,
          """
          UPDATE pipeline_jobs SET status = 'running', claim_id = id, worker = 'w', attempt = 1, rev = rev + 1,
              lease_until = now(), started_at = now()
          WHERE id >= '%1$s000000000000' AND id <= '%1$sffffffffffff' AND %2$d > 0
          """,
          """
          UPDATE pipeline_jobs SET status = 'finished', claim_id = NULL, worker = NULL, lease_until = NULL,
              finished_at = now(), result = '{"chunks": 3, "summary": "short"}', rev = rev + 1
          WHERE id >= '%1$s000000000000' AND id <= '%1$sffffffffffff' AND %2$d > 0
          """);

  @Test
  void theFeedCostsWritersLittle() throws Exception {
    List<Long> off = new ArrayList<>();
    List<Long> on = new ArrayList<>();
    try (var rig = new MirrorRig();
        Connection connection = rig.primary.connect()) {
      write(connection, 0);
      for (int pair = 1; pair <= PAIRS; pair++) {
        assertThat(rig.feedSwitch.turnOff()).isTrue();
        off.add(write(connection, 2 * pair));
        assertThat(rig.feedSwitch.turnOn()).isPresent();
        on.add(write(connection, 2 * pair + 1));
      }
      assertThat(MirrorRig.number(rig.primary, "SELECT count(*) FROM job_change"))
          .isEqualTo(3 * JOBS_A_BATCH);
    }
    double speed = (double) quick(off) / quick(on);
    System.out.printf(
        Locale.ROOT,
        "Writers with the feed on have %.2f of their speed: %.1f ms for the three changes of %d jobs, %.1f ms without%n",
        speed,
        quick(on) / 1e6,
        JOBS_A_BATCH,
        quick(off) / 1e6);
    assertThat(speed).isGreaterThan(0.6);
  }

  /** How long a batch's three changes take, in nanoseconds. */
  private static long write(Connection connection, int batch) throws SQLException {
    String prefix = String.format(Locale.ROOT, "%08x-0000-7000-8000-", batch);
    long began = System.nanoTime();
    for (String change : LIFE) {
      try (PreparedStatement statement =
          connection.prepareStatement(change.formatted(prefix, JOBS_A_BATCH))) {
        assertThat(statement.executeUpdate()).isEqualTo(JOBS_A_BATCH);
      }
    }
    return System.nanoTime() - began;
  }

  /** The lower quartile: a busy machine makes some slower, none quicker. */
  private static long quick(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 4);
  }
}
