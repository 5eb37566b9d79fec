package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Documents that come while PostgreSQL is away, and a process that dies meanwhile. */
class SpoolCrashTest {
  private static final int JOBS = 20;

  private final TestServers.Database database = TestServers.freshDatabase();
  private final URI redis = TestServers.freshRedis();
  private final int port = URI.create(database.jdbcUrl().substring("jdbc:".length())).getPort();

  private BackendProcess start(Home home, Forwarder forwarder) {
    return BackendProcess.command(home, "serve")
        .with("DATABASE_URL", database.url().replace(":" + port, ":" + forwarder.port()))
        .with("REDIS_URL", redis.toString())
        .start();
  }

  @Test
  void whatWasAcceptedWithoutPostgresqlSurvivesAKillAndFinishesOnce() throws Exception {
    try (var home = Home.fresh();
        var forwarder = new Forwarder(port)) {
      forwarder.open();
      List<String> ids;
      try (var first = start(home, forwarder);
          var calls = new Calls(first.url())) {
        Await.value("readiness", () -> calls.get("/health/ready"), now -> now.status() == 200);
        forwarder.shut();
        ids = sendSpooled(calls);
        var ready = calls.get("/health/ready");
        assertThat(ready.json().at("/checks/spool/detail").textValue()).startsWith(JOBS + " ");
        first.kill();
      }
      try (var second = start(home, forwarder);
          var calls = new Calls(second.url())) {
        assertThat(calls.get("/pipeline/status/" + ids.getFirst()).json().get("source").textValue())
            .isEqualTo("spool");
        forwarder.open();
        for (String id : ids) {
          assertThat(calls.awaitEnd(id).get("status").textValue()).isEqualTo("finished");
        }
        assertThat(second.said()).doesNotContain(" ERROR ");
      }
      assertThat(number("SELECT count(*) FROM pipeline_jobs WHERE status = 'finished'"))
          .isEqualTo(JOBS);
      assertThat(number("SELECT count(*) FROM job_attempts WHERE outcome = 'finished'"))
          .isEqualTo(JOBS);
      assertThat(number("SELECT count(*) FROM spool_conflicts")).isZero();
      for (String id : ids) {
        assertThat(exists(id)).as(id).isTrue();
      }
    }
  }

  private static List<String> sendSpooled(Calls calls) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      long began = System.nanoTime();
      var taken = calls.enqueue(Form.ofFile("a.txt", "Whales sing for the " + i + ". time."));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
      assertThat(taken.status()).as(taken.body()).isEqualTo(200);
      assertThat(taken.json().get("durability").textValue()).isEqualTo("spooled");
      ids.add(taken.json().get("job_id").textValue());
    }
    return ids;
  }

  private long number(String sql) throws Exception {
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private boolean exists(String id) throws Exception {
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement("SELECT 1 FROM pipeline_jobs WHERE id = ?")) {
      statement.setObject(1, UUID.fromString(id));
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }
}
