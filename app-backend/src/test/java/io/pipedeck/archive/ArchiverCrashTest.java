package io.pipedeck.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.db.MigratedDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** kill -9 in the middle of moving: no job is in both tables, none in neither. */
class ArchiverCrashTest {
  private static final int JOBS = 3_000;
  private static final int CHUNK = 40;
  private static final int KILLS = 6;

  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  @Test
  void whereverItIsKilledEachJobIsInOneTableWithItsAttempts() throws Exception {
    OldJobs.add(DB.pool(), JOBS);
    String all = jobs();
    long seed = 20_261_124;
    var random = new Random(seed);
    long before = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      // Some chunks further, and then anywhere in the next one.
      killAfter(1 + random.nextInt(6), random.nextInt(30));

      assertThat(jobs()).as("jobs after kill %d, seed %d", kill, seed).isEqualTo(all);
      assertThat(DB.number("SELECT count(*) AS n FROM (" + BOTH + ") j")).isEqualTo(JOBS);
      assertThat(attempts()).isEqualTo(JOBS);
      assertThat(ArchiverTest.counted(DB)).isEqualTo(ArchiverTest.rows(DB));
      long archived = DB.number("SELECT count(*) AS n FROM pipeline_jobs_archive");
      assertThat(archived).isGreaterThan(before).isLessThan(JOBS);
      assertThat(archived % CHUNK).as("a part of a chunk").isZero();
      before = archived;
    }
    OldJobs.archive(DB.pool());
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs_archive")).isEqualTo(JOBS);
    assertThat(jobs()).isEqualTo(all);
  }

  private static final String BOTH =
      "SELECT id, rev, created_at FROM pipeline_jobs UNION ALL SELECT id, rev, created_at FROM pipeline_jobs_archive";

  private static String jobs() {
    return DB.text(
        "SELECT md5(string_agg(concat_ws('/', id, rev, created_at), ' ' ORDER BY id)) AS text FROM ("
            + BOTH
            + ") j");
  }

  private static long attempts() {
    return DB.number(
        """
        SELECT (SELECT count(*) FROM job_attempts a JOIN pipeline_jobs j ON j.id = a.job_id)
            + (SELECT count(*) FROM pipeline_jobs_archive WHERE jsonb_array_length(attempts) = 1) AS n
        """);
  }

  private static void killAfter(int chunks, int thenMillis) throws Exception {
    Process process = start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (int i = 0; i < chunks; i++) {
        assertThat(lines.readLine()).isEqualTo("moved");
      }
      assertThat(process.waitFor(Duration.ofMillis(thenMillis))).as("it ended by itself").isFalse();
    } finally {
      process.destroyForcibly().waitFor();
    }
    awaitEndOfItsSessions();
  }

  /** The server ends what a killed client has begun; until then its rows may be locked. */
  private static void awaitEndOfItsSessions() throws Exception {
    try (var connection = DB.connect();
        var statement = connection.createStatement()) {
      // Waits for whoever writes to the table, and keeps nobody out after that.
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE pipeline_jobs IN SHARE MODE");
      connection.rollback();
    }
  }

  private static Process start() throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                ArchivingProcess.class.getName()));
    var database = DB.database();
    command.addAll(
        List.of(database.jdbcUrl(), database.user(), database.password(), Integer.toString(CHUNK)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
