package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** PostgreSQL or Redis is away, from outside. */
class OutageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  @Test
  void startsWithoutItsDatabaseAndWorksWhenThatComes() throws Exception {
    var database = TestServers.freshDatabase();
    int real = URI.create(database.jdbcUrl().substring("jdbc:".length())).getPort();
    try (var home = Home.fresh();
        var forwarder = new Forwarder(real);
        var backend =
            BackendProcess.command(home, "serve")
                .with("DATABASE_URL", database.url().replace(":" + real, ":" + forwarder.port()))
                .with("REDIS_URL", TestServers.freshRedis().toString())
                .with("SPOOL", "off")
                .start();
        var calls = new Calls(backend.url())) {
      assertThat(calls.get("/heartbeat").status()).isEqualTo(200);
      assertThat(calls.get("/health/live").status()).isEqualTo(200);
      var ready = calls.get("/health/ready");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.json().at("/checks/postgresql/status").textValue()).isEqualTo("down");
      assertThat(ready.json().at("/checks/postgresql/detail").textValue()).contains("DATABASE_URL");
      assertThat(ready.json().at("/checks/redis/status").textValue()).isEqualTo("up");
      long began = System.nanoTime();
      var refused = calls.enqueue(Form.ofFile("a.txt", "Whales sing."));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
      refused.problem(503, "unavailable");
      assertThat(refused.header("Retry-After")).matches("[1-9]\\d*");
      calls.get("/pipeline/jobs/recent").problem(503, "unavailable");

      forwarder.open();

      Await.value("readiness", () -> calls.get("/health/ready"), now -> now.status() == 200);
      var taken = calls.enqueue(Form.ofFile("a.txt", "Whales sing."));
      assertThat(taken.status()).as(taken.body()).isEqualTo(200);
      String id = taken.json().get("job_id").textValue();
      assertThat(calls.awaitEnd(id).get("status").textValue()).isEqualTo("finished");
      assertThat(backend.said()).doesNotContain(" ERROR ");
    }
  }

  @Test
  void worksOnWhenRedisWasAwayForAWhile() throws Exception {
    URI redis = TestServers.freshRedis();
    try (var home = Home.fresh();
        var first = new Forwarder(redis.getPort());
        var backend =
            BackendProcess.command(home, "serve")
                .with("DATABASE_URL", TestServers.freshDatabase().url())
                .with(
                    "REDIS_URL",
                    redis.toString().replace(":" + redis.getPort(), ":" + first.port()))
                .start();
        var calls = new Calls(backend.url())) {
      var ready = calls.get("/health/ready");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.json().at("/checks/redis/status").textValue()).isEqualTo("down");
      var taken = calls.enqueue(Form.ofFile("a.txt", "Whales sing."));
      assertThat(taken.status()).as("PostgreSQL alone takes jobs: " + taken.body()).isEqualTo(200);

      first.open();

      String id = taken.json().get("job_id").textValue();
      assertThat(calls.awaitEnd(id).get("status").textValue()).isEqualTo("finished");
      Await.value("readiness", () -> calls.get("/health/ready"), now -> now.status() == 200);
    }
  }
}
