package io.pipedeck.mirror;

import static io.pipedeck.mirror.MirrorRig.number;
import static io.pipedeck.mirror.MirrorRig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.embedded.TestServers;
import io.pipedeck.mirror.MirrorImport.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bringing a table of the plain shape in. */
class MirrorImportTest {
  private static final String ID = "00000000-0000-0000-0000-00000000000";
  private final TestServers.Database source = TestServers.freshDatabase();
  private final MirrorRig rig = new MirrorRig();

  @BeforeEach
  void makeSource() {
    theirs(
        """
        CREATE TABLE pipeline_jobs (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(), rq_job_id text, realm text,
          queue text DEFAULT 'default', status text DEFAULT 'queued', payload json, result jsonb, error text,
          created_at timestamptz DEFAULT now(), started_at timestamptz, finished_at timestamptz, note text)
        """);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void theirs(String sql) {
    MirrorRig.sql(source, sql);
  }

  private Counts run() {
    return new MirrorImport(rig.pool, MirrorRig.login(source)).run(false, (_, _) -> {});
  }

  @Test
  void rowsBecomeForeignAndKeepTheirValues() {
    theirs(
        """
        INSERT INTO pipeline_jobs (id, rq_job_id, realm, queue, status, payload, result, error, created_at) VALUES
          ('%1$s1', 'a', 'r', NULL, NULL, '{"b": 1}', 'null', E'x\\n', '2025-01-02 03:04:05.678901+13'),
          ('%1$s2', NULL, NULL, 'slow', 'deferred', NULL, NULL, NULL, NULL)
        """
            .formatted(ID));

    assertThat(run()).isEqualTo(new Counts(2, 2, 0, 0, 0, 0));

    assertThat(
            text(
                rig.primary,
                """
                SELECT string_agg((runner, rev, rq_job_id, realm, queue, status, payload, result, error,
                    created_at AT TIME ZONE 'UTC')::text, E'\\n' ORDER BY id) FROM pipeline_jobs
                """))
        .isEqualTo(
            """
            (foreign,0,a,r,default,queued,"{""b"": 1}",null,"x
            ","2025-01-01 14:04:05.678901")
            (foreign,0,,,slow,deferred,,,,)""");
    assertThat(run()).as("again").isEqualTo(new Counts(2, 0, 0, 2, 0, 0));
  }

  @Test
  void theNewerRowWinsAndOursIsNeverTouched() {
    theirs(
        """
        INSERT INTO pipeline_jobs (id, status, created_at, started_at, error) VALUES
          ('%1$s1', 'running', '2025-01-01', '2025-01-02', 'theirs'),
          ('%1$s2', 'running', '2025-01-01', '2025-01-02', 'theirs'),
          ('%1$s3', 'running', '2025-01-01', '2025-01-02', 'theirs'),
          ('%1$s4', 'canceled', '2025-01-01', NULL, 'theirs')
        """
            .formatted(ID));
    rig.sql(
        """
        INSERT INTO pipeline_jobs (id, status, created_at, started_at, finished_at, error, runner) VALUES
          ('%1$s1', 'queued', '2025-01-01', NULL, NULL, 'ours', 'foreign'),
          ('%1$s2', 'finished', '2025-01-01', '2025-01-02', '2025-01-03', 'ours', 'foreign'),
          ('%1$s3', 'queued', '2025-01-01', NULL, NULL, 'ours', 'native'),
          ('%1$s4', 'queued', '2025-01-01', NULL, NULL, 'ours', 'foreign')
        """
            .formatted(ID));

    assertThat(run()).isEqualTo(new Counts(4, 0, 2, 0, 2, 0));

    assertThat(text(rig.primary, "SELECT string_agg(error, ' ' ORDER BY id) FROM pipeline_jobs"))
        .isEqualTo("theirs ours ours theirs");
    theirs(
        "UPDATE pipeline_jobs SET status = 'failed', finished_at = '2025-01-04', error = 'later'");
    assertThat(run()).isEqualTo(new Counts(4, 0, 3, 0, 1, 0));
  }

  @Test
  void aQueueIdThatAnotherJobHasIsLeftOut() {
    rig.sql("INSERT INTO pipeline_jobs (id, rq_job_id) VALUES ('" + ID + "9', 'taken')");
    theirs(
        "INSERT INTO pipeline_jobs (id, rq_job_id) VALUES ('%1$s1', 'taken'), ('%1$s2', 'twice'), ('%1$s3', 'twice')"
            .formatted(ID));

    assertThat(run()).isEqualTo(new Counts(3, 1, 0, 0, 0, 2));
  }

  @Test
  void goesOnWhereItWasBrokenOffAndCountsAll() {
    theirs("INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 3500) n");
    List<Long> heard = new ArrayList<>();
    var brokenOff = new IllegalStateException("the power went off");

    assertThatThrownBy(
            () ->
                new MirrorImport(rig.pool, MirrorRig.login(source))
                    .run(
                        false,
                        (seen, total) -> {
                          assertThat(total).isEqualTo(3500);
                          heard.add(seen);
                          if (seen == 2000) {
                            throw brokenOff;
                          }
                        }))
        .isSameAs(brokenOff);
    assertThat(heard).containsExactly(1000L, 2000L);
    assertThat(number(rig.primary, "SELECT count(*) FROM pipeline_jobs")).isEqualTo(2000);

    List<Long> rest = new ArrayList<>();
    Counts counts =
        new MirrorImport(rig.pool, MirrorRig.login(source)).run(false, (seen, _) -> rest.add(seen));
    assertThat(rest).containsExactly(3000L, 3500L);
    assertThat(counts).isEqualTo(new Counts(3500, 3500, 0, 0, 0, 0));
    assertThat(run()).isEqualTo(new Counts(3500, 0, 0, 3500, 0, 0));
  }

  @Test
  void anewBeginsAtTheFirstRow() {
    theirs("INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 10) n");
    rig.sql(
        "INSERT INTO mirror_import (source, last_id, seen) VALUES ('%s', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 5)"
            .formatted(source.jdbcUrl()));

    assertThat(new MirrorImport(rig.pool, MirrorRig.login(source)).run(true, (_, _) -> {}))
        .isEqualTo(new Counts(10, 10, 0, 0, 0, 0));
  }

  @Test
  void saysWhatIsNoSuchTable() {
    assertThatThrownBy(
            () ->
                new MirrorImport(rig.pool, MirrorRig.login(TestServers.freshDatabase()))
                    .run(false, (_, _) -> {}))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining("There is no table pipeline_jobs at ");
    theirs("DROP TABLE pipeline_jobs; CREATE TABLE pipeline_jobs (id bigint)");
    assertThatThrownBy(this::run).hasMessageContaining("no column id of type uuid");
  }

  @Test
  void verifyNamesWhatDiffersInAnyRange() {
    theirs("INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 45000) n");
    assertThat(run().added()).isEqualTo(45_000);
    var verify = new MirrorVerify(rig.pool, MirrorRig.login(source), Duration.ofMillis(300));
    MirrorVerify.Result equal = verify.run((_, _) -> {});
    assertThat(equal.equal()).isTrue();
    assertThat(equal.here()).isEqualTo(45_000);
    assertThat(equal.there()).isEqualTo(45_000);

    String changed =
        text(source, "UPDATE pipeline_jobs SET error = 'x' WHERE rq_job_id = '7' RETURNING id");
    String missing =
        text(source, "DELETE FROM pipeline_jobs WHERE rq_job_id = '30000' RETURNING id");
    String extra =
        text(source, "INSERT INTO pipeline_jobs (rq_job_id) VALUES ('extra') RETURNING id");

    MirrorVerify.Result result = verify.run((_, _) -> {});
    assertThat(result.equal()).isFalse();
    assertThat(result.found()).isEqualTo(3);
    assertThat(result.differences())
        .extracting(it -> it.id() + " " + it.kind())
        .containsExactlyInAnyOrder(
            changed + " DIFFERENT", missing + " ONLY_HERE", extra + " ONLY_THERE");
    assertThat(result.here()).isEqualTo(45_000);
    assertThat(result.there()).isEqualTo(45_000);
    theirs(
        "INSERT INTO pipeline_jobs (rq_job_id) SELECT 'more ' || n FROM generate_series(1, 25000) n");
    assertThat(verify.run((_, _) -> {}).found()).isEqualTo(25_003);
  }
}
