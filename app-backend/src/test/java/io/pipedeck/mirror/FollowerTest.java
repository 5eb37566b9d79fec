package io.pipedeck.mirror;

import static io.pipedeck.mirror.MirrorRig.number;
import static io.pipedeck.mirror.MirrorRig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embedded.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a follower does, one step at a time. */
class FollowerTest {
  private static final String ID = "00000000-0000-0000-0000-00000000000";
  private final MirrorRig rig = new MirrorRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private Connection open(String... statements) throws SQLException {
    Connection connection = rig.primary.connect();
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return connection;
  }

  private long mirrored(String where) {
    return number(rig.mirror, "SELECT count(*) FROM pipeline_jobs WHERE " + where);
  }

  @Test
  void copiesWhatIsThereThenFollowsEveryKindOfChange() {
    rig.sql(
        """
        INSERT INTO pipeline_jobs (rq_job_id, status, payload, result, created_at, run_at) VALUES
          ('a', 'whatever', 'null', '{"n": 12345678901234567890.5, "s": "ā 📄 \\" \\\\ \\n {},"}',
           '2026-01-02 03:04:05.123456+13', now()),
          ('b', 'queued', NULL, '[]', 'infinity', now()), ('c', 'queued', '"x"', NULL, NULL, '-infinity');
        INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at, ended_at, outcome, error)
        SELECT gen_random_uuid(), id, 1, 'w', now(), now(), 'finished', E'it''s, "odd"\\n' FROM pipeline_jobs
        """);
    rig.follow();
    rig.assertEqual();
    assertThat(text(rig.mirror, "SELECT payload::text FROM pipeline_jobs WHERE rq_job_id = 'a'"))
        .as("JSON's null is not SQL's")
        .isEqualTo("null");
    assertThat(mirrored("payload IS NULL")).isEqualTo(1);

    rig.sql(
        "INSERT INTO pipeline_jobs (rq_job_id) SELECT 'many ' || n FROM generate_series(1, 50) n");
    rig.sql("UPDATE pipeline_jobs SET status = 'failed', error = 'no' WHERE rq_job_id = 'b'");
    rig.sql("DELETE FROM pipeline_jobs WHERE rq_job_id = 'c'");
    rig.sql(
        "SET search_path TO ''; UPDATE public.pipeline_jobs SET realm = 'r' WHERE queue = 'default'");
    rig.follow();

    rig.assertEqual();
    assertThat(mirrored("realm = 'r'")).isEqualTo(52);
    assertThat(number(rig.primary, "SELECT count(*) FROM job_change")).as("trimmed").isZero();
  }

  @Test
  void whatTheMirrorWillKnowIsOnThePrimarysDiskFirst() throws SQLException {
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('a')");
    assertThat(waitsForTheDisk("UPDATE pipeline_jobs SET queue = 'slow'"))
        .as("without a mirror, as the writer wants it")
        .isEqualTo("off");

    rig.follow();

    assertThat(waitsForTheDisk("UPDATE pipeline_jobs SET queue = 'urgent'")).isEqualTo("on");
    assertThat(waitsForTheDisk("UPDATE pipeline_jobs SET queue = 'slow' WHERE false"))
        .as("it always waits, also for nothing")
        .isEqualTo("on");
  }

  /** What a writer that would not wait for the disk does at its commit all the same. */
  private String waitsForTheDisk(String sql) throws SQLException {
    try (Connection connection = open("SET LOCAL synchronous_commit = off", sql);
        var statement = connection.createStatement();
        var result = statement.executeQuery("SHOW synchronous_commit")) {
      assertThat(result.next()).isTrue();
      String said = result.getString(1);
      connection.commit();
      return said;
    }
  }

  @Test
  void doesNotMissWhatWasWrittenEarlyAndCommittedLate() throws SQLException {
    rig.follow();
    try (Connection early = open("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('early')")) {
      rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('later')");
      rig.follow();
      assertThat(mirrored("rq_job_id = 'later'"))
          .as("an open transaction does not hold up the others")
          .isEqualTo(1);
      assertThat(mirrored("true")).isEqualTo(1);
      rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('later still')");
      rig.follow();
      assertThat(mirrored("true")).isEqualTo(2);

      early.commit();
    }
    rig.follow();

    assertThat(mirrored("rq_job_id = 'early'"))
        .as("its seq is lower than what was read")
        .isEqualTo(1);
    rig.assertEqual();
    assertThat(number(rig.primary, "SELECT count(*) FROM job_change")).isZero();
  }

  @Test
  void whatWasOpenWhenTheProcessDiedIsFoundByTheNext() throws SQLException {
    rig.follow();
    try (Connection early = open("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('early')")) {
      rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('later')");
      rig.follow();
      rig.forget();
      early.commit();
    }
    rig.follow();

    rig.assertEqual();
    assertThat(rig.follower().copied()).as("it goes on and copies nothing").isZero();
  }

  @Test
  void aRolledBackChangeIsNone() throws SQLException {
    rig.follow();
    try (Connection open =
        open(
            "INSERT INTO pipeline_jobs (rq_job_id) VALUES ('never')",
            "SAVEPOINT s",
            "INSERT INTO pipeline_jobs (rq_job_id) VALUES ('never either')",
            "ROLLBACK TO s")) {
      open.rollback();
    }
    try (Connection open =
        open(
            "INSERT INTO pipeline_jobs (rq_job_id) VALUES ('kept')",
            "SAVEPOINT s",
            "INSERT INTO pipeline_jobs (rq_job_id) VALUES ('not kept')",
            "ROLLBACK TO s",
            "SAVEPOINT t",
            "INSERT INTO pipeline_jobs (rq_job_id) VALUES ('kept too')")) {
      open.commit();
    }
    rig.follow();

    assertThat(mirrored("true")).isEqualTo(2);
    rig.assertEqual();
  }

  @Test
  void aJobThatIsDeletedAndMadeAgainIsTheNewOne() {
    rig.follow();
    rig.sql("INSERT INTO pipeline_jobs (id, rev, runner) VALUES ('" + ID + "1', 7, 'native')");
    rig.follow();
    rig.sql("DELETE FROM pipeline_jobs");
    rig.sql("INSERT INTO pipeline_jobs (id, rev, error) VALUES ('" + ID + "1', 1, 'anew')");
    rig.follow();

    rig.assertEqual();
    assertThat(mirrored("rev = 1 AND error = 'anew'")).isEqualTo(1);
  }

  @Test
  void idsMayChangeAndQueueIdsMayMoveFromJobToJob() {
    rig.sql(
        "INSERT INTO pipeline_jobs (id, rq_job_id) VALUES ('"
            + ID
            + "1', 'x'), ('"
            + ID
            + "2', 'y'), ('"
            + ID
            + "3', 'z')");
    rig.follow();
    rig.sql("UPDATE pipeline_jobs SET rq_job_id = NULL WHERE rq_job_id = 'x'");
    rig.sql("UPDATE pipeline_jobs SET rq_job_id = 'x' WHERE rq_job_id = 'y'");
    rig.sql("UPDATE pipeline_jobs SET rq_job_id = 'y' WHERE id = '" + ID + "1'");
    rig.sql("UPDATE pipeline_jobs SET id = '" + ID + "9' WHERE rq_job_id = 'z'");
    rig.follow();

    rig.assertEqual();
    assertThat(mirrored("id = '" + ID + "3'")).isZero();
  }

  @Test
  void truncateIsFollowedAndWhatComesAfterItIsKept() throws SQLException {
    rig.sql(
        "INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 12000) n");
    rig.follow();
    rig.assertEqual();
    try (Connection older = open("SELECT pg_current_xact_id()")) {
      rig.sql("TRUNCATE pipeline_jobs");
      try (var statement = older.createStatement()) {
        statement.execute(
            "INSERT INTO pipeline_jobs (rq_job_id) VALUES ('after, by an older one')");
      }
      older.commit();
    }
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('after')");
    rig.follow();

    rig.assertEqual();
    assertThat(mirrored("true")).isEqualTo(2);
  }

  @Test
  void aChangeOfManyRowsGoesInGroupsAndSurvivesAnEndInTheMiddle() {
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 5000) n");
    rig.follow();
    rig.sql("UPDATE pipeline_jobs SET error = 'changed'");
    assertThat(rig.follower().step()).isTrue();
    assertThat(mirrored("error IS NOT NULL")).isEqualTo(2000);
    rig.sql("UPDATE pipeline_jobs SET realm = 'meanwhile' WHERE rq_job_id IN ('1', '5000')");
    rig.forget();
    rig.follow();

    rig.assertEqual();
    assertThat(rig.follower().copied()).isZero();
    assertThat(number(rig.primary, "SELECT count(*) FROM job_change")).isZero();
  }

  @Test
  void largeRowsComeFewAtATime() {
    rig.follow();
    rig.sql(
        """
        INSERT INTO pipeline_jobs (rq_job_id, error)
        SELECT n::text, repeat(md5(n::text), 65536) FROM generate_series(1, 20) n
        """);
    int steps = 0;
    while (rig.follower().step()) {
      steps++;
    }
    assertThat(steps).as("groups of about 8 MB out of 40").isBetween(3, 12);
    rig.assertEqual();

    rig.sql("UPDATE mirror_feed SET identity = gen_random_uuid()");
    rig.forget();
    rig.follow();
    assertThat(rig.follower().copied()).as("copied anew, in such groups too").isEqualTo(20);
    rig.assertEqual();
  }

  @Test
  void aProcessThatWasReplacedWritesNothingMore() {
    rig.follow();
    Follower frozen = rig.fresh();
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id, error) VALUES ('a', 'old')");
    rig.follow();
    rig.sql("UPDATE pipeline_jobs SET error = 'new'");
    String moves = text(rig.mirror, "SELECT moves FROM mirror_position");

    assertThatThrownBy(frozen::step).isInstanceOf(MirrorTarget.MovedOnException.class);

    assertThat(text(rig.mirror, "SELECT moves FROM mirror_position")).isEqualTo(moves);
    rig.follow();
    rig.assertEqual();
  }

  @Test
  void changesThatNobodyWroteDownAreFoundByComparing() {
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 100) n");
    rig.follow();
    assertThat(rig.feedSwitch.turnOff()).isTrue();
    rig.sql("DELETE FROM pipeline_jobs WHERE rq_job_id < '5'");
    rig.sql("UPDATE pipeline_jobs SET error = 'unseen' WHERE rq_job_id > '7'");
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('unseen')");
    assertThat(number(rig.primary, "SELECT count(*) FROM job_change"))
        .as("no mirror, no cost")
        .isZero();
    rig.forget();
    rig.follow();

    rig.assertEqual();
  }

  @Test
  void aRestoredPrimaryIsComparedBecauseItsTransactionNumbersMeanSomethingElse() {
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('kept')");
    rig.follow();
    MirrorRig.sql(
        rig.mirror,
        "UPDATE mirror_position SET snapshot = '9000000000:9000000000:'; INSERT INTO pipeline_jobs (rq_job_id) VALUES ('lost')");
    rig.forget();
    rig.follow();
    rig.assertEqual();

    MirrorRig.sql(
        rig.mirror,
        "UPDATE mirror_position SET source = '1/1'; INSERT INTO pipeline_jobs (rq_job_id) VALUES ('of another timeline')");
    rig.forget();
    rig.follow();
    rig.assertEqual();
  }

  @Test
  void aMirrorThatWasRestoredFromABackupIsCompared() {
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('a')");
    rig.follow();
    MirrorRig.sql(rig.mirror, "CREATE TABLE backup AS SELECT * FROM mirror_position");
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('b')");
    rig.follow();
    MirrorRig.sql(
        rig.mirror,
        """
        DELETE FROM mirror_position; INSERT INTO mirror_position SELECT * FROM backup;
        DELETE FROM pipeline_jobs WHERE rq_job_id = 'b'
        """);
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('c')");
    assertThatThrownBy(rig.follower()::step).isInstanceOf(MirrorTarget.MovedOnException.class);
    rig.forget();
    rig.follow();

    rig.assertEqual();
  }

  @Test
  void aBacklogFoldsToOneEntryAJobAndLosesNone() throws SQLException {
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 3000) n");
    rig.follow();
    rig.sql("UPDATE pipeline_jobs SET error = '1'");
    assertThat(rig.follower().step()).as("within a change of 3000 rows").isTrue();
    try (Connection open = open("UPDATE pipeline_jobs SET realm = 'open' WHERE rq_job_id = '1'")) {
      for (int i = 2; i < 6; i++) {
        rig.sql("UPDATE pipeline_jobs SET error = '" + i + "' WHERE rq_job_id <> '1'");
      }
      Position position = rig.follower().position();
      assertThat(rig.feed.behind(position).rows()).isEqualTo(1000 + 4 * 2999);
      assertThat(rig.feed.fold(position)).isEqualTo(3 * 2999);
      assertThat(rig.feed.behind(position).rows()).isEqualTo(1000 + 2999);
      open.commit();
    }
    rig.follow();

    rig.assertEqual();
    assertThat(rig.feed.behind(rig.follower().position())).isEqualTo(Feed.Lag.NONE);
  }

  @Test
  void theRowThatTheMirrorRefusesIsNamedAndAllBeforeItGoThrough() {
    rig.follow();
    MirrorRig.sql(
        rig.mirror, "ALTER TABLE pipeline_jobs ADD CONSTRAINT no_gloom CHECK (status <> 'gloomy')");
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 30) n");
    rig.sql(
        "INSERT INTO pipeline_jobs (id, status, error) VALUES ('" + ID + "7', 'gloomy', 'secret')");
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('after')");

    String refused = "";
    for (int i = 0; i < 40 && !refused.contains("Job " + ID + "7"); i++) {
      try {
        boolean _ = rig.follower().step();
      } catch (MirrorException e) {
        refused = String.valueOf(e.getMessage());
      }
    }
    assertThat(refused)
        .contains("Job " + ID + "7 can't be mirrored")
        .contains("no_gloom")
        .doesNotContain("secret");
    assertThat(mirrored("true")).isEqualTo(30);

    MirrorRig.sql(rig.mirror, "ALTER TABLE pipeline_jobs DROP CONSTRAINT no_gloom");
    rig.follow();
    rig.assertEqual();
  }

  @Test
  void theMirrorCountsItsJobsLikeAnyDatabaseOfOurs() {
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 30) n");
    rig.follow();
    rig.sql("DELETE FROM pipeline_jobs WHERE rq_job_id::int > 20");
    rig.follow();

    assertThat(
            number(
                rig.mirror,
                "SELECT sum(jobs) FROM (SELECT jobs FROM job_counters UNION ALL SELECT jobs FROM job_counter_deltas) c"))
        .isEqualTo(20);
  }

  @Test
  void aMirrorOfJobsThatThePrimaryDoesNotHaveIsRefused() {
    MirrorRig.sql(rig.mirror, "INSERT INTO pipeline_jobs (id) VALUES ('" + ID + "5')");

    assertThatThrownBy(rig::follow)
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining(ID + "5")
        .hasMessageContaining("Nothing was changed");
    assertThat(mirrored("true")).isEqualTo(1);

    rig.sql("INSERT INTO pipeline_jobs (id, error) VALUES ('" + ID + "5', 'brought in')");
    rig.follow();
    rig.assertEqual();
  }

  @Test
  void aMirrorOfAnotherPrimaryIsRefusedToo() {
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('a')");
    rig.follow();
    rig.forget();
    try (var second = new MirrorRig(rig.mirror)) {
      second.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('b')");
      assertThatThrownBy(second::follow).hasMessageContaining("Nothing was changed");
    }
    rig.follow();
    rig.assertEqual();
  }

  @Test
  void theMirrorIsNotThePrimaryItself() {
    try (var target = MirrorTarget.open(MirrorRig.login(rig.primary), MirrorRig.RELEASE)) {
      UUID identity = rig.feedSwitch.turnOn().orElseThrow();
      assertThatThrownBy(() -> Follower.resume(rig.pool, rig.feed, target, identity))
          .hasMessageContaining("same database");
    }
  }

  @Test
  void aDatabaseThatPipedeckRunsOnIsNotOverwritten() {
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('a')");
    rig.follow();
    try (var pool = MigratedDatabase.pool(rig.mirror)) {
      PrimaryMark.set(pool);
      PrimaryMark.set(pool);
    }
    MirrorRig.sql(rig.mirror, "UPDATE pipeline_jobs SET error = 'of the new primary'");
    rig.sql("UPDATE pipeline_jobs SET error = 'of the old one'");

    assertThatThrownBy(rig.follower()::step).isInstanceOf(MirrorTarget.MovedOnException.class);
    rig.forget();
    assertThatThrownBy(rig::follow).hasMessageContaining("pipedeck mirror demote");
    assertThat(mirrored("error = 'of the new primary'")).isEqualTo(1);

    assertThat(PrimaryMark.remove(rig.mirrorLogin())).isTrue();
    assertThat(PrimaryMark.remove(rig.mirrorLogin())).isFalse();
    rig.forget();
    rig.follow();
    rig.assertEqual();
  }

  @Test
  void aNewerMirrorIsRefused() {
    MirrorRig.sql(rig.mirror, "UPDATE schema_compatibility SET oldest_release = '9.0.0'");

    assertThatThrownBy(rig::follow)
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining("release 9.0.0 or newer");
  }

  @Test
  void anEmptyDatabaseBecomesAMirror() {
    try (var fresh = new MirrorRig(TestServers.freshDatabase())) {
      fresh.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('a')");
      fresh.follow();
      fresh.assertEqual();
    }
  }

  /** As the archive is: by month, with the attempts in the row. */
  private static void makeArchive(TestServers.Database database) {
    MirrorRig.sql(
        database,
        """
        CREATE TABLE IF NOT EXISTS pipeline_jobs_archive (LIKE pipeline_jobs) PARTITION BY RANGE (created_at);
        ALTER TABLE pipeline_jobs_archive ADD COLUMN IF NOT EXISTS attempts jsonb;
        CREATE TABLE archive_of_2025 PARTITION OF pipeline_jobs_archive FOR VALUES FROM ('2025-01-01Z') TO ('2026-01-01Z')
        """);
  }

  private void archive(String which) {
    String columns =
        text(
            rig.primary,
            """
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = 'pipeline_jobs'::regclass AND attnum > 0 AND NOT attisdropped
            """);
    rig.sql(
        """
        WITH moved AS (DELETE FROM pipeline_jobs WHERE %1$s RETURNING *),
        tried AS (DELETE FROM job_attempts a USING moved WHERE a.job_id = moved.id RETURNING a.*)
        INSERT INTO pipeline_jobs_archive (%2$s, attempts)
        SELECT %2$s,
            (SELECT jsonb_agg(to_jsonb(tried) - 'job_id') FROM tried WHERE tried.job_id = moved.id) FROM moved
        """
            .formatted(which, columns));
  }

  @Test
  void archivedJobsStayInTheMirrorWithTheirAttempts() {
    makeArchive(rig.primary);
    rig.sql(
        """
        INSERT INTO pipeline_jobs (rq_job_id, created_at, status)
        SELECT n::text, '2025-06-01Z', 'finished' FROM generate_series(1, 3000) n;
        INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at, ended_at, outcome)
        SELECT gen_random_uuid(), id, 1, 'w', '2025-06-01Z', '2025-06-02 01:02:03.456789Z', 'finished' FROM pipeline_jobs
        """);
    String attempts =
        "SELECT md5(string_agg(a::text, E'\\n' ORDER BY claim_id)) FROM job_attempts a";
    String all = text(rig.primary, attempts);
    archive("rq_job_id::int <= 1500");
    rig.follow();
    assertThat(mirrored("true")).as("the archive is copied too").isEqualTo(3000);
    assertThat(text(rig.mirror, attempts)).isEqualTo(all);

    archive("rq_job_id::int <= 2900");
    rig.follow();
    assertThat(mirrored("true")).isEqualTo(3000);
    assertThat(text(rig.mirror, attempts)).isEqualTo(all);
    MirrorVerify.Result result = rig.verify(Duration.ZERO);
    assertThat(result.equal()).isTrue();
    assertThat(result.here()).isEqualTo(3000);

    rig.sql("DELETE FROM pipeline_jobs_archive WHERE rq_job_id = '7'");
    rig.follow();
    assertThat(mirrored("rq_job_id = '7'")).isZero();
    assertThat(rig.verify(Duration.ZERO).equal()).isTrue();
    rig.sql("TRUNCATE pipeline_jobs_archive");
    rig.follow();
    assertThat(mirrored("true")).isEqualTo(100);
    assertThat(rig.feedSwitch.turnOff()).isTrue();
    assertThat(
            number(
                rig.primary,
                "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'job_change_archive%'"))
        .isZero();
  }

  @Test
  void anArchiveFromATimeAsAPrimaryComesAgainIntoOneTable() {
    makeArchive(rig.primary);
    makeArchive(rig.mirror);
    String job =
        "INSERT INTO %s (id, created_at, run_at) VALUES ('"
            + ID
            + "%d', '2025-06-01Z', '2025-06-01Z')";
    rig.sql(job.formatted("pipeline_jobs", 1));
    for (int i = 1; i < 3; i++) {
      MirrorRig.sql(
          rig.mirror,
          "INSERT INTO pipeline_jobs_archive (id, created_at, run_at, queue, status, runner, rev, attempt, max_attempts, losses)"
              + " VALUES ('"
              + ID
              + i
              + "', '2025-06-01Z', '2025-06-01Z', 'default', 'queued', 'foreign', 0, 0, 1, 0)");
    }
    assertThatThrownBy(rig::follow).hasMessageContaining(ID + "2");

    rig.sql(job.formatted("pipeline_jobs", 2));
    rig.follow();

    assertThat(rig.verify(Duration.ZERO).equal()).isTrue();
    assertThat(mirrored("true")).isEqualTo(2);
    assertThat(number(rig.mirror, "SELECT count(*) FROM pipeline_jobs_archive")).isZero();
  }

  @Test
  void aPlainTableOfAnotherProgramIsFollowedIntoAndOtherwiseLeftAsItIs() {
    TestServers.Database plain = TestServers.freshDatabase();
    MirrorRig.sql(
        plain,
        """
        CREATE TABLE pipeline_jobs (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(), rq_job_id varchar(100) UNIQUE, realm text,
          queue text DEFAULT 'default', status text DEFAULT 'queued', payload json, result jsonb, error text,
          created_at timestamp DEFAULT now(), started_at timestamptz, finished_at timestamptz, note text);
        INSERT INTO pipeline_jobs (rq_job_id, note) VALUES ('theirs', 'stays')
        """);
    String columns =
        "SELECT string_agg(column_name, ' ') FROM information_schema.columns WHERE table_name = 'pipeline_jobs' AND table_schema = 'public'";
    String before = text(plain, columns);
    try (var other = new MirrorRig(plain)) {
      other.sql(
          """
          INSERT INTO pipeline_jobs (rq_job_id, runner, payload, created_at) VALUES
            ('a', 'native', '{"b": 1, "a": [2]}', '2026-01-02 03:04:05.123456+13'), ('b', 'foreign', '1', now())
          """);
      other.follow();
      other.sql("UPDATE pipeline_jobs SET error = 'no' WHERE rq_job_id = 'a'");
      other.sql("DELETE FROM pipeline_jobs WHERE rq_job_id = 'b'");
      other.follow();

      assertThat(text(plain, columns)).isEqualTo(before);
      assertThat(
              text(
                  plain, "SELECT string_agg(rq_job_id, ' ' ORDER BY rq_job_id) FROM pipeline_jobs"))
          .isEqualTo("a theirs");
      assertThat(text(plain, "SELECT created_at FROM pipeline_jobs WHERE rq_job_id = 'a'"))
          .isEqualTo("2026-01-01 14:04:05.123456");
      MirrorVerify.Result result = other.verify(Duration.ZERO);
      assertThat(result.differences())
          .extracting(MirrorVerify.Difference::kind)
          .containsExactly(MirrorVerify.Kind.ONLY_THERE);

      other.sql("TRUNCATE pipeline_jobs");
      other.follow();
      assertThat(number(plain, "SELECT count(*) FROM pipeline_jobs WHERE note = 'stays'"))
          .isEqualTo(1);
    }
  }
}
