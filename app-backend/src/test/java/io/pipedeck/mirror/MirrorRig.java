package io.pipedeck.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.db.Database;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.db.Migrations;
import io.pipedeck.embedded.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A primary and a mirror, two real databases, and a follower that the test moves step by step. */
final class MirrorRig implements AutoCloseable {
  static final String RELEASE = "0.1.0";
  private static final TestServers.Database TEMPLATE = migrated();

  final TestServers.Database primary;
  final TestServers.Database mirror;
  final Database pool;
  final Feed feed;
  final FeedSwitch feedSwitch;
  private @Nullable MirrorTarget target;
  private @Nullable Follower follower;

  MirrorRig() {
    this(migratedDatabase());
  }

  MirrorRig(TestServers.Database mirror) {
    this.primary = migratedDatabase();
    this.mirror = mirror;
    this.pool = MigratedDatabase.pool(primary);
    this.feed = new Feed(pool);
    this.feedSwitch = new FeedSwitch(pool);
  }

  private static TestServers.Database migrated() {
    TestServers.Database fresh = TestServers.freshDatabase();
    try (var pool = MigratedDatabase.pool(fresh)) {
      Migrations.apply(pool, RELEASE);
    }
    return fresh;
  }

  /** A database with the whole schema; not known to be a copy of another one. */
  static TestServers.Database migratedDatabase() {
    TestServers.Database copy = TestServers.copyOf(TEMPLATE);
    sql(copy, "UPDATE mirror_feed SET database_id = gen_random_uuid()");
    return copy;
  }

  static MirrorLogin login(TestServers.Database database) {
    return new MirrorLogin(
        new Database.Login(database.jdbcUrl(), database.user(), database.password()));
  }

  MirrorLogin mirrorLogin() {
    return login(mirror);
  }

  /** The follower that a process has which starts now. */
  Follower fresh() {
    if (target == null) {
      target = MirrorTarget.open(mirrorLogin(), RELEASE);
    }
    UUID identity = feedSwitch.identity().or(feedSwitch::turnOn).orElseThrow();
    return Follower.resume(pool, feed, target, identity);
  }

  /** Moves until there is nothing left. */
  MirrorRig follow() {
    if (follower == null) {
      follower = fresh();
    }
    follow(follower);
    return this;
  }

  static void follow(Follower follower) {
    while (follower.step()) {
      // Until it has all.
    }
  }

  Follower follower() {
    return Optional.ofNullable(follower).orElseThrow();
  }

  /** A process that dies: nothing of it is left but what is committed. */
  void forget() {
    follower = null;
    if (target != null) {
      target.close();
      target = null;
    }
  }

  /** Runs SQL in the primary as a program that knows nothing of ours. */
  void sql(String sql) {
    sql(primary, sql);
  }

  static void sql(TestServers.Database database, String sql) {
    try (Connection connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static String text(TestServers.Database database, String sql) {
    try (Connection connection = database.connect();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "no row";
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static long number(TestServers.Database database, String sql) {
    return Long.parseLong(text(database, sql));
  }

  MirrorVerify.Result verify(Duration settle) {
    return new MirrorVerify(pool, mirrorLogin(), settle).run((_, _) -> {});
  }

  /** Checks that both have the same jobs and attempts. */
  void assertEqual() {
    MirrorVerify.Result result = verify(Duration.ZERO);
    assertThat(result.differences()).isEmpty();
    assertThat(result.there()).isEqualTo(result.here());
    assertThat(result.equal()).isTrue();
    if (result.columns().contains("runner")) {
      assertThat(attempts(mirror)).isEqualTo(attempts(primary));
    }
  }

  private static List<String> attempts(TestServers.Database database) {
    return List.of(
        text(
                database,
                "SELECT coalesce(string_agg(a::text, E'\\n' ORDER BY claim_id), '') FROM job_attempts a")
            .split("\n"));
  }

  @Override
  public void close() {
    forget();
    pool.close();
  }
}
