package io.pipedeck.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class TestServersTest {
  @Test
  void everyFreshDatabaseIsEmptyAndItsOwn() throws SQLException {
    var one = TestServers.freshDatabase();
    execute(one, "CREATE TABLE note (text text)");

    var other = TestServers.freshDatabase();

    assertThat(tables(one)).isOne();
    assertThat(tables(other)).isZero();
  }

  @Test
  void aCopyHasWhatItsTemplateHas() throws SQLException {
    var template = TestServers.freshDatabase();
    execute(template, "CREATE TABLE note (text text)");

    assertThat(tables(TestServers.copyOf(template))).isOne();
  }

  @Test
  void everyFreshRedisIsEmptyAlsoWhenItIsUsedAgain() {
    for (int i = 0; i < 17; i++) {
      try (var client = RedisClient.create(TestServers.freshRedis())) {
        assertThat(client.dbSize()).isZero();
        client.set("key", "value");
      }
    }
  }

  private static void execute(TestServers.Database database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int tables(TestServers.Database database) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
